/** Are the new values, amounts and directions those of the words? */
import type { DataChange } from '../../../catalogue/task.js';
import { isKind, type Item } from '../../rules/items.js';
import { isOpenPrice, use, useNumber, type Check } from './check.js';
import { sourcesOf } from './literals.js';
import { fieldBefore, isLedByTo, wayBeside, wayOf } from './neighbours.js';
import { numbersEqualTo } from './numbers.js';
import { objection, type Objection } from './objection.js';
import { isField } from './said-fields.js';
import { says, type UserWords } from './user-words.js';

export function checkChanges(check: Check): Objection[] {
  const { data } = check.task;
  const set = data.filter(({ op }) => op === 'set').map(({ field }) => field);
  const twice = set.filter((field, at) => set.indexOf(field) !== at);
  return [
    ...twice.map((field) => objection('VALUE_NOT_SAID', field)),
    ...data.flatMap((change) => [
      ...checkField(change, check),
      ...checkValue(change, check),
      ...checkSense(change, check.words),
    ]),
  ];
}

function checkField({ field, op, ...rest }: DataChange, check: Check): Objection[] {
  const { words, fields, task } = check;
  if (fields.has(field)) return [];
  // A field that does not exist is left out by planning, with a warning; it must still be a word of the user's.
  const isOwn = isField(field, words);
  if (!isOwn) return words.forms.has(field.toLowerCase()) ? [] : [objection('FIELD_NOT_SAID', field)];
  if (isOpenPrice(field, check) && op !== 'clear') return [];
  if (field === 'name' && (task.action === 'add' || op === 'set')) return [];
  const value = 'value' in rest ? String(rest.value) : '';
  const holds = op === 'set' && words.vocabulary.valuesEqual(value, field).length > 0;
  return holds ? [] : [objection('FIELD_NOT_SAID', field)];
}

function checkValue(change: DataChange, check: Check): Objection[] {
  if (!('value' in change)) return [];
  const { field, op, value } = change;
  const isPercent = op.endsWith('percent');
  const equal = numbersEqualTo(value, field, check.numbers).filter(({ percent }) =>
    isPercent ? percent || saysNoPercent(check) : !percent,
  );
  if (equal.length > 0) {
    const fitting = equal.filter(({ item }) => fits(item, change, check.words));
    const isFresh = equal.some(({ item }) => !check.used.has(item));
    useNumber(check, fitting.length > 0 ? fitting : equal);
    // One number for two fields takes both names: "set price and stock to 10".
    if (!isFresh && !check.fields.has(field)) return [objection('FIELD_NOT_SAID', field)];
    return fitting.length > 0 ? [] : [objection('SENSE_NOT_SAID', `${op} ${field} ${value}`)];
  }
  if (op !== 'set' || field === 'price' || field === 'stock') return [objection('VALUE_NOT_SAID', value)];
  const sources = sourcesOf(value, field, check.words);
  use(check, sources);
  return sources.length > 0 ? [] : [objection('VALUE_NOT_SAID', value)];
}

/** Is what stands beside the number of this field, and of this direction? */
function fits(item: Item, { field, op }: DataChange, words: UserWords): boolean {
  if (isKind(item, 'factor') || (isKind(item, 'verb') && item.factor)) return op !== 'set';
  if (!isKind(item, 'number')) return true;
  if (![null, field].includes(fieldBefore(item, words))) return false;
  const way = wayBeside(item, words);
  const isTo = isLedByTo(item, words);
  if (op.startsWith('increase')) return way !== 'decrease' && !isTo;
  if (op.startsWith('decrease')) return way !== 'increase' && !isTo;
  return op !== 'set' || way === null || isTo || !words.vocabulary.isNumeric(field);
}

/** Voice and haste leave the sign out; then the model may tell what kind of number it is. */
function saysNoPercent({ numbers }: Check): boolean {
  return !numbers.some(({ percent }) => percent);
}

function checkSense({ field, op }: DataChange, words: UserWords): Objection[] {
  return saysSense(op, words) ? [] : [objection('SENSE_NOT_SAID', `${op} ${field}`)];
}

function saysSense(op: DataChange['op'], words: UserWords): boolean {
  const some = (test: (item: Item) => boolean): boolean => words.items.some(test);
  const goes = (way: 'increase' | 'decrease') => some((item) => wayOf(item).includes(way));
  switch (op) {
    case 'increase_percent':
    case 'increase_by':
      return goes('increase') || factors(words, 'multiply_by');
    case 'decrease_percent':
    case 'decrease_by':
      return goes('decrease') || factors(words, 'divide_by');
    case 'multiply_by':
      return (
        factors(words, op) ||
        some((item) => isKind(item, 'verb') && item.verb === 'multiply') ||
        isTimes(words)
      );
    case 'divide_by':
      return factors(words, op) || some((item) => isKind(item, 'verb') && item.verb === 'divide');
    case 'round_to':
      return says(words, 'nearest') || some((item) => isKind(item, 'verb') && item.verb === 'round');
    case 'clear':
      return (
        says(words, 'missing', 'without', 'hasNot') ||
        some((item) => isKind(item, 'verb') && CLEARING.has(item.verb))
      );
    case 'set':
      return true;
  }
}

const CLEARING: ReadonlySet<string> = new Set(['clear', 'remove', 'delete']);

function factors(words: UserWords, op: 'multiply_by' | 'divide_by'): boolean {
  return words.items.some(
    (item) =>
      (isKind(item, 'factor') && item.factor.op === op) || (isKind(item, 'verb') && item.factor?.op === op),
  );
}

function isTimes(words: UserWords): boolean {
  return words.items.some((item) => isKind(item, 'number') && item.unit === 'times');
}
