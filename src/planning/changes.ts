/** Rows that were confirmed → changes of products, as the catalogue's events carry them. */
import type { ProductChange } from '../catalogue/product.js';
import type { PlanRow } from '../events/draft.events.js';

/** Not for the rows of a `get`, which change nothing. */
export function rowsToChanges(rows: Iterable<PlanRow>): ProductChange[] {
  return Array.from(rows, rowToChange);
}

export function rowToChange({ productId, version, before, after }: PlanRow): ProductChange {
  return { productId, baseVersion: version, op: operationOf({ before, after }), before, after };
}

/** What a row does; `before` and `after` say it together. */
export function operationOf({ before, after }: Pick<PlanRow, 'before' | 'after'>): ProductChange['op'] {
  if (before === null && after === null) throw new Error('a row without values does nothing');
  if (before === null) return 'add';
  return after === null ? 'delete' : 'update';
}
