/**
 * What a task comes to on a catalogue. Two sentences mean the same when their outcomes are the same, however
 * differently the tasks are written.
 */
import type { FieldChanges, Product } from '../../src/catalogue/product.js';
import type { Task } from '../../src/catalogue/task.js';
import { numberOf } from '../../src/planning/field-text.js';
import { select } from '../../src/planning/match.js';
import { buildPlan } from '../../src/planning/plan.js';
import type { PlanRefusalCode } from '../../src/planning/refusal.js';

export type Outcome =
  | { kind: 'add'; after: FieldChanges }
  /** Changed rows by product id; `matched` counts those that stay as they are too. */
  | {
      kind: 'change';
      action: 'update' | 'delete';
      matched: number;
      after: Record<string, FieldChanges | null>;
    }
  /** `asked`: fields the task names; `shown`: fields the answer holds, whether named or not. */
  | { kind: 'get'; productIds: string[]; isCount: boolean; asked: string[]; shown: string[] }
  /** No product matches: the user is asked, whatever the task would have done. */
  | { kind: 'nothing'; action: Task['action'] }
  /** Planning refuses the task; the user sees the code. */
  | { kind: 'refused'; code: PlanRefusalCode };

/** Every row of an answer names its product. */
const ALWAYS_SHOWN: ReadonlySet<string> = new Set(['sku', 'name', 'id']);
const NEW_PRODUCT_ID = '5d0f0a3c-6a55-4c7e-8d0e-7f2d0c1b9a40';

export function outcomeOf(task: Task, products: readonly Product[]): Outcome {
  const knownFields = new Set(products.flatMap(({ fields }) => Object.keys(fields)));
  const takenSkus = new Set(products.map(({ sku }) => sku));
  const plan = buildPlan({
    task,
    language: 'en',
    products,
    knownFields,
    takenSkus,
    newProductId: NEW_PRODUCT_ID,
  });
  if (plan.kind === 'refusal')
    return plan.code === 'NOTHING_FOUND'
      ? { kind: 'nothing', action: task.action }
      : { kind: 'refused', code: plan.code };
  if (task.action === 'get') return answerOf(task, products, Object.keys(plan.rows[0]?.before ?? {}));
  if (task.action === 'add') return { kind: 'add', after: plan.rows[0]?.after ?? {} };
  return {
    kind: 'change',
    action: task.action,
    matched: plan.summary.matched,
    after: Object.fromEntries(plan.rows.map(({ productId, after }) => [productId, after])),
  };
}

/**
 * Whether an outcome is what was expected. Equal as values: the order of keys does not count, nor how a number
 * is written ("7.5", "7.50"). An answer may show more fields than were asked for, not fewer.
 */
export function isExpectedOutcome(actual: Outcome, expected: Outcome): boolean {
  if (actual.kind !== 'get' || expected.kind !== 'get') return canonical(actual) === canonical(expected);
  const { asked, shown: _shown, ...wanted } = expected;
  const { asked: _asked, shown, ...given } = actual;
  return (
    canonical(given) === canonical(wanted) &&
    (expected.isCount || asked.every((field) => shown.includes(field)))
  );
}

/** In the order asked for, where one is asked for; a number has no order. */
function answerOf(task: Task, products: readonly Product[], shown: string[]): Outcome {
  const productIds = select(products, task).map(({ productId }) => productId);
  return {
    kind: 'get',
    productIds: task.order && !task.count ? productIds : productIds.toSorted(),
    isCount: task.count === true,
    asked: (task.select ?? []).filter((field) => !ALWAYS_SHOWN.has(field)),
    shown,
  };
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === 'string') return numberOf(inner) ?? inner;
    return inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([left], [right]) => (left < right ? -1 : 1)))
      : inner;
  });
}
