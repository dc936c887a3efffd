/** Whether a sentence that was read in two ways comes to two different plans, and in which rows. Pure. */
import type { Task, Warning } from '../../catalogue/task.js';
import type { Language, PlanRow } from '../../events/draft.events.js';
import type { Plan } from '../../planning/plan.js';
import type { PlanRefusal } from '../../planning/refusal.js';
import { texts } from '../texts.js';

/** Skus that a warning names; it counts the rest. */
export const DIFFERING_SKUS_NAMED_MAX = 5;

export interface Planned {
  task: Task;
  explanation: string;
  plan: Plan | PlanRefusal;
}

/** Null where both come to the same: then it is nothing to worry a user with. */
export function differenceOf(shown: Planned, other: Planned, language: Language): Warning | null {
  const [plan, otherPlan] = [shown.plan, other.plan];
  if (plan.kind === 'refusal') return null;
  const isSame = otherPlan.kind !== 'refusal' && otherPlan.hash === plan.hash;
  if (isSame && shown.task.action === other.task.action && isCountAlike(shown.task, other.task)) return null;
  const difference =
    otherPlan.kind === 'refusal'
      ? { en: otherPlan.message, fa: otherPlan.message }
      : inWords(differingSkus(plan.rows, otherPlan.rows));
  const message = texts.readingsDiffer(shown.explanation, other.explanation, difference)[language];
  return { code: 'READINGS_DIFFER', message };
}

const isCountAlike = (one: Task, other: Task) => (one.count ?? false) === (other.count ?? false);

function inWords(skus: string[]) {
  if (skus.length === 0) return texts.differInKind();
  const named = skus.slice(0, DIFFERING_SKUS_NAMED_MAX);
  return texts.differOnRows(named, skus.length - named.length);
}

function differingSkus(rows: readonly PlanRow[], others: readonly PlanRow[]): string[] {
  const valuesOf = ({ before, after }: PlanRow) => JSON.stringify([before, after]);
  const left = new Map(rows.map((row) => [row.productId, row]));
  const right = new Map(others.map((row) => [row.productId, row]));
  const differing = [...left, ...right].filter(([productId]) => {
    const [one, other] = [left.get(productId), right.get(productId)];
    return !one || !other || valuesOf(one) !== valuesOf(other);
  });
  return [...new Map(differing).values()].map(({ sku, name }) => (sku === '' ? name : sku));
}
