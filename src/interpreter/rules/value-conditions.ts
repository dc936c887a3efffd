/** Conditions on texts and states: equal to, without, in stock, starting with, and codes. */
import type { Condition } from '../../catalogue/task.js';
import { fold } from '../../text/fold.js';
import { condition, fieldBefore, isSmall, type Pattern } from './condition-pattern.js';
import { equality, valueThenField } from './equality.js';
import { isKind, type Item } from './items.js';
import { ask, rawText } from './notes.js';

/** "without brand", "missing color", «برند ندارند». */
const missing: Pattern = (items, at, out) => {
  const item = items[at];
  let next = at + 1;
  while (isKind(items[next], 'filler', 'is')) next++;
  const field = items[next];
  const leads =
    isKind(item, 'without', 'hasNot') || (isKind(item, 'missing') && !isKind(out.at(-1), 'is', 'field'));
  if (leads && isKind(field, 'field') && item)
    return {
      condition: absent(field.field, item, field),
      taken: next - at + 1,
      takenBack: isSmall(out.at(-1)) ? 1 : 0,
    };
  const has = isKind(item, 'prep') && /^(?:that |which )?(?:have|has)$/.test(item.text);
  if (
    has &&
    isKind(field, 'field') &&
    !isKind(items[next + 1], 'value', 'quote', 'number', 'compare', 'name', 'is', 'between', 'not')
  )
    return {
      condition: {
        ...absent(field.field, item, field),
        query: { not: { field: field.field, op: 'missing' } },
      } as Item,
      taken: next - at + 1,
      takenBack: 0,
    };
  if (!isKind(item, 'hasNot', 'missing')) return null;
  const before = fieldBefore(out);
  return before.field
    ? { condition: absent(before.field, item, item), taken: 1, takenBack: before.takenBack }
    : null;
};

function absent(field: string, from: Item, to: Item): Item {
  // A stock that is not there is none left; it has a number in every product.
  return field === 'stock'
    ? condition({ field, op: 'eq', value: '0' }, from, to)
    : condition({ field, op: 'missing' }, from, to);
}

const stock: Pattern = (items, at, out) => {
  const state = items[at];
  if (!isKind(state, 'state')) return null;
  const count = out.at(-1);
  // "should have 900 in stock": a number of pieces, not a condition.
  if (state.inStock && isKind(count, 'number') && (count.unit === null || count.unit === 'pieces'))
    return { condition: { ...count, unit: 'pieces' }, taken: 1, takenBack: 1 };
  const last = out.findLast((item) => !isKind(item, 'filler'));
  const isNewValue =
    (isKind(last, 'verb') && last.verb === 'set') || (isKind(last, 'prep') && last.prep === 'to');
  const next = items[at + 1];
  if (isNewValue || (isKind(next, 'verb') && (next.verb === 'set' || next.verb === 'change'))) return null;
  const inStock = isKind(next, 'isNot') ? !state.inStock : state.inStock;
  const query: Condition = inStock
    ? { field: 'stock', op: 'gt', value: '0' }
    : { field: 'stock', op: 'eq', value: '0' };
  return {
    condition: condition(query, state, state),
    taken: isKind(next, 'isNot', 'is') ? 2 : 1,
    // «موجودیشون تموم شده» names the field as well.
    takenBack: (isSmall(last) || isStock(last)) && last === out.at(-1) ? 1 : 0,
  };
};

function isStock(item: Item | undefined): boolean {
  return isKind(item, 'field') && item.field === 'stock';
}

const code: Pattern = (items, at, out) => {
  const item = items[at];
  const back = isKind(out.at(-1), 'is') ? 2 : 1;
  const lead = out.at(-back);
  const takenBack = isKind(lead, 'field') && (lead.field === 'sku' || lead.field === 'id') ? back : 0;
  if (isKind(item, 'sku'))
    return {
      condition: condition({ field: 'sku', op: 'eq', value: item.sku }, item, item),
      taken: 1,
      takenBack,
    };
  if (isKind(item, 'id'))
    return {
      condition: condition({ field: 'id', op: 'eq', value: item.id }, item, item),
      taken: 1,
      takenBack,
    };
  return null;
};

/** "sku starts with WH07": whole words of a code are all that a condition can ask for. */
const PREFIX_CHARS_MIN = 3;

const startsWith: Pattern = (items, at, out, reading) => {
  const starts = items[at];
  if (!isKind(starts, 'startsWith')) return null;
  const before = fieldBefore(out);
  let next = at + 1;
  while (isKind(items[next], 'prep', 'filler', 'is')) next++;
  const value = items[next];
  const text = value ? rawText(reading, [value]).replace(/(?<![-_])[-_]+$/, '') : '';
  const isWord =
    fold(text).split(' ').length === 1 &&
    (text.length >= PREFIX_CHARS_MIN || /[-_]$/.test(rawText(reading, value ? [value] : [])));
  if (before.field !== 'sku' || !value || !isWord || !/\d/.test(text)) ask(reading, 'startsWith', text);
  if (!value || text === '') return null;
  return {
    condition: condition({ field: before.field ?? 'sku', op: 'contains', value: text }, starts, value, true),
    taken: next - at + 1,
    takenBack: before.takenBack,
  };
};

/** "size 42 and 43": the field goes on. */
export const anotherValue: Pattern = (items, at, out, reading) => {
  const number = items[at];
  const before = out.at(-2);
  if (
    !isKind(number, 'number') ||
    number.unit !== null ||
    !isKind(out.at(-1), 'and', 'or', 'comma') ||
    !isKind(before, 'condition')
  )
    return null;
  const field = 'op' in before.query && before.query.op === 'eq' ? before.query.field : null;
  const own = field ? reading.vocabulary.valuesEqual(number.value, field)[0] : undefined;
  return own
    ? {
        condition: condition({ field: own.field, op: 'eq', value: own.value }, number, number),
        taken: 1,
        takenBack: 0,
      }
    : null;
};

export const VALUE_PATTERNS: readonly Pattern[] = [
  startsWith,
  missing,
  stock,
  equality,
  valueThenField,
  code,
];
