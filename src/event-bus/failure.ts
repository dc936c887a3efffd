/** What a handler's failure means, and how long to wait before the next try. */
import { isDatabaseAway, isDatabaseCollision } from '../platform/database/failures.js';
import type { FailureClass } from './event-bus.js';

/**
 * `transient`: the world's fault (the database is away, a collision, an error that says `retryable`); tried again
 * for as long as it takes. Everything else may be the event's own fault and is tried a bounded number of times.
 */
export function classifyFailure(error: unknown): FailureClass {
  if (isDatabaseAway(error) || isDatabaseCollision(error)) return 'transient';
  return error instanceof Error && 'retryable' in error && error.retryable === true ? 'transient' : 'poison';
}

export interface RetryPolicy {
  /** Tries of a whole batch before its events are tried one by one. */
  batchAttemptsMax: number;
  /** Tries of one event before it is set aside. */
  eventAttemptsMax: number;
  backoffMsMin: number;
  backoffMsMax: number;
}

export const RETRY_POLICY: RetryPolicy = {
  batchAttemptsMax: 2,
  eventAttemptsMax: 5,
  backoffMsMin: 50,
  backoffMsMax: 5_000,
};

/** Doubles with each failed attempt (from 1); the random half keeps many consumers from returning in step. */
export function backoffMs(attempt: number, policy: RetryPolicy, random: () => number): number {
  const full = Math.min(policy.backoffMsMin * 2 ** Math.min(attempt - 1, 30), policy.backoffMsMax);
  return full / 2 + (full / 2) * random();
}
