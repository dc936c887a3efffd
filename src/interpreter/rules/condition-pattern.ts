/** How conditions are put together: patterns over items, and the field a comparison is about. */
import type { Condition } from '../../catalogue/task.js';
import { stems } from '../../text/stems.js';
import { isKind, type Item, type ItemOf } from './items.js';
import type { Comparison } from './lexicon/meaning.js';
import { NAME_MEASURES } from './lexicon/numbers.js';
import { amountFor } from './money.js';
import { ask, type Reading } from './notes.js';

export interface Found {
  condition: Item;
  /** Items taken after the current one, itself included. */
  taken: number;
  /** Finished items before the current one that belong to it. */
  takenBack: number;
}
export type Pattern = (
  items: readonly Item[],
  at: number,
  out: readonly Item[],
  reading: Reading,
) => Found | null;

export const isSmall = (item: Item | undefined): boolean =>
  isKind(item, 'filler', 'is') ||
  (isKind(item, 'prep') && item.prep === 'with') ||
  isKind(item, 'where', 'object');

/** "a cost of at least 1000". */
function isOf(item: Item | undefined): boolean {
  return isKind(item, 'prep') && item.prep === 'of' && item.text === 'of';
}

/** The field just before, across small words, and how many items that takes back. */
export function fieldBefore(
  out: readonly Item[],
  fromToo = false,
): { field: string | null; takenBack: number } {
  let back = 0;
  while (
    isSmall(out.at(-1 - back)) ||
    isOf(out.at(-1 - back)) ||
    (fromToo && isKind(out.at(-1 - back), 'prep') && (out.at(-1 - back) as ItemOf<'prep'>).prep === 'from')
  )
    back++;
  const item = out.at(-1 - back);
  if (!isKind(item, 'field')) return { field: null, takenBack: back };
  const lead = out.at(-2 - back);
  const leads = isKind(lead, 'where') || (isKind(lead, 'prep') && lead.prep === 'with') ? 1 : 0;
  return { field: item.field, takenBack: back + 1 + leads };
}

/** The field just after a number: "less than 5 in stock", «کمتر از ۵ تا موجودی دارند». */
export function fieldAfter(items: readonly Item[], at: number): { field: string | null; taken: number } {
  const next = items[at];
  if (isKind(next, 'filler') && isKind(items[at + 1], 'state')) return { field: 'stock', taken: 2 };
  if (isKind(next, 'state') && next.inStock) return { field: 'stock', taken: 1 };
  const after = items[at + 1];
  const closes = (item: Item | undefined): boolean =>
    isKind(item, 'is') || (isKind(item, 'prep') && item.prep === 'with');
  if (isKind(next, 'field') && closes(after)) return { field: next.field, taken: 2 };
  if (
    isKind(next, 'field') &&
    next.field === 'stock' &&
    !isKind(after, 'object') &&
    !(isKind(after, 'prep') && (after.prep === 'to' || after.prep === 'by'))
  )
    return { field: 'stock', taken: 1 };
  // "more than 500 pages".
  const isChanged =
    isKind(after, 'object') || (isKind(after, 'prep') && (after.prep === 'to' || after.prep === 'by'));
  if (
    isKind(next, 'field') &&
    next.known &&
    next.field !== 'price' &&
    !TEXT_CORE.has(next.field) &&
    !isChanged
  )
    return { field: next.field, taken: 1 };
  return { field: null, taken: closes(next) ? 1 : 0 };
}

export function condition(query: Condition, from: Item, to: Item, assumed = false): Item {
  return {
    kind: 'condition',
    query,
    assumed,
    at: from.at,
    length: to.at + to.length - from.at,
    text: from.text,
  };
}

const TEXT_CORE: ReadonlySet<string> = new Set(['name', 'sku', 'category', 'brand', 'id']);

/** «۶۰۰ وات», "5000 grams": the measure of a number that is bound to a field of its own. */
export function measureAfter(items: readonly Item[], at: number, field: string | null): number {
  const next = items[at];
  const isOwn = field !== null && field !== 'price' && field !== 'stock';
  return isOwn && isKind(next, 'name') && stems(next.text).some((form) => NAME_MEASURES.has(form)) ? 1 : 0;
}

export function numeric(
  op: Comparison,
  number: ItemOf<'number'>,
  field: string | null,
  reading: Reading,
  origin: Item,
): Item {
  const chosen = field ?? (number.unit === 'pieces' ? 'stock' : 'price');
  if (number.unit === 'percent' || number.unit === 'times') ask(reading, 'upTo', number.text);
  if (number.negative) ask(reading, 'vague', `-${number.value}`);
  const assumed = field === null && number.unit === null;
  if (!TEXT_CORE.has(chosen) && reading.vocabulary.hasField(chosen) && !reading.vocabulary.isNumeric(chosen))
    ask(reading, 'notANumber', chosen);
  if (TEXT_CORE.has(chosen)) ask(reading, 'whichField', number.text);
  return condition({ field: chosen, op, value: amountFor(chosen, number, reading) }, origin, number, assumed);
}
