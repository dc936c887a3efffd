/**
 * The words that say which products: values, names and conditions, joined by and / or / except, as a query. Where a
 * phrase can be meant in two ways that select different products, all readings come back and the user is asked.
 */
import type { Query } from '../../catalogue/task.js';
import { combine, one } from './combine.js';
import { isKind, type Item } from './items.js';
import { ask, rawText, type Reading } from './notes.js';
import { isIdle, readPhrases, type Phrase } from './phrases.js';
import type { Term } from './terms.js';

export interface Filter {
  queries: Query[];
  /** Said in so many words: "all products". */
  all: boolean;
  /** Nothing was said about which products. */
  isEmpty: boolean;
  /** More than one: each plausible meaning of an ambiguous phrase. */
  readings: Query[][];
}

const READINGS_MAX = 8;

export function readFilter(items: readonly Item[], reading: Reading): Filter {
  const all = items.some((item) => isKind(item, 'all'));
  const { positive, negative } = splitExceptions(items);
  const positives = readList(positive, reading, 'positive');
  const negatives = negative.flatMap((part) => {
    const read = readList(part, reading, 'negated');
    return read.queries.length === 0 ? [] : [{ read, query: { not: one(read.queries) } as Query }];
  });
  const queries = [...positives.queries, ...negatives.map(({ query }) => query)];
  const negativeReadings = negatives.flatMap(({ read }) => (read.readings.length > 1 ? read.readings : []));
  if (negativeReadings.length > 0) ask(reading, 'whichReading', '');
  const readings = positives.readings.map((alternative) => [
    ...alternative,
    ...negatives.map(({ query }) => query),
  ]);
  return {
    queries,
    all,
    isEmpty: queries.length === 0 && !all,
    readings: readings.length > 1 ? readings : [queries],
  };
}

/** «به جز قرمزها همه …» comes first in Persian: an exception ends at "all", at the object marker or at the end. */
function splitExceptions(items: readonly Item[]): { positive: Item[]; negative: Item[][] } {
  const positive: Item[] = [];
  const negative: Item[][] = [];
  let inside: Item[] | null = null;
  for (const [at, item] of items.entries()) {
    if (isKind(item, 'except')) {
      inside = [];
      negative.push(inside);
      continue;
    }
    const opens = isKind(item, 'all') || (isKind(item, 'stop', 'object') && (inside?.length ?? 0) > 0);
    if (inside && opens && items.slice(0, at).some((other) => isKind(other, 'except'))) inside = null;
    (inside ?? positive).push(item);
  }
  return { positive, negative };
}

function readList(
  items: readonly Item[],
  reading: Reading,
  side: 'positive' | 'negated',
): { queries: Query[]; readings: Query[][] } {
  const phrases = readPhrases(withoutImpliedNouns(items), reading);
  askUnknown(items, reading);
  const combined = combine(phrases, side);
  const ambiguous = phrases.flatMap(({ terms }) => terms).filter((term) => term.readings.length > 1);
  if (ambiguous.length === 0) return combined;
  if (ambiguous.length > 1 || combined.readings.length > 1) {
    ask(reading, 'whichReading', '');
    return combined;
  }
  const term = ambiguous[0] as Term;
  const readings = term.readings
    .slice(0, READINGS_MAX)
    .map((query) => combine(replaced(phrases, term, query), side).queries);
  return { queries: combined.queries, readings };
}

/** «کتاب‌های نشر چشمه»: what has that publisher is a book, and need not be said twice. */
function withoutImpliedNouns(items: readonly Item[]): Item[] {
  return items.filter((item, at) => {
    if (!isKind(item, 'condition') || item.noun === undefined) return true;
    const joinsOthers = items.some((other) => isKind(other, 'or', 'and', 'comma', 'except', 'not'));
    const next = items.slice(at + 1).find((other) => !isIdle(other));
    return joinsOthers || !saysField(next, item.noun);
  });
}

function saysField(item: Item | undefined, fields: readonly string[]): boolean {
  if (isKind(item, 'value')) return item.values.every(({ field }) => fields.includes(field));
  return (
    isKind(item, 'condition') &&
    'op' in item.query &&
    item.query.op === 'eq' &&
    fields.includes(item.query.field)
  );
}

/** A word that is in no name and no value selects nothing: whatever it was meant for, it was not this. */
function askUnknown(items: readonly Item[], reading: Reading): void {
  const unknown = items.find(
    (item) => isKind(item, 'name') && !item.known && item.near.length === 0 && item.categories.length === 0,
  );
  if (unknown) ask(reading, 'unknownWord', rawText(reading, [unknown]));
}

function replaced(phrases: readonly Phrase[], term: Term, query: Query): Phrase[] {
  return phrases.map((phrase) => ({
    ...phrase,
    terms: phrase.terms.map((other) => (other === term ? { ...other, query } : other)),
  }));
}
