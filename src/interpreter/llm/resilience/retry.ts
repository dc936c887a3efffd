/**
 * Again after a while, where a while may help. Full jitter (M. Brooker, "Exponential Backoff And Jitter", AWS
 * Architecture Blog, 2015): the wait is drawn evenly from zero to the growing bound, so that callers who failed
 * together do not come back together.
 */
import { isModelError, ModelError } from '../client/model-error.js';
import { SYSTEM_CLOCK, type Clock } from './request-gate.js';

export interface RetryPolicy {
  /** The first try counts. */
  triesMax: number;
  baseMs: number;
  waitMsMax: number;
  /** A server that asks for more is not waited for: another model, or the offline interpreter, answers sooner. */
  retryAfterMsMax: number;
}

export const RETRY_POLICY: RetryPolicy = {
  triesMax: 3,
  baseMs: 250,
  waitMsMax: 2_000,
  retryAfterMsMax: 5_000,
};

export interface RetryParts {
  clock: Clock;
  /** Evenly from 0 to 1. */
  random(): number;
}

const PARTS: RetryParts = { clock: SYSTEM_CLOCK, random: Math.random };

export async function withRetries<Result>(
  work: () => Promise<Result>,
  signal?: AbortSignal,
  policy: RetryPolicy = RETRY_POLICY,
  { clock, random }: RetryParts = PARTS,
): Promise<Result> {
  for (let tried = 1; ; tried++)
    try {
      return await work();
    } catch (error) {
      const waitMs =
        isModelError(error) && tried < policy.triesMax ? waitBefore(error, tried, policy, random) : null;
      if (waitMs === null) throw error;
      await pause(waitMs, clock, signal);
    }
}

/** Null: not again. */
function waitBefore(
  error: ModelError,
  tried: number,
  policy: RetryPolicy,
  random: () => number,
): number | null {
  // After a timeout a user has waited long enough: the next in line is asked, not the same one again.
  if (!error.isTransient || error.code === 'timeout') return null;
  const asked = error.retryAfterMs ?? 0;
  if (asked > policy.retryAfterMsMax) return null;
  const bound = Math.min(policy.waitMsMax, policy.baseMs * 2 ** (tried - 1));
  return asked + random() * bound;
}

function pause(ms: number, clock: Clock, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = clock.after(ms, () => {
      signal?.removeEventListener('abort', giveUp);
      resolve();
    });
    const giveUp = (): void => {
      stop();
      reject(new ModelError('cancelled', 'the reading was cancelled'));
    };
    if (signal?.aborted) return giveUp();
    signal?.addEventListener('abort', giveUp, { once: true });
  });
}
