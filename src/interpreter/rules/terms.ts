/** The smallest pieces of a filter: one condition each, with what kind of word it came from. */
import type { Query } from '../../catalogue/task.js';
import { fold } from '../../text/fold.js';
import type { CatalogueValue } from '../vocabulary.js';
import { isKind, type Item, type ItemOf } from './items.js';
import { NAME_MEASURES } from './lexicon/numbers.js';
import { ask, rawText, type Reading } from './notes.js';
import { outranking, synonymsAt } from './synonyms.js';

export interface Term {
  query: Query;
  field: string;
  /** `head`: what the products are; `attribute`: what they are like; `condition`: said with its field. */
  role: 'head' | 'attribute' | 'condition';
  /** Other plausible readings of the same words, the first one included; more than one means asking. */
  readings: Query[];
  known: boolean;
  /** The field of what it turns round: "not black". */
  negates?: string;
}

/** `orName`: the word may as well be a part of the name; whichever it is, those products are meant. */
export function termOfValue(item: ItemOf<'value'>, orName = false): Term {
  const values = outranking(item.values);
  const fields = new Set(values.map(({ field }) => field));
  const queries = values.map(queryOf);
  const isOneThing = fields.size === 1 && (queries.length === 1 || values[0]?.field !== 'category');
  if (orName && values[0]?.field !== 'category' && values[0]?.field !== 'brand')
    queries.push(nameQuery([item.text]));
  const query: Query = queries.length === 1 ? (queries[0] as Query) : { any: queries };
  const field = values[0]?.field ?? 'name';
  const readings = isOneThing ? [query] : fields.size === 1 ? [query, ...queries] : queries;
  return {
    query: isOneThing ? query : (readings[0] as Query),
    field,
    role: field === 'category' || (values[0]?.op === 'contains' && isThing(item.text)) ? 'head' : 'attribute',
    readings,
    known: true,
  };
}

/** A tag may name what a product is: "sunglasses and watches". */
function isThing(text: string): boolean {
  return synonymsAt(text.split(' '), 0).some(({ group }) => group.kind === 'thing');
}

export function queryOf({ field, op, value }: CatalogueValue): Query {
  return { field, op, value };
}

export function termOfCondition(item: ItemOf<'condition'>): Term {
  const field = fieldOf(item.query) ?? '';
  return { query: item.query, field, role: 'condition', readings: [item.query], known: true };
}

function fieldOf(query: Query): string | null {
  if ('field' in query) return query.field;
  if ('not' in query) return null;
  return null;
}

export function nameQuery(words: readonly string[]): Query {
  return { field: 'name', op: 'contains', value: words.join(' ') };
}

/** A run of adjacent name words is one search of the name. A single word may also mean categories. */
export function termOfName(run: readonly Item[], isAlone: boolean, reading: Reading): Term {
  const only = run.length === 1 ? run[0] : undefined;
  if (isKind(only, 'quote'))
    return {
      query: { field: 'name', op: 'contains', value: only.text },
      field: 'name',
      role: 'head',
      readings: [{ field: 'name', op: 'contains', value: only.text }],
      known: true,
    };
  const describes =
    isKind(only, 'name') && synonymsAt([only.text], 0).some(({ group }) => ADJECTIVES.has(group.kind));
  if (isKind(only, 'name') && isAlone && !describes && only.joined === undefined)
    return termOfLoneName(only, reading);
  const words = run.flatMap((item) => wordsOf(item, reading));
  const alternatives = run.flatMap((item) => (isKind(item, 'name') ? item.alternatives : []));
  const adjective =
    run.length === 1 && isKind(only, 'name')
      ? synonymsAt([only.text], 0).find(({ group }) => ADJECTIVES.has(group.kind))?.group.kind
      : undefined;
  const known = run.every((item) => !isKind(item, 'name') || item.known || item.near.length === 1);
  const respelled = spellings(run, words, reading);
  const query =
    alternatives.length > 0 && isKind(only, 'name')
      ? anyName([...respelled, ...alternatives])
      : anyName(respelled);
  if (adjective) return { query, field: `name ${adjective}`, role: 'attribute', readings: [query], known };
  return { query, field: 'name', role: 'head', readings: [query], known };
}

/** The words of a run, and the same with what names also write as one word. */
function spellings(run: readonly Item[], words: readonly string[], reading: Reading): (readonly string[])[] {
  const hasJoined = run.some((item) => isKind(item, 'name') && item.joined !== undefined);
  if (!hasJoined) return [words];
  const joined = run.flatMap((item) =>
    isKind(item, 'name') && item.joined !== undefined ? [item.joined] : wordsOf(item, reading),
  );
  return [words, joined];
}

/** Words that describe: in "shoes for women and men" the second one is no product by itself. */
const ADJECTIVES: ReadonlySet<string> = new Set(['colour', 'gender', 'size', 'material']);

function termOfLoneName(item: ItemOf<'name'>, reading: Reading): Term {
  const byName = anyName([wordsOf(item, reading), ...item.alternatives]);
  const isHead = item.categories.filter((category) => isHeadOf(item.text, category.value));
  const shared = item.categories.filter((category) => isFirstOfTwo(item.text, category.value));
  const named = Math.max(...item.words.map((word) => reading.vocabulary.names.count(word)));
  // «ابزارهای بوش» where few names say «ابزار» and many products are in «ابزار و برق»: either may be meant.
  if (
    item.known &&
    isHead.length === 0 &&
    shared[0] &&
    shared.length === 1 &&
    named * RARELY_NAMED < shared[0].count
  )
    return {
      query: queryOf(shared[0]),
      field: 'category',
      role: 'head',
      readings: [queryOf(shared[0]), byName],
      known: true,
    };
  if (!item.known && item.near.length === 0 && item.categories.length > 0) {
    const categories = item.categories.map(queryOf);
    const all: Query = categories.length === 1 ? (categories[0] as Query) : { any: categories };
    return {
      query: all,
      field: 'category',
      role: 'head',
      readings: categories.length === 1 || isHead.length === categories.length ? [all] : [all, ...categories],
      known: true,
    };
  }
  if (!item.known || isHead.length === 0)
    return {
      query: byName,
      field: 'name',
      role: 'head',
      readings: [byName],
      known: item.known || item.near.length === 1,
    };
  const categories = isHead.map(queryOf);
  const all: Query = categories.length === 1 ? (categories[0] as Query) : { any: categories };
  return { query: all, field: 'category', role: 'head', readings: [all, byName], known: true };
}

/** Of a category's products, fewer than one in so many have the word in their names. */
const RARELY_NAMED = 4;

/** «ابزار و برق» begins with what it holds. */
function isFirstOfTwo(word: string, category: string): boolean {
  const [first, and] = fold(category).split(' ');
  return and === 'و' && first !== undefined && first.length > 2 && word.startsWith(first);
}

/** "bikes" names what "Road Bikes" are; in "Hoodies & Sweatshirts" a hoodie is only one of two things. */
function isHeadOf(word: string, category: string): boolean {
  if (/[&,/]|\band\b|\sو\s/u.test(category)) return false;
  const words = fold(category).split(' ');
  const head = /[\u0620-\u06d3]/.test(category) ? words[0] : words.at(-1);
  return head !== undefined && (head === word || head.startsWith(word.slice(0, 3)));
}

function anyName(names: readonly (readonly string[])[]): Query {
  const queries = names.map(nameQuery);
  return queries.length === 1 ? (queries[0] as Query) : { any: queries };
}

function wordsOf(item: Item, reading: Reading): string[] {
  if (isKind(item, 'number'))
    return fold(
      reading.tokens
        .slice(item.at, item.at + item.length)
        .map(({ text }) => text)
        .join(' '),
    ).split(' ');
  if (isKind(item, 'quote')) return fold(item.text).split(' ');
  if (isKind(item, 'value'))
    return [reading.vocabulary.names.formOf(item.text) ?? item.text].flatMap((text) => fold(text).split(' '));
  if (!isKind(item, 'name')) return fold(rawText(reading, [item])).split(' ');
  if (item.known || item.near.length !== 1) {
    if (!item.known && item.near.length > 1)
      ask(reading, 'whichWord', `${item.text}\n${item.near.join('\n')}`);
    return item.words;
  }
  reading.corrections.push({ from: item.text, to: item.near[0] ?? '' });
  return [item.near[0] ?? item.text];
}

/** A number that is a size by itself ("Road-650 black 44"), else null. */
export function sizeOf(item: ItemOf<'number'>, reading: Reading): Term | null {
  const sizes = reading.vocabulary
    .valuesEqual(item.value)
    .filter(({ field }) => !reading.vocabulary.isNumeric(field) || /size|سایز/.test(field));
  const size = sizes[0];
  if (sizes.length !== 1 || !size || size.field === 'category' || size.field === 'brand') return null;
  return {
    query: queryOf(size),
    field: size.field,
    role: 'attribute',
    readings: [queryOf(size)],
    known: true,
  };
}

export function isMeasure(item: Item | undefined): boolean {
  return item !== undefined && item.length === 1 && NAME_MEASURES.has(item.text);
}
