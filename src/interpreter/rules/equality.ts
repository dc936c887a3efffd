/** "size XL", "where brand is Nike", «رنگ قرمز»: a field and the value it has. */
import type { Condition } from '../../catalogue/task.js';
import { fold } from '../../text/fold.js';
import { condition, type Pattern } from './condition-pattern.js';
import { isKind, type Item, type ItemOf } from './items.js';
import { amountFor } from './money.js';
import { rawText, type Reading } from './notes.js';
import { fieldOfConcept, synonymsAt } from './synonyms.js';

/** "size XL", "with price 20", "where brand is Nike", «رنگ قرمز». */
export const equality: Pattern = (items, at, out, reading) => {
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
  // «به دسته اسباب‌بازی منتقل کن»: where it goes, not where it is.
  if (isKind(lead, 'prep') && lead.prep === 'to' && lead === out.at(-1)) return null;
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
export const valueThenField: Pattern = (items, at) => {
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
