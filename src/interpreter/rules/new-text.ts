/** New values that are texts: where they stand in the clause and how the catalogue spells them. */
import type { DataChange } from '../../catalogue/task.js';
import { fold } from '../../text/fold.js';
import { isKind, type Item, type ItemOf } from './items.js';
import { NAME_MEASURES } from './lexicon/numbers.js';
import { ask, rawText, refuse, type Reading } from './notes.js';
import { takesNumbers } from './operations.js';

export interface TextSpan {
  /** Index of the word that leads to it ("to", «به», «رو»). */
  lead: number;
  from: number;
  /** Exclusive. */
  to: number;
}

/** The words after the last "to" of the clause; in Persian also what stands between «رو» and the verb. */
export function textSpan(items: readonly Item[], verbAt: number): TextSpan | null {
  const afterVerb = verbAt === 0;
  const toAt = items.findLastIndex(
    (item, at) =>
      isKind(item, 'prep') &&
      item.prep === 'to' &&
      !isKind(items[at + 1], 'stop') &&
      (afterVerb || at < verbAt || !hasEarlier(items, verbAt)),
  );
  const quoteEnd = (from: number): number =>
    isKind(items[from], 'quote') ? from + 1 : endOf(items, from, verbAt);
  if (toAt !== -1) {
    let from = toAt + 1;
    while (isKind(items[from], 'filler')) from++;
    const to = quoteEnd(from);
    if (to > from) return { lead: toAt, from, to };
  }
  // «رنگ … رو بذار قرمز»: Persian puts the value after a setting verb when it puts nothing before.
  const afterwards = items.slice(verbAt + 1).findIndex((item) => !isKind(item, 'filler', 'stop'));
  if (verbAt > 0 && afterwards === 0 && isKind(items[verbAt + 1], 'quote', 'value', 'name', 'number'))
    return { lead: verbAt + 1, from: verbAt + 1, to: quoteEnd(verbAt + 1) };
  const objectAt = items.findLastIndex((item, at) => isKind(item, 'object') && at < verbAt);
  if (objectAt !== -1 && objectAt + 1 < verbAt) return { lead: objectAt + 1, from: objectAt + 1, to: verbAt };
  // "set color red for hoodies": the words after the field.
  const fieldAt = items.findIndex(
    (item, at) =>
      isKind(item, 'field') &&
      at > verbAt &&
      items.slice(verbAt + 1, at).every((other) => isKind(other, 'filler')),
  );
  if (fieldAt === -1 || !isKind(items[fieldAt + 1], 'value', 'quote', 'name', 'number')) return null;
  return { lead: fieldAt + 1, from: fieldAt + 1, to: quoteEnd(fieldAt + 1) };
}

function hasEarlier(items: readonly Item[], verbAt: number): boolean {
  return items.slice(0, verbAt).some((item) => isKind(item, 'prep') && item.prep === 'to');
}

/** A new value ends where products or another change begin: "to red for hoodies", "to red and stock to 5". */
function endOf(items: readonly Item[], from: number, verbAt: number): number {
  for (let at = from; at < items.length; at++) {
    const item = items[at];
    if (verbAt > from && at === verbAt) return at;
    if (isKind(item, 'stop', 'comma', 'where', 'except', 'condition', 'questionMark', 'object')) return at;
    if (at > from && isKind(item, 'prep') && (item.prep === 'for' || item.prep === 'of')) return at;
    if (isKind(item, 'and') && isKind(items[at + 1], 'field')) return at;
    if (at > from && isKind(item, 'all')) return at;
  }
  return items.length;
}

export function newTextOf(field: string, value: readonly Item[], reading: Reading): DataChange | null {
  const told = value.filter((item) => !isKind(item, 'filler', 'is', 'field'));
  const only = told.length === 1 ? told[0] : undefined;
  // A quote is taken as it is; with words around it, what exactly should be stored?
  if (only === undefined && told.some((item) => isKind(item, 'quote')))
    return (ask(reading, 'leftover', rawText(reading, told)), null);
  const text = isKind(only, 'quote') ? only.text : rawText(reading, told);
  if (takesNumbers(field, reading) && isMeasured(told)) return { field, op: 'set', value: told[0].value };
  if (text === '' || field === 'id') return (refuse(reading, 'INVALID_VALUE', 'notText', field), null);
  if (
    takesNumbers(field, reading) &&
    (field === 'price' || field === 'stock' || reading.vocabulary.isNumeric(field))
  )
    return (refuse(reading, 'INVALID_VALUE', 'notNumeric', `${field}: ${text}`), null);
  if (isKind(only, 'number') && (field === 'category' || field === 'brand'))
    return (ask(reading, 'whichField', text), null);
  if (!isKind(only, 'quote')) {
    const same = reading.vocabulary.valuesEqual(text, field)[0];
    if (same) return { field, op: 'set', value: same.value };
    // Another language's word for it becomes the catalogue's; "Gray" beside "Grey" is meant as it is written.
    const spelled =
      isKind(only, 'value') && !isCorrected(only, reading)
        ? only.values.filter(
            (candidate) => candidate.field === field && isPersian(candidate.value) !== isPersian(text),
          )
        : [];
    if (spelled[0]) return { field, op: 'set', value: spelled[0].value };
  }
  return { field, op: 'set', value: cleaned(text) };
}

/** «۵۵۰ وات» in a field that holds plain numbers. */
function isMeasured(told: readonly Item[]): told is [ItemOf<'number'>, Item] {
  const [number, measure] = told;
  return (
    told.length === 2 &&
    isKind(number, 'number') &&
    number.unit === null &&
    !number.negative &&
    isKind(measure, 'name') &&
    NAME_MEASURES.has(measure.text)
  );
}

function isPersian(text: string): boolean {
  return /[\u0620-\u06d3]/.test(text);
}

function isCorrected(item: Item, reading: Reading): boolean {
  return reading.tokens.slice(item.at, item.at + item.length).some((token) => token.corrected !== undefined);
}

/** Object markers that Persian glues to the end of what was meant literally. */
function cleaned(text: string): string {
  const trimmed = text.replace(/(?<![.!؟?،,])[.!؟?،,]+$/u, '').trim();
  return fold(trimmed) === '' ? text : trimmed;
}
