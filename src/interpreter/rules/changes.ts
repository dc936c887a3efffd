/** What one clause changes: its verb, the fields it is about and the amounts or texts they get. */
import type { DataChange } from '../../catalogue/task.js';
import { amountsOf } from './amounts.js';
import { assumePrice, pair, type Target } from './change-targets.js';
import type { Clause } from './clauses.js';
import { isKind, type Item, type ItemOf } from './items.js';
import type { VerbName } from './lexicon/meaning.js';
import { ask, refuse, type Reading } from './notes.js';
import { takesNumbers } from './operations.js';
import { isTextChange, textChanges } from './text-changes.js';

export interface ClauseChanges {
  verb: VerbName;
  changes: DataChange[];
  /** What is left says which products. */
  rest: Item[];
}

const NEVER_CLEARED: ReadonlySet<string> = new Set(['price', 'stock', 'name', 'sku', 'id']);

export function readChanges(clause: Clause, verb: VerbName, reading: Reading): ClauseChanges {
  const { items } = clause;
  const taken = new Set<number>();
  const direction = items.findIndex((item) => isKind(item, 'direction'));
  for (const [at, item] of items.entries()) if (isKind(item, 'direction', 'nearest')) taken.add(at);
  const fields = items.flatMap((item, at) => (isKind(item, 'field') ? [{ at, item }] : []));
  const moreAt = items.findIndex((item, at) => isKind(item, 'direction') && isKind(items[at - 1], 'number'));
  const done = (changes: DataChange[]): ClauseChanges => {
    const rest = items.filter((_, at) => !taken.has(at));
    return { verb, changes, rest: withoutDanglingWords(rest) };
  };

  if (verb === 'clear') {
    for (const { at } of fields) taken.add(at);
    return done(
      fields.length > 0
        ? fields.flatMap(({ item }) => cleared(item, reading))
        : asking(reading, 'whichField'),
    );
  }
  const state = items.findIndex((item) => isKind(item, 'state'));
  if (state !== -1 && (verb === 'set' || verb === 'change'))
    return stateChange(items, state, taken, fields, done, reading);

  const amounts = amountsOf(items, reading)
    .map((amount) =>
      amount.role === 'upto' &&
      isMotion(clause) &&
      amount.item.kind === 'number' &&
      amount.item.unit !== 'percent'
        ? { ...amount, role: 'to' as const }
        : amount,
    )
    .map((amount) =>
      amount.at === moreAt - 1 && amount.role === 'to' ? { ...amount, role: 'bare' as const } : amount,
    );
  const zero = clause.verb?.value;
  if (zero !== undefined && amounts.length === 0) {
    for (const { at } of fields) taken.add(at);
    const targets = fields.map(({ item }) => item.field);
    return done(
      targets.length > 0
        ? targets.flatMap((field) =>
            takesNumbers(field, reading)
              ? [{ field, op: 'set' as const, value: zero }]
              : refusing(reading, field),
          )
        : asking(reading, 'whichField'),
    );
  }
  const intrinsic = clause.verb?.factor;
  if (intrinsic && amounts.length === 0) {
    for (const { at } of fields) taken.add(at);
    const targets = fields.map(({ item }) => item.field);
    if (targets.length === 0) targets.push(assumePrice(reading));
    return done(
      targets.flatMap((field) =>
        takesNumbers(field, reading)
          ? [{ field, op: intrinsic.op, value: intrinsic.value }]
          : refusing(reading, field),
      ),
    );
  }
  if (amounts.length === 0 || isTextChange(clause, verb, fields, amounts, reading)) {
    if (
      verb === 'set' ||
      verb === 'change' ||
      verb === 'rename' ||
      verb === 'move' ||
      verb === 'add' ||
      verb === 'give'
    ) {
      const text = textChanges(clause, fields, taken, reading);
      if (text) return done(text);
    }
    if (amounts.length === 0) {
      for (const { at } of fields) taken.add(at);
      return done(asking(reading, verb === 'increase' || verb === 'decrease' ? 'amount' : 'newValue'));
    }
  }
  for (const amount of amounts) for (let at = amount.from; at <= amount.at; at++) taken.add(at);
  for (const { at } of fields) taken.add(at);
  return done(pair(clause, verb, fields, amounts, direction, reading));
}

/** "bring it up to 150", «تا ۱۵۰ ببر بالا»: moving something up to a place means leaving it there. */
function isMotion({ verb }: Clause): boolean {
  return verb !== null && /^bring|[\u0620-\u06d3]/.test(verb.text);
}

function stateChange(
  items: readonly Item[],
  at: number,
  taken: Set<number>,
  fields: readonly Target[],
  done: (changes: DataChange[]) => ClauseChanges,
  reading: Reading,
): ClauseChanges {
  const state = items[at];
  taken.add(at);
  for (const field of fields) taken.add(field.at);
  if (isKind(state, 'state') && !state.inStock) return done([{ field: 'stock', op: 'set', value: '0' }]);
  return done(asking(reading, 'stockAmount'));
}

function cleared(item: ItemOf<'field'>, reading: Reading): DataChange[] {
  if (!item.known) return (refuse(reading, 'FIELD_UNKNOWN', 'fieldUnknown', item.field), []);
  if (!NEVER_CLEARED.has(item.field)) return [{ field: item.field, op: 'clear' }];
  if (item.field === 'stock') return [{ field: 'stock', op: 'set', value: '0' }];
  return (refuse(reading, 'INVALID_VALUE', 'cannotClear', item.field), []);
}

function asking(reading: Reading, key: Parameters<typeof ask>[1]): DataChange[] {
  ask(reading, key);
  return [];
}

function refusing(reading: Reading, field: string): DataChange[] {
  refuse(reading, 'INVALID_VALUE', 'notNumeric', field);
  return [];
}

/** "and" between what has been taken out joins nothing any more. */
function withoutDanglingWords(rest: readonly Item[]): Item[] {
  return rest.filter((item, at) => {
    if (!isKind(item, 'and', 'comma', 'or')) return true;
    const before = rest.slice(0, at).findLast((other) => !isKind(other, 'filler', 'prep', 'object', 'is'));
    const after = rest.slice(at + 1).find((other) => !isKind(other, 'filler', 'prep', 'object', 'is'));
    return (
      before !== undefined &&
      after !== undefined &&
      !isKind(before, 'stop', 'and', 'comma') &&
      !isKind(after, 'stop', 'and', 'comma')
    );
  });
}
