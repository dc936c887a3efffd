/** What an answer costs. Prices are per million tokens, in whatever unit the operator keeps his budget in. */
import { Decimal } from 'decimal.js';

export interface Price {
  /** Plain decimals. */
  inputPerMillion: string;
  outputPerMillion: string;
}

/** By model. A model that is not in it costs nothing as far as we know. */
export type Prices = Readonly<Record<string, Price>>;

const MILLION = 1_000_000;

/** Exact, plain decimal, no exponent. */
export function costOf(
  model: string,
  usage: { promptTokens: number; completionTokens: number },
  prices: Prices,
): string {
  const price = Object.hasOwn(prices, model) ? prices[model] : undefined;
  if (!price) return '0';
  const input = new Decimal(price.inputPerMillion).times(usage.promptTokens);
  const output = new Decimal(price.outputPerMillion).times(usage.completionTokens);
  return input.plus(output).div(MILLION).toFixed();
}

export function sumOf(costs: readonly string[]): string {
  return costs.reduce((sum, cost) => sum.plus(cost), new Decimal(0)).toFixed();
}

/** Has so much been spent that nothing of the budget is left? No budget is never spent. */
export function isSpent(budgetRemaining: string | undefined, costs: readonly string[] = []): boolean {
  return budgetRemaining !== undefined && new Decimal(budgetRemaining).lte(sumOf(costs));
}
