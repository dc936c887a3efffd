/** What reading the cases took: who read, tokens, cost, time. */
import { Decimal } from 'decimal.js';
import type { Attempt, ReadingRecord } from '../../src/interpreter/interpreter.js';
import type { Scored } from './accuracy.js';

export interface Expense {
  cases: number;
  /** Per case, as means. Cost is a plain decimal in the unit of LLM_PRICES. */
  promptTokens: number;
  completionTokens: number;
  cost: string;
  /** Of the whole reading, in milliseconds. */
  p50Ms: number;
  p95Ms: number;
  /** Whose reading stood, and why not the model's. */
  readBy: Record<string, number>;
  outcomes: Record<string, number>;
  degraded: Record<string, number>;
  /** Cases in which two readers were sure and differed. */
  alternatives: number;
}

const COST_DECIMALS = 6;

export function expenseOf(scored: readonly Scored[]): Expense {
  const records = scored.flatMap(({ interpretation }) => interpretation?.record ?? []);
  const attempts = records.flatMap((record) => record.attempts);
  const mean = (total: number): number => Math.round(total / Math.max(1, scored.length));
  const sum = (of: (attempt: Attempt) => number): number => attempts.reduce((all, one) => all + of(one), 0);
  const cost = attempts.reduce((all, one) => all.plus(one.cost), new Decimal(0));
  const latencies = scored.map(({ latencyMs }) => latencyMs).toSorted((left, right) => left - right);
  return {
    cases: scored.length,
    promptTokens: mean(sum(({ promptTokens }) => promptTokens)),
    completionTokens: mean(sum(({ completionTokens }) => completionTokens)),
    cost: cost.div(Math.max(1, scored.length)).toFixed(COST_DECIMALS),
    p50Ms: quantile(latencies, 0.5),
    p95Ms: quantile(latencies, 0.95),
    readBy: counted(records.map(({ by }) => by.model ?? by.kind)),
    outcomes: counted(attempts.map(({ outcome }) => outcome)),
    degraded: counted(records.flatMap(({ degraded }: ReadingRecord) => degraded ?? [])),
    alternatives: records.filter(({ alternative }) => alternative !== undefined).length,
  };
}

/** The smallest value that so large a share of the sorted values does not exceed. */
function quantile(sorted: readonly number[], share: number): number {
  return Math.round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0);
}

function counted(values: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(values, (value) => value)].map(([value, all]) => [value, all.length]),
  );
}

export function expenseText(language: string, expense: Expense): string {
  const list = (counts: Record<string, number>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ') || 'none';
  return [
    `\n${language}: ${expense.cases} cases`,
    `  per case  ${expense.promptTokens} + ${expense.completionTokens} tokens, cost ${expense.cost}`,
    `  time      p50 ${expense.p50Ms} ms, p95 ${expense.p95Ms} ms`,
    `  read by   ${list(expense.readBy)}`,
    `  requests  ${list(expense.outcomes)}`,
    `  degraded  ${list(expense.degraded)}`,
    `  two sure readers differed in ${expense.alternatives}`,
  ].join('\n');
}
