/** The whole of `llm/` put together from settings: what the composition root calls. */
import type { Prices } from './accounting.js';
import type { Fetch } from './client/bounded-fetch.js';
import { createModelClient } from './client/model-client.js';
import { LlmInterpreter } from './llm-interpreter.js';
import type { ModelObserver } from './resilience/observer.js';
import { ResilientModels } from './resilience/resilient-models.js';
import type { Routing } from './routing.js';

/** See the settings LLM_* for what each means. */
export interface LlmSettings {
  baseUrl: string;
  apiKey: string | null;
  /** By falling preference. */
  models: readonly string[];
  routing: Routing;
  timeoutMs: number;
  concurrency: number;
  /** 0: no limit. */
  requestsPerMinute: number;
  replyTokensMax: number;
  prices: Prices;
  whenBudgetSpent: 'offline' | 'refuse';
  /** For tests. */
  fetch?: Fetch;
}

const WAITING_PER_RUNNING = 10;
/** A sentence outlives one time-out, for a repair or another model, but not many. */
const TIMEOUTS_PER_SENTENCE = 3;

/** Close it when done: breakers have clocks. */
export function createLlmInterpreter(settings: LlmSettings, observer?: ModelObserver): LlmInterpreter {
  const { models: modelNames, timeoutMs, concurrency, requestsPerMinute } = settings;
  const limits = { concurrency, requestsPerMinute, waitingMax: concurrency * WAITING_PER_RUNNING };
  const models = new ResilientModels(createModelClient(settings), modelNames, {
    limits,
    ...(observer ? { observer } : {}),
  });
  return new LlmInterpreter({
    models,
    modelNames,
    routing: settings.routing,
    prices: settings.prices,
    whenSpent: settings.whenBudgetSpent,
    deadlineMs: timeoutMs * TIMEOUTS_PER_SENTENCE,
    ...(observer ? { observer } : {}),
  });
}
