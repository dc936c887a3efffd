/** Who reads prompts: the offline interpreter, or with LLM_BASE_URL language models beside it. */
import type { ModelMetrics } from '../api/operations/model-metrics.js';
import type { ComponentHealth } from '../api/ports.js';
import { draftStream } from '../events/streams.js';
import type { Interpreter } from '../interpreter/interpreter.js';
import { createLlmInterpreter } from '../interpreter/llm/create.js';
import { RulesInterpreter } from '../interpreter/rules/rules-interpreter.js';
import type { Settings } from '../platform/config/config.js';
import type { Database } from '../platform/database/database.js';
import type { Projections } from '../projections/projections.js';
import { usageProjection } from '../projections/usage/usage.projection.js';
import { modelCostOn } from '../projections/usage/usage.queries.js';
import { ModelBudget } from '../sagas/interpret-prompt/model-budget.js';

export interface Readers {
  interpreter: Interpreter;
  /** Null where this process asks no models. */
  health: (() => ComponentHealth) | null;
  close(): void;
}

/** `metrics` is asked for only where they would move. */
export function readersOf(settings: Settings, metrics: () => ModelMetrics): Readers {
  const { LLM_BASE_URL: baseUrl, LLM_MODELS: models } = settings;
  // Prompts are read by jobs alone: other processes would only show breakers that never move.
  if (baseUrl === null || models === null || !settings.ROLES.includes('sagas'))
    return { interpreter: new RulesInterpreter(), health: null, close: () => undefined };
  const interpreter = createLlmInterpreter(
    {
      baseUrl,
      apiKey: settings.LLM_API_KEY,
      models,
      routing: settings.LLM_ROUTING,
      timeoutMs: settings.LLM_TIMEOUT_MS,
      concurrency: settings.LLM_CONCURRENCY,
      requestsPerMinute: settings.LLM_REQUESTS_PER_MINUTE,
      replyTokensMax: settings.LLM_REPLY_TOKENS_MAX,
      prices: settings.LLM_PRICES,
      whenBudgetSpent: settings.LLM_WHEN_BUDGET_SPENT,
    },
    metrics(),
  );
  return {
    interpreter,
    health: () => modelsHealth(interpreter.states),
    close: () => interpreter.close(),
  };
}

/** Never `down`: the offline interpreter stands in. */
function modelsHealth(states: { model: string; state: string }[]): ComponentHealth {
  const isWell = states.every(({ state }) => state === 'closed');
  const breakers = Object.fromEntries(states.map(({ model, state }) => [model, state]));
  return { status: isWell ? 'up' : 'degraded', breakers };
}

/** Undefined: no limit. */
export function modelBudget(
  { LLM_BUDGET_PER_DAY: perDay }: Settings,
  database: Database,
  projections: Projections,
): ModelBudget | undefined {
  if (perDay === null) return undefined;
  return new ModelBudget({
    perDay,
    spentOn: (workspaceId, day) => modelCostOn(database.scope(workspaceId), day),
    isShown: (draftId, position) =>
      projections.waitForEvent(
        usageProjection.name,
        { streamId: draftStream(draftId), position },
        { timeoutMs: 0 },
      ),
    now: () => new Date(),
  });
}
