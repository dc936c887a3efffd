/** One verb, one field, one amount → one change; or the reason why that cannot be said for sure. */
import { Decimal } from 'decimal.js';
import type { DataChange } from '../../catalogue/task.js';
import type { Amount } from './amounts.js';
import type { ItemOf } from './items.js';
import type { VerbName } from './lexicon/meaning.js';
import { amountFor, checkNumber } from './money.js';
import { ask, refuse, type Reading } from './notes.js';

const PERCENT_ALL = 100;
const TEXT_CORE: ReadonlySet<string> = new Set(['name', 'sku', 'category', 'brand', 'id']);

export function takesNumbers(field: string, reading: Reading): boolean {
  if (TEXT_CORE.has(field)) return false;
  return (
    field === 'price' ||
    field === 'stock' ||
    !reading.vocabulary.hasField(field) ||
    reading.vocabulary.isNumeric(field)
  );
}

/** Null after a problem has been noted. */
export function changeBy(verb: VerbName, field: string, amount: Amount, reading: Reading): DataChange | null {
  const { item, role } = amount;
  if ((verb === 'multiply' || verb === 'divide') && item.kind === 'number')
    return changeByFactorOf(verb, field, item, reading);
  if (role === 'upto' || role === 'compared') return asked(reading, 'upTo', item.text);
  const isSetting =
    verb === 'set' || verb === 'rename' || verb === 'move' || verb === 'give' || verb === 'add';
  if (item.kind === 'factor') return changeByFactor(verb, field, amount, reading);
  const isRelative =
    item.unit === 'percent' || item.unit === 'times' || verb === 'increase' || verb === 'decrease';
  if (isRelative && !takesNumbers(field, reading)) return refused(reading, 'notNumeric', field);
  if (item.unit === 'percent') return changeByPercent(verb, field, amount, reading);
  if (item.unit === 'times') return changeByTimes(verb, field, amount, reading);
  const value = amountFor(field, item, reading);
  if (verb === 'round') return roundTo(field, value, reading);
  const isTo =
    role === 'to' ||
    (isSetting && role === 'bare' && !(item.signed && !item.negative)) ||
    (verb === 'change' && role === 'bare' && !item.signed);
  if (isTo) {
    if (takesNumbers(field, reading)) checkNumber(field, value, item.negative, reading);
    return { field, op: 'set', value };
  }
  if (verb === 'change' || (isSetting && (role === 'by' || item.signed))) {
    if (!item.signed) return asked(reading, 'direction', item.text);
    return { field, op: item.negative ? 'decrease_by' : 'increase_by', value };
  }
  if (item.negative || (item.signed && verb === 'decrease')) return refused(reading, 'negative', item.text);
  checkNumber(field, value, false, reading);
  return { field, op: verb === 'decrease' ? 'decrease_by' : 'increase_by', value };
}

/** "multiply prices by 1.1", «تقسیم بر ۲ کن». */
function changeByFactorOf(
  verb: 'multiply' | 'divide',
  field: string,
  item: ItemOf<'number'>,
  reading: Reading,
): DataChange | null {
  if (!takesNumbers(field, reading)) return refused(reading, 'notNumeric', field);
  const isPlain = (item.unit === null || item.unit === 'times') && !item.signed;
  if (!isPlain || new Decimal(item.value).isZero()) return asked(reading, 'direction', item.text);
  return { field, op: verb === 'multiply' ? 'multiply_by' : 'divide_by', value: item.value };
}

function changeByPercent(
  verb: VerbName,
  field: string,
  { item, role }: Amount,
  reading: Reading,
): DataChange | null {
  if (item.kind !== 'number') return null;
  if (role === 'to') return asked(reading, 'percentTo', item.text);
  const down = verb === 'decrease' || (verb === 'change' && item.negative);
  const up = verb === 'increase' || verb === 'add' || (verb === 'change' && item.signed && !item.negative);
  if (!down && !up)
    return asked(reading, verb === 'change' || verb === 'give' ? 'direction' : 'percentTo', item.text);
  if (item.negative && verb !== 'change') return refused(reading, 'negative', item.text);
  if (down && new Decimal(item.value).gt(PERCENT_ALL)) return refused(reading, 'tooMuch', `${item.value}%`);
  if (new Decimal(item.value).isZero()) return asked(reading, 'amount', item.text);
  return { field, op: down ? 'decrease_percent' : 'increase_percent', value: item.value };
}

function changeByTimes(
  verb: VerbName,
  field: string,
  { item, role }: Amount,
  reading: Reading,
): DataChange | null {
  if (item.kind !== 'number') return null;
  if ((verb !== 'set' && verb !== 'change') || role === 'by' || new Decimal(item.value).isZero())
    return asked(reading, 'direction', item.text);
  return { field, op: 'multiply_by', value: item.value };
}

/** "to a third" divides; "by a third" would leave two thirds, which no single change says exactly. */
function changeByFactor(
  verb: VerbName,
  field: string,
  { item, role }: Amount,
  reading: Reading,
): DataChange | null {
  if (item.kind !== 'factor') return null;
  if (!takesNumbers(field, reading)) return refused(reading, 'notNumeric', field);
  const { op, value } = item.factor;
  const isSetting = verb === 'set' || verb === 'change' || verb === 'give' || verb === 'rename';
  if (isSetting && role !== 'by') return { field, op, value };
  const halves = op === 'divide_by' && value === '2';
  if (verb === 'decrease' && op === 'divide_by' && (halves || role === 'to')) return { field, op, value };
  if (verb === 'increase' && op === 'multiply_by' && role === 'to') return { field, op, value };
  return asked(reading, 'direction', item.text);
}

function roundTo(field: string, value: string, reading: Reading): DataChange | null {
  if (!takesNumbers(field, reading)) return refused(reading, 'notNumeric', field);
  if (new Decimal(value).isZero()) return asked(reading, 'amount', value);
  return { field, op: 'round_to', value };
}

function asked(reading: Reading, key: Parameters<typeof ask>[1], about: string): null {
  ask(reading, key, about);
  return null;
}

function refused(reading: Reading, key: Parameters<typeof refuse>[2], about: string): null {
  refuse(reading, 'INVALID_VALUE', key, about);
  return null;
}
