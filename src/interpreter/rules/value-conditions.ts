/** Conditions on texts and states: equal to, without, in stock, starting with, and codes. */
import type { Condition } from '../../catalogue/task.js';
import { fold } from '../../text/fold.js';
import { condition, fieldBefore, isSmall, type Pattern } from './condition-pattern.js';
import { isKind, type Item, type ItemOf } from './items.js';
import { amountFor } from './money.js';
import { ask, rawText, type Reading } from './notes.js';
import { fieldOfConcept, synonymsAt } from './synonyms.js';

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
    takenBack: isSmall(last) && last === out.at(-1) ? 1 : 0,
  };
};

/** "size XL", "with price 20", "where brand is Nike", «رنگ قرمز». */
const equality: Pattern = (items, at, out, reading) => {
  const field = items[at];
  if (!isKind(field, 'field')) return null;
  let next = at + 1;
  while (
    isKind(items[next], 'is', 'filler') ||
    (isKind(items[next], 'prep') && (items[next] as ItemOf<'prep'>).text === 'equal to')
  )
    next++;
  const said = items[next];
  const negated = isKind(said, 'not') || isKind(said, 'isNot') || isKind(said, 'except');
  const value = negated ? items[next + 1] : said;
  const lead = out.findLast((item) => !isKind(item, 'filler'));
  const isMarked =
    isKind(lead, 'where', 'without', 'not', 'except') ||
    (isKind(lead, 'prep') && lead.prep === 'with' && lead === out.at(-1));
  const hasIs =
    next > at + 1 && items.slice(at + 1, next).some((item) => isKind(item, 'is')) && !setsHere(out);
  const after = items[next + (negated ? 2 : 1)];
  const isClosed =
    isKind(after, 'verb') &&
    setsAfter(after) &&
    !items.slice(next).some((item, order) => order > 1 && isKind(item, 'number', 'quote', 'value', 'name'));
  if (!value || isTarget(items, next, out) || (isClosed && !isMarked)) return null;
  const asksCost =
    /^costs?$/.test(field.text) &&
    isKind(value, 'number') &&
    items.some(
      (item) =>
        isKind(item, 'verb', 'howMany') &&
        (item.kind === 'howMany' || item.verb === 'get' || item.verb === 'count'),
    );
  // "what brand is the sofa" asks for the brand.
  if (
    isKind(lead, 'verb') &&
    lead.verb === 'get' &&
    !(isKind(value, 'value') && value.values.some((own) => own.field === field.field)) &&
    !isKind(value, 'number')
  )
    return null;
  const query = equals(field, value, isMarked || asksCost || hasIs || isOrdinary(lead), reading);
  if (!query) return null;
  const takenBack =
    isKind(lead, 'where') ||
    (isKind(lead, 'prep') && isMarked) ||
    (isKind(lead, 'prep') && lead.prep === 'of')
      ? out.length - out.lastIndexOf(lead)
      : 0;
  const isNot = isKind(after, 'isNot');
  const closing = isNot || isKind(after, 'is') ? 1 : 0;
  const built = condition(query, field, value);
  if ((negated || isNot) && built.kind === 'condition') built.query = { not: built.query };
  return { condition: built, taken: next - at + (negated ? 2 : 1) + closing, takenBack };
};

function isOrdinary(lead: Item | undefined): boolean {
  return isKind(lead, 'prep') && (lead.prep === 'of' || lead.prep === 'for');
}

function equals(field: ItemOf<'field'>, value: Item, isMarked: boolean, reading: Reading): Condition | null {
  const op = field.field === 'name' ? 'contains' : 'eq';
  if (isKind(value, 'quote'))
    return { field: field.field, op: listField(field.field, reading) ? 'contains' : op, value: value.text };
  if (isKind(value, 'sku'))
    return field.field === 'sku' ? { field: 'sku', op: 'eq', value: value.sku } : null;
  if (isKind(value, 'number')) {
    const own = reading.vocabulary.valuesEqual(value.value, field.field)[0];
    const numericField = field.field === 'price' || field.field === 'stock';
    if (numericField || reading.vocabulary.isNumeric(field.field))
      return isMarked || (own && !numericField)
        ? { field: field.field, op: 'eq', value: amountFor(field.field, value, reading) }
        : null;
    return own || isMarked ? { field: field.field, op: 'eq', value: own?.value ?? value.value } : null;
  }
  if (field.field === 'price' || field.field === 'stock') return null;
  if (isKind(value, 'value')) {
    const own =
      value.values.find((candidate) => candidate.field === field.field) ??
      reading.vocabulary.valuesEqual(value.text, field.field)[0];
    if (own) return { field: own.field, op: own.op, value: own.value };
    return isMarked ? { field: field.field, op, value: rawText(reading, [value]) } : null;
  }
  if (isKind(value, 'name') && field.field !== 'name') {
    const own = reading.vocabulary.valuesEqual(value.text, field.field)[0];
    if (own) return { field: own.field, op: own.op, value: own.value };
    const onlyNear = value.known
      ? []
      : value.near.flatMap((near) => reading.vocabulary.valuesEqual(near, field.field));
    if (onlyNear.length === 1 && onlyNear[0]) {
      reading.corrections.push({ from: value.text, to: fold(onlyNear[0].value) });
      return { field: field.field, op: onlyNear[0].op, value: onlyNear[0].value };
    }
    // "color pink" where nothing is pink: still a colour. "brand red lipstick": not a brand.
    const isColour = synonymsAt([value.text], 0).some(
      ({ group }) => group.kind === 'colour' && fieldOfConcept('color', reading.vocabulary) === field.field,
    );
    return isMarked || isColour ? { field: field.field, op, value: rawText(reading, [value]) } : null;
  }
  return null;
}

function listField(field: string, reading: Reading): boolean {
  return reading.vocabulary.fields.includes(field) && /tag|تگ|برچسب/.test(field);
}

function setsHere(out: readonly Item[]): boolean {
  return out.some((item) => isKind(item, 'verb') && (item.verb === 'set' || item.verb === 'change'));
}
function setsAfter(verb: ItemOf<'verb'>): boolean {
  return verb.verb === 'set' || verb.verb === 'change' || verb.verb === 'move';
}

/** "set color red for hoodies": the field right after the verb, with no "to" to come, is what is changed. */
function isTarget(items: readonly Item[], valueAt: number, out: readonly Item[]): boolean {
  const lead = out.findLast((item) => !isKind(item, 'filler'));
  if (!isKind(lead, 'verb') || !(lead.verb === 'set' || lead.verb === 'change')) return false;
  return !items.slice(valueAt + 1).some((item) => isKind(item, 'prep') && item.prep === 'to');
}

/** "the Tanks category", "red color". */
const valueThenField: Pattern = (items, at) => {
  const value = items[at];
  const field = items[at + 1];
  if (!isKind(value, 'value') || !isKind(field, 'field')) return null;
  const own = value.values.find((candidate) => candidate.field === field.field);
  if (!own || /[\u0620-\u06d3]/.test(value.text)) return null;
  return {
    condition: condition({ field: own.field, op: own.op, value: own.value }, value, field),
    taken: 2,
    takenBack: 0,
  };
};

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
  const text = value ? rawText(reading, [value]).replace(/[-_]+$/, '') : '';
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
