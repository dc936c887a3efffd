/** What can be seen of the models from outside: for metrics, health and logs. None of it holds a text or a key. */
import type { Attempt, Degraded } from '../../interpreter.js';
import type { ModelErrorCode } from '../client/model-error.js';

export type BreakerState = 'closed' | 'open' | 'half_open';

export interface ModelObserver {
  /** Also once at start, with `closed`. */
  breakerChanged?(model: string, state: BreakerState): void;
  /** One request on the wire, retries counted each. `error` null: answered. */
  requestEnded?(model: string, error: ModelErrorCode | null, latencyMs: number): void;
  /** One question to a model, retries and all, as it is judged and charged. */
  attemptEnded?(attempt: Attempt): void;
  /** The offline interpreter answered where a model was to. */
  degraded?(reason: Degraded): void;
  /** Requests under way and waiting, whenever either changes. */
  gateChanged?(counts: { running: number; waiting: number }): void;
}
