/** Sentences that delete products. */
import type { Clause } from './clauses.js';
import type { Draft, Picked } from './draft-task.js';
import { readFilter } from './filter.js';
import { isKind } from './items.js';
import type { VerbName } from './lexicon/meaning.js';
import { ask, refuse, type Reading } from './notes.js';
import { unify } from './one-filter.js';

export function readDelete(
  clauses: readonly Clause[],
  verbs: readonly (VerbName | null)[],
  picked: Picked,
  reading: Reading,
): Draft {
  if (verbs.some((verb) => verb !== 'delete')) ask(reading, 'twoGroups');
  const filter = unify(
    clauses.map((clause) => readFilter(clause.items, reading)),
    reading,
  );
  if (
    clauses.some((clause) =>
      clause.items.some((item) => isKind(item, 'number', 'factor') && !isKind(item, 'number')),
    )
  )
    ask(reading, 'leftover', '');
  if (filter.queries.length === 0 && !picked.order && reading.problems.length === 0)
    refuse(reading, 'DELETE_WITHOUT_FILTER', 'deleteAll');
  const alone = clauses.length === 1 && clauses[0] ? fieldOfValueAlone(clauses[0]) : null;
  if (alone !== null) {
    const { queries } = filter;
    return {
      tasks: [
        { entity: 'product', action: 'delete', queries, data: [] },
        { entity: 'product', action: 'update', queries, data: [{ field: alone, op: 'clear' }] },
      ],
    };
  }
  return {
    tasks: filter.readings.map((queries) => ({
      entity: 'product',
      action: 'delete',
      queries,
      data: [],
      ...picked,
    })),
  };
}

/** "delete color black": the products, or only their colour? */
function fieldOfValueAlone({ items }: Clause): string | null {
  const said = items.filter((item) => !isKind(item, 'filler', 'stop', 'object', 'prep'));
  const only = said.length === 1 ? said[0] : undefined;
  if (!isKind(only, 'condition') || !('op' in only.query) || only.query.op !== 'eq') return null;
  return ['sku', 'id', 'stock', 'price', 'name'].includes(only.query.field) ? null : only.query.field;
}
