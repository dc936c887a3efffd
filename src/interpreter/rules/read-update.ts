/** Sentences that change products: what their clauses change, put together for one set of products. */
import type { DataChange } from '../../catalogue/task.js';
import { readChanges } from './changes.js';
import type { Clause } from './clauses.js';
import type { Draft, Picked } from './draft-task.js';
import { readFilter, type Filter } from './filter.js';
import { isKind } from './items.js';
import type { VerbName } from './lexicon/meaning.js';
import { ask, refuse, type Reading } from './notes.js';
import { unify } from './one-filter.js';

export function readUpdate(
  clauses: readonly Clause[],
  verbs: readonly (VerbName | null)[],
  picked: Picked,
  reading: Reading,
): Draft {
  const read = clauses.flatMap((clause, order) =>
    verbs[order] ? [readChanges(clause, verbs[order] as VerbName, reading)] : [],
  );
  for (const [order, clause] of clauses.entries()) checkDirections(clause, verbs[order] ?? null, reading);
  const filter = unify(
    read.map(({ rest }) => readFilter(rest, reading)),
    reading,
  );
  const data = read.flatMap(({ changes }) => changes);
  const unknown = data.filter(({ field }) => !isKnownField(field, reading));
  if (data.length > 0 && unknown.length === data.length)
    refuse(reading, 'FIELD_UNKNOWN', 'fieldUnknown', unknown.map(({ field }) => field).join(', '));
  if (changesTwice(data)) ask(reading, 'twoGroups');
  if (
    filter.isEmpty &&
    !picked.order &&
    !clauses.some((clause) => clause.items.some((item) => isKind(item, 'product')))
  ) {
    if (reading.problems.length === 0 && !isWhole(clauses)) ask(reading, 'whichProducts');
  }
  if (isBrandAlone(filter, data, clauses)) ask(reading, 'whichProducts');
  if (data.length === 0) return { tasks: [] };
  return {
    tasks: filter.readings.map((queries) => ({
      entity: 'product',
      action: 'update',
      queries,
      data,
      ...picked,
    })),
  };
}

/** "raise prices by 5 %": plural without a group is everything; "raise the price by 5 %" leaves open of what. */
function isWhole(clauses: readonly Clause[]): boolean {
  return clauses.some((clause) =>
    clause.items.some(
      (item) =>
        isKind(item, 'field') &&
        /^(?:prices|stocks|قیمتها|موجودیها|قیمتهارو|قیمتهای|quantities)$/.test(item.text),
    ),
  );
}

/** "increase … 10 % off", "round up": a direction must agree with its verb. */
function checkDirections(clause: Clause, verb: VerbName | null, reading: Reading): void {
  const directions = clause.items.flatMap((item) => (isKind(item, 'direction') ? [item.verb] : []));
  if (directions.length === 0) return;
  if (verb === 'round' && new Set(directions).size === 1) ask(reading, 'rounding', clause.verb?.text ?? '');
  else if ((verb === 'increase' || verb === 'decrease') && directions.some((direction) => direction !== verb))
    ask(reading, 'direction', '');
}

/** "set apple to 2.49": one price for a whole brand is hardly meant; a fruit may be. */
function isBrandAlone(filter: Filter, data: readonly DataChange[], clauses: readonly Clause[]): boolean {
  const only = filter.queries.length === 1 ? filter.queries[0] : undefined;
  const isBrand = only !== undefined && 'op' in only && only.field === 'brand' && only.op === 'eq';
  const isOnePrice = data.some((change) => change.op === 'set' && change.field === 'price');
  return (
    isBrand &&
    isOnePrice &&
    !clauses.some((clause) => clause.items.some((item) => isKind(item, 'product', 'all', 'condition')))
  );
}

/** One field, two new values: which? Rounding what was just changed is fine. */
function changesTwice(data: readonly DataChange[]): boolean {
  return data.some(
    (change, at) =>
      change.op !== 'round_to' && data.slice(0, at).some((earlier) => earlier.field === change.field),
  );
}

function isKnownField(field: string, reading: Reading): boolean {
  return (
    ['price', 'stock', 'name', 'sku', 'id', 'category', 'brand'].includes(field) ||
    reading.vocabulary.hasField(field)
  );
}
