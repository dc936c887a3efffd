/** Which field an amount is for: those named before it, the next one, else what verb and unit tell. */
import type { DataChange } from '../../catalogue/task.js';
import type { Amount } from './amounts.js';
import type { Clause } from './clauses.js';
import { isKind, type Item, type ItemOf } from './items.js';
import type { VerbName } from './lexicon/meaning.js';
import { ask, refuse, type Reading } from './notes.js';
import { changeBy, takesNumbers } from './operations.js';

export interface Target {
  at: number;
  item: ItemOf<'field'>;
}

/** "raise price by 5 % and stock by 3": each amount belongs to the fields just before it, else to the next one. */
export function pair(
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
    (item.kind === 'number' && isIranianMoney(item, reading)) ||
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
  if (isKind(item, 'factor') && /price|قیمت/.test(item.text)) return ['price'];
  if (isAsMany(item, reading)) return ['stock'];
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

/** "twice as many chairs": pieces are counted, were no field named. */
export function isAsMany({ at, length }: Item, reading: Reading): boolean {
  const last = reading.tokens.slice(at, at + length).slice(-2);
  return last.map(({ text }) => text).join(' ') === 'as many';
}

function isIranianMoney(
  { scale }: ItemOf<'number'>,
  { vocabulary: { currency }, language }: Reading,
): boolean {
  return (
    scale > 1 && (currency === 'toman' || currency === 'rial' || (currency === null && language === 'fa'))
  );
}

export function assumePrice(reading: Reading): string {
  const message = reading.language === 'fa' ? 'فرض شد که منظور قیمت است' : 'Taken to be about the price';
  if (!reading.warnings.some((warning) => warning.message === message))
    reading.warnings.push({ code: 'READING_ASSUMED', field: 'price', message });
  return 'price';
}
