/** What one clause changes: its verb, the fields it is about and the amounts or texts they get. */
import type { DataChange } from '../../catalogue/task.js';
import { amountsOf, type Amount } from './amounts.js';
import type { Clause } from './clauses.js';
import { isKind, type Item, type ItemOf } from './items.js';
import type { VerbName } from './lexicon/meaning.js';
import { ask, refuse, type Reading } from './notes.js';
import { changeBy, takesNumbers } from './operations.js';
import { newTextOf, textSpan } from './new-text.js';

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

interface Target {
  at: number;
  item: ItemOf<'field'>;
}

/** "raise price by 5 % and stock by 3": each amount belongs to the fields just before it, else to the next one. */
function pair(
  clause: Clause,
  verb: VerbName,
  fields: readonly Target[],
  amounts: readonly Amount[],
  directionAt: number,
  reading: Reading,
): DataChange[] {
  const changes: DataChange[] = [];
  const unused = [...fields];
  const direction = clause.items[directionAt];
  for (const [order, amount] of amounts.entries()) {
    const mine = amounts.length === 1 ? unused.splice(0) : takeFor(amount, order, amounts, unused);
    const targets = mine.map(({ item }) => item.field);
    if (targets.length === 0)
      targets.push(
        ...impliedField(
          clause,
          verb,
          amount,
          isKind(direction, 'direction') ? direction.field : undefined,
          reading,
        ),
      );
    // "price … category … 25": one number for a price and a text is a misreading.
    if (new Set(targets.map((field) => takesNumbers(field, reading))).size > 1)
      ask(reading, 'newValue', targets.join(', '));
    for (const field of targets) {
      const change = changeBy(verb, field, amount, reading);
      if (change) changes.push(change);
    }
  }
  for (const { item } of unused) ask(reading, 'newValue', item.text);
  return changes;
}

function takeFor(amount: Amount, order: number, amounts: readonly Amount[], unused: Target[]): Target[] {
  const before = unused.filter(({ at }) => at < amount.at);
  if (before.length > 0) return unused.splice(0, before.length);
  const nextAmountAt = amounts[order + 1]?.at ?? Infinity;
  const after = unused.findIndex(({ at }) => at > amount.at && at < nextAmountAt);
  return after === -1 ? [] : unused.splice(after, 1);
}

/** Nobody named the field: the verb or the unit tells it, a percentage is assumed to be of the price, else we ask. */
function impliedField(
  clause: Clause,
  verb: VerbName,
  { item, role }: Amount,
  directionField: 'price' | undefined,
  reading: Reading,
): string[] {
  const own = clause.verb?.field;
  // "sell 3 units" is no price; "sell for 3" is.
  const isTold =
    /(?:at|for|cost|costs)$/.test(clause.verb?.text ?? '') ||
    clause.verb?.verb !== 'set' ||
    own !== 'price' ||
    role === 'to' ||
    (item.kind === 'number' && item.unit !== null && item.unit !== 'pieces');
  if ((own === 'price' || own === 'stock') && isTold) return [own];
  if (own === 'price' && !isTold) {
    ask(reading, 'vague', clause.verb?.text);
    return [];
  }
  if (item.kind === 'number' && item.unit === 'pieces') return ['stock'];
  if (item.kind === 'number' && (item.unit === 'money' || item.unit === 'toman' || item.unit === 'rial'))
    return ['price'];
  if (directionField === 'price' && clause.verb?.verb !== 'increase' && clause.verb?.verb !== 'decrease')
    return ['price'];
  if (item.kind === 'factor' && /price|قیمت/.test(item.text)) return ['price'];
  if (item.kind === 'factor' || item.unit === 'percent' || item.unit === 'times')
    return [assumePrice(reading)];
  if (verb === 'round') return [assumePrice(reading)];
  if (item.kind === 'number' && item.negative) {
    refuse(reading, 'INVALID_VALUE', 'negative', `-${item.value}`);
    return [];
  }
  // Stock is whole: 19.90 can only be a price; thousands and millions are money where money is counted so.
  if (item.kind === 'number' && (item.value.includes('.') || isIranianMoney(item, reading)))
    return [assumePrice(reading)];
  ask(reading, 'whichField', item.text);
  return [];
}

function isIranianMoney(
  { scale }: ItemOf<'number'>,
  { vocabulary: { currency }, language }: Reading,
): boolean {
  return (
    scale > 1 && (currency === 'toman' || currency === 'rial' || (currency === null && language === 'fa'))
  );
}

function assumePrice(reading: Reading): string {
  const message = reading.language === 'fa' ? 'فرض شد که منظور قیمت است' : 'Taken to be about the price';
  if (!reading.warnings.some((warning) => warning.message === message))
    reading.warnings.push({ code: 'READING_ASSUMED', field: 'price', message });
  return 'price';
}

/** Texts are set where the field takes texts, or where the new value is not a number: "set size to 32". */
function isTextChange(
  clause: Clause,
  verb: VerbName,
  fields: readonly Target[],
  amounts: readonly Amount[],
  reading: Reading,
): boolean {
  if (verb === 'rename' || verb === 'move') return true;
  if (verb !== 'set' && verb !== 'change') return false;
  const isText =
    fields.length > 0 && fields.every(({ item }) => !takesNumbers(item.field, reading) || !item.known);
  return (
    isText &&
    amounts.every(({ item }) => item.kind === 'number' && (item.unit === null || item.unit === 'pieces')) &&
    textSpan(clause.items, clause.verbAt) !== null
  );
}

/** "set color of hoodies to red", "move X to Shoes", «رنگ هودی‌ها رو قرمز کن», "change color from red to blue". */
function textChanges(
  clause: Clause,
  fields: readonly Target[],
  taken: Set<number>,
  reading: Reading,
): DataChange[] | null {
  const span = textSpan(clause.items, clause.verbAt);
  if (!span) return null;
  const value = clause.items.slice(span.from, span.to);
  const target =
    fields.filter(({ at }) => at < span.lead).at(-1) ??
    fields.find(({ at }) => at >= span.from && at < span.to);
  const implied =
    clause.verb?.field === 'category' || clause.verb?.field === 'name'
      ? clause.verb.field
      : inferredField(value);
  // "rename the category Saddles to Seats" is about the category.
  const renamed =
    clause.verb?.field === 'name' &&
    !clause.items.some((item, at) => at < span.lead && isKind(item, 'name', 'value', 'quote', 'sku'))
      ? filteredField(clause.items)
      : null;
  const field = target?.item.field ?? renamed ?? implied ?? filteredField(clause.items);
  if (!field) return null;
  for (let at = span.lead; at < span.to; at++) taken.add(at);
  for (const other of fields) taken.add(other.at);
  if (fields.filter(({ at }) => at < span.lead).length > 1)
    ask(reading, 'newValue', fields.map(({ item }) => item.text).join(', '));
  const change = newTextOf(field, value, reading);
  return change ? [change] : [];
}

function inferredField(value: readonly Item[]): string | null {
  const only = value.filter((item) => !isKind(item, 'filler'));
  const first = only[0];
  return only.length === 1 && isKind(first, 'value') ? (first.values[0]?.field ?? null) : null;
}

/** "change brand X to Y": the field said with the products is the one that changes. */
function filteredField(items: readonly Item[]): string | null {
  const fields = items.flatMap((item) =>
    isKind(item, 'condition') && 'op' in item.query && item.query.op === 'eq' ? [item.query.field] : [],
  );
  return fields.length === 1 &&
    fields[0] !== 'price' &&
    fields[0] !== 'stock' &&
    fields[0] !== 'sku' &&
    fields[0] !== 'id'
    ? (fields[0] ?? null)
    : null;
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
