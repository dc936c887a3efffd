/** The interpreters that can be scored, by the name `--interpreter` takes. */
import { createLlmInterpreter } from '../../src/interpreter/llm/create.js';
import type { Interpreter } from '../../src/interpreter/interpreter.js';
import { RulesInterpreter } from '../../src/interpreter/rules/rules-interpreter.js';
import { readConfig } from '../../src/platform/config/config.js';

export interface Scorable {
  interpreter: Interpreter;
  /** So many cases at once. */
  concurrency: number;
  close(): void;
}

const INTERPRETERS: Record<string, () => Scorable> = {
  rules: () => ({ interpreter: new RulesInterpreter(), concurrency: 1, close: () => undefined }),
  llm: () => {
    const { settings } = readConfig(environmentOfModels());
    const { LLM_BASE_URL: baseUrl, LLM_MODELS: models } = settings;
    if (baseUrl === null || models === null) throw new Error('set LLM_BASE_URL and LLM_MODELS');
    const interpreter = createLlmInterpreter({
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
    });
    return { interpreter, concurrency: settings.LLM_CONCURRENCY, close: () => interpreter.close() };
  },
};

/** The same settings as the program's, without those that are nothing to a model. */
function environmentOfModels(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([key]) => key.startsWith('LLM_')));
}

export function interpreterNamed(name: string): Scorable {
  const make = INTERPRETERS[name];
  if (!make) throw new Error(`no interpreter “${name}”; there are: ${Object.keys(INTERPRETERS).join(', ')}`);
  return make();
}
