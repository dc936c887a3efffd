/**
 * What a task comes to on a catalogue. Two sentences mean the same when their outcomes are the same, however
 * differently the tasks are written.
 */
import type { FieldChanges, FieldValue, Product } from '../../src/catalogue/product.js';
import type { Task } from '../../src/catalogue/task.js';
import { select } from '../../src/planning/match.js';
import type { PlanRefusalCode } from '../../src/planning/refusal.js';
import { changeValues, keepKnown, readValue, type KnownFields } from '../../src/planning/values.js';

export type Outcome =
  | { kind: 'add'; values: FieldChanges }
  | { kind: 'update'; after: Record<string, FieldChanges> }
  | { kind: 'delete'; productIds: string[] }
  | { kind: 'get'; productIds: string[]; isCount: boolean; fields: string[] }
  /** No product matches: the user is asked, whatever the task would have done. */
  | { kind: 'nothing'; action: Task['action'] }
  /** Planning refuses the task; the user sees the code. */
  | { kind: 'refused'; code: PlanRefusalCode };

/** Every answer names the product, so asking for these as well asks for nothing more. */
const ALWAYS_SHOWN: ReadonlySet<string> = new Set(['sku', 'name', 'id']);

export function outcomeOf(task: Task, products: readonly Product[]): Outcome {
  const known = new Set(products.flatMap(({ fields }) => Object.keys(fields)));
  if (task.action === 'add') return added(task, known);
  if (task.action === 'delete' && task.queries.length === 0)
    return { kind: 'refused', code: 'DELETE_WITHOUT_FILTER' };
  const found = select(products, task);
  if (found.length === 0) return { kind: 'nothing', action: task.action };
  if (task.action === 'update') return updated(task, found, known);
  const productIds = found.map(({ productId }) => productId);
  if (task.action === 'delete') return { kind: 'delete', productIds: productIds.toSorted() };
  return {
    kind: 'get',
    productIds: task.order && !task.count ? productIds : productIds.toSorted(),
    isCount: task.count === true,
    fields: [...new Set(task.select ?? [])].filter((field) => !ALWAYS_SHOWN.has(field)).toSorted(),
  };
}

/** Equal as values: key order does not count. */
export function isSameOutcome(left: Outcome, right: Outcome): boolean {
  return canonical(left) === canonical(right);
}

function added(task: Task, known: KnownFields): Outcome {
  const values: Record<string, FieldValue> = {};
  for (const change of keepKnown(task.data, known).changes) {
    const read = readValue(change.field, change.op === 'set' ? change.value : null);
    if (read.kind === 'problem') return { kind: 'refused', code: 'INVALID_VALUE' };
    values[change.field] = read.value;
  }
  return { kind: 'add', values };
}

function updated(task: Task, found: readonly Product[], known: KnownFields): Outcome {
  const { changes } = keepKnown(task.data, known);
  if (changes.length === 0) return { kind: 'refused', code: 'FIELD_UNKNOWN' };
  const after: Record<string, FieldChanges> = {};
  for (const product of found) {
    const changed = changeValues(product, changes);
    if (changed.kind === 'refusal') return { kind: 'refused', code: changed.code };
    after[product.productId] = changed.after;
  }
  return { kind: 'update', after };
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([left], [right]) => (left < right ? -1 : 1)))
      : inner,
  );
}
