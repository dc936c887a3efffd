/** Models behind their breakers, retries and the provider's gate: what the interpreter asks. */
import type { Answer } from '../client/completion.js';
import { isModelError } from '../client/model-error.js';
import type { ModelClient } from '../client/model-client.js';
import type { Message } from '../prompt/prompt-builder.js';
import { BREAKER_POLICY, ModelBreaker, type BreakerPolicy } from './model-breaker.js';
import type { BreakerState, ModelObserver } from './observer.js';
import { RequestGate, SYSTEM_CLOCK, type Clock, type GateLimits } from './request-gate.js';
import { RETRY_POLICY, withRetries, type RetryPolicy } from './retry.js';

export interface ResilienceOptions {
  limits: GateLimits;
  breaker?: BreakerPolicy;
  retry?: RetryPolicy;
  clock?: Clock;
  random?: () => number;
  observer?: ModelObserver;
}

export class ResilientModels {
  private readonly breakers: ReadonlyMap<string, ModelBreaker>;
  private readonly gate: RequestGate;
  private readonly clock: Clock;
  private readonly observer: ModelObserver;

  constructor(
    private readonly client: ModelClient,
    models: readonly string[],
    private readonly options: ResilienceOptions,
  ) {
    this.clock = options.clock ?? SYSTEM_CLOCK;
    this.observer = options.observer ?? {};
    this.gate = new RequestGate(options.limits, this.clock, this.observer);
    const policy = options.breaker ?? BREAKER_POLICY;
    this.breakers = new Map(models.map((model) => [model, new ModelBreaker(model, this.observer, policy)]));
  }

  /** Each model's breaker, for health. */
  get states(): { model: string; state: BreakerState }[] {
    return [...this.breakers].map(([model, { state }]) => ({ model, state }));
  }

  isOpen(model: string): boolean {
    return this.breakers.get(model)?.state === 'open';
  }

  /** Throws ModelError. Waiting in line is no fault of the model: the breaker sees requests that were sent. */
  ask(model: string, messages: readonly Message[], signal?: AbortSignal): Promise<Answer> {
    const breaker = this.breakers.get(model);
    if (!breaker) throw new Error(`no model “${model}”`);
    const { clock } = this;
    return withRetries(
      () => this.gate.run(() => breaker.run(() => this.observed(model, messages, signal)), signal),
      signal,
      this.options.retry ?? RETRY_POLICY,
      { clock, random: this.options.random ?? Math.random },
    );
  }

  close(): void {
    for (const breaker of this.breakers.values()) breaker.close();
  }

  private async observed(
    model: string,
    messages: readonly Message[],
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    const startedAt = this.clock.now();
    const ended = (error: Parameters<NonNullable<ModelObserver['requestEnded']>>[1]): void =>
      this.observer.requestEnded?.(model, error, this.clock.now() - startedAt);
    try {
      const answer = await this.client.complete(model, messages, signal);
      ended(null);
      return answer;
    } catch (error) {
      ended(isModelError(error) ? error.code : 'network');
      throw error;
    }
  }
}
