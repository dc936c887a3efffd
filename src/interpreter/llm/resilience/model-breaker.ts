/**
 * One breaker per model: while a model fails, nobody waits for it. What counts is whether the server can be reached and
 * answers; a wrong answer, or a request it refuses (4xx), says nothing about its health, and a cancelled one nothing at
 * all. Time-outs are the client's, which really ends the request; the breaker only counts them.
 */
import CircuitBreaker from 'opossum';
import { isModelError, ModelError } from '../client/model-error.js';
import type { BreakerState, ModelObserver } from './observer.js';

export interface BreakerPolicy {
  /** Opens when so many of a window's requests fail. */
  errorPercent: number;
  /** Fewer requests in a window say nothing. */
  requestsMin: number;
  windowMs: number;
  /** Open for so long; then one request is let through, and decides. */
  resetMs: number;
}

export const BREAKER_POLICY: BreakerPolicy = {
  errorPercent: 50,
  requestsMin: 4,
  windowMs: 10_000,
  resetMs: 10_000,
};

export class ModelBreaker {
  private readonly circuit: CircuitBreaker<[() => Promise<unknown>], unknown>;

  constructor(
    readonly model: string,
    observer: ModelObserver = {},
    policy: BreakerPolicy = BREAKER_POLICY,
  ) {
    this.circuit = new CircuitBreaker((work: () => Promise<unknown>) => work(), {
      name: model,
      timeout: false,
      errorThresholdPercentage: policy.errorPercent,
      volumeThreshold: policy.requestsMin,
      rollingCountTimeout: policy.windowMs,
      resetTimeout: policy.resetMs,
      enableSnapshots: false,
      errorFilter: (error: unknown) => isModelError(error) && !error.isTransient,
    });
    const tell = (state: BreakerState) => () => observer.breakerChanged?.(model, state);
    this.circuit.on('open', tell('open'));
    this.circuit.on('halfOpen', tell('half_open'));
    this.circuit.on('close', tell('closed'));
    tell('closed')();
  }

  get state(): BreakerState {
    if (this.circuit.halfOpen) return 'half_open';
    return this.circuit.opened ? 'open' : 'closed';
  }

  /** ModelError `breaker_open` at once while it is open. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    const isProbe = this.circuit.halfOpen;
    try {
      return (await this.circuit.fire(work)) as Result;
    } catch (error) {
      if (!isModelError(error))
        throw isOpen(error) ? new ModelError('breaker_open', 'the model is resting') : error;
      // A probe that was called off has not shown that the model is well.
      if (isProbe && error.code === 'cancelled') this.circuit.open();
      throw error;
    }
  }

  close(): void {
    this.circuit.shutdown();
  }
}

function isOpen(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && (error.code === 'EOPENBREAKER' || error.code === 'ESHUTDOWN')
  );
}
