/** What a draft has taken of language models, as the API answers it. Pure. */
import { Decimal } from 'decimal.js';
import type { DraftEvent, ModelAttempt } from '../../events/draft.events.js';

type ModelsAsked = Extract<DraftEvent, { type: 'ModelsAsked' }>['data'];

/** The last so many requests are shown one by one; the sums are of all of them. */
export const ATTEMPTS_SHOWN_MAX = 20;

export interface ModelsView {
  promptVersion: string;
  /** Of the last reading: which models were to be asked, in which order, and why. */
  route: { plan: string; complexity: string; models: string[] } | null;
  /** Why the last reading was the offline interpreter's though a model was to read. */
  degraded: string | null;
  attempts: ModelAttempt[];
  asked: number;
  promptTokens: number;
  completionTokens: number;
  /** Plain decimal, in the unit of the price table. */
  cost: string;
  latencyMs: number;
}

const NOTHING = { attempts: [], asked: 0, promptTokens: 0, completionTokens: 0, cost: '0', latencyMs: 0 };

export function withAsked(view: ModelsView | null, asked: ModelsAsked): ModelsView {
  const { promptVersion, route = null, degraded = null, attempts } = asked;
  const before = view ?? NOTHING;
  const sum = (of: (attempt: ModelAttempt) => number): number =>
    attempts.reduce((total, attempt) => total + of(attempt), 0);
  return {
    promptVersion,
    route,
    degraded,
    attempts: [...before.attempts, ...attempts].slice(-ATTEMPTS_SHOWN_MAX),
    asked: before.asked + attempts.length,
    promptTokens: before.promptTokens + sum(({ promptTokens }) => promptTokens),
    completionTokens: before.completionTokens + sum(({ completionTokens }) => completionTokens),
    cost: attempts.reduce((total, { cost }) => total.plus(cost), new Decimal(before.cost)).toFixed(),
    latencyMs: before.latencyMs + sum(({ latencyMs }) => latencyMs),
  };
}
