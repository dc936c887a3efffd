/** Language models, which read sentences where the offline interpreter does not. */
import { z } from 'zod';
import { jsonOf, plainDecimal, setting, urlOf, whole, type Setting } from './definition.js';

/** Who reads a sentence; see `src/interpreter/llm/routing.ts`. */
export const LLM_PLANS = ['offline', 'unsure', 'cheapest-first', 'best-first'] as const;
type LlmPlan = (typeof LLM_PLANS)[number];
/** Plans by tier; `*` is everybody else's. */
export type LlmRouting = Readonly<Record<string, LlmPlan>> & { readonly '*': LlmPlan };

/** "best-first", or "free=offline,pro=best-first,*=unsure"; null: neither. */
function routingIn(text: string): LlmRouting | null {
  const isPlan = (plan: string): plan is LlmPlan => (LLM_PLANS as readonly string[]).includes(plan);
  if (isPlan(text)) return { '*': text };
  const routing: Record<string, LlmPlan> = {};
  for (const rule of text.split(',')) {
    const [tier = '', plan = ''] = rule.split('=').map((part) => part.trim());
    if (!/^(?:\*|[\w-]{1,50})$/.test(tier) || tier === '__proto__' || !isPlan(plan)) return null;
    routing[tier] = plan;
  }
  return routing['*'] === undefined ? null : { ...routing, '*': routing['*'] };
}

export const MODEL_SETTINGS = {
  LLM_BASE_URL: setting({
    schema: urlOf('http:', 'https:'),
    fallback: null,
    unit: 'URL',
    reason:
      'Server of language models that speaks the OpenAI protocol, up to and with /v1; unset: the offline interpreter alone',
  }),
  LLM_API_KEY: setting({
    schema: z.string().regex(/^[\x21-\x7e]{1,512}$/, 'printable ASCII without spaces'),
    fallback: null,
    unit: 'text',
    reason: 'Key of that server; servers of your own may need none',
    secret: true,
  }),
  LLM_MODELS: setting({
    schema: z
      .string()
      .transform((text) => text.split(',').map((model) => model.trim()))
      .pipe(
        z
          .array(z.string().regex(/^\S{1,100}$/, 'names of models'))
          .min(1)
          .max(10),
      ),
    fallback: null,
    unit: 'comma list',
    reason: 'Models by falling preference; the last one is taken to be the cheapest',
  }),
  LLM_ROUTING: setting({
    schema: z.string().transform((text, context) => {
      const routing = routingIn(text);
      if (routing) return routing;
      context.addIssue({ code: 'custom', message: `one of ${LLM_PLANS.join(', ')}, or tier=plan,…,*=plan` });
      return z.NEVER;
    }),
    fallback: 'cheapest-first',
    unit: 'plan, or tier=plan,…,*=plan',
    reason: `Who reads a sentence: ${LLM_PLANS.join(', ')}. The offline interpreter reads every sentence too; where it is sure, it stands`,
  }),
  LLM_TIERS: setting({
    schema: jsonOf(z.record(z.uuid(), z.string().regex(/^[\w-]{1,40}$/, 'names of tiers'))),
    fallback: '{}',
    unit: 'JSON',
    reason:
      'Which workspaces are of which tier of LLM_ROUTING, {"workspace id": "tier"}; all others are of none, and take its `*`',
  }),
  LLM_TIMEOUT_MS: setting({
    schema: whole(100, 600_000),
    fallback: '6000',
    unit: 'milliseconds',
    reason:
      'Of one request to a model; a sentence waits at most three times as long, then it is read offline',
  }),
  LLM_CONCURRENCY: setting({
    schema: whole(1, 1_000),
    fallback: '8',
    unit: 'requests',
    reason: 'Requests to models that one process has under way; ten times as many may wait',
  }),
  LLM_REQUESTS_PER_MINUTE: setting({
    schema: whole(0, 1_000_000),
    fallback: '0',
    unit: 'requests per process, 0 = off',
    reason: 'Keeps below the limit of the provider, so that nobody waits for its 429',
  }),
  LLM_REPLY_TOKENS_MAX: setting({
    schema: whole(100, 100_000),
    fallback: '1000',
    unit: 'tokens',
    reason: 'Longest answer of a model; reasoning models count their thoughts as well',
  }),
  LLM_PRICES: setting({
    schema: jsonOf(
      z.record(z.string(), z.strictObject({ inputPerMillion: plainDecimal, outputPerMillion: plainDecimal })),
    ),
    fallback: '{}',
    unit: 'JSON',
    reason:
      'Price of a million tokens by model, {"model": {"inputPerMillion": "2.5", "outputPerMillion": "10"}}, in any one currency',
  }),
  LLM_BUDGET_PER_DAY: setting({
    schema: plainDecimal,
    fallback: null,
    unit: 'decimal, currency of LLM_PRICES',
    reason: 'What the models may cost a workspace on a day (UTC); unset: no limit',
  }),
  LLM_WHEN_BUDGET_SPENT: setting({
    schema: z.enum(['offline', 'refuse']),
    fallback: 'offline',
    unit: 'offline | refuse',
    reason: 'Whether sentences are then read offline, or refused until the next day',
  }),
  LLM_REPLIES_KEPT_DAYS: setting({
    schema: whole(0, 365),
    fallback: '7',
    unit: 'days, 0 = not kept',
    reason:
      'Answers of models that could not be used are kept for debugging, cut to 2,000 characters, in a table of their own',
  }),
} satisfies Record<string, Setting>;
