/**
 * The words that say which products: values, names and conditions, joined by and / or / except, as a query. Where a
 * phrase can be meant in two ways that select different products, all readings come back and the user is asked.
 */
import type { Query } from '../../catalogue/task.js';
import { NAME_CONNECTORS } from '../vocabulary.js';
import { isKind, type Item } from './items.js';
import { ask, rawText, type Reading } from './notes.js';
import { isMeasure, sizeOf, termOfCondition, termOfName, termOfValue, type Term } from './terms.js';

export interface Filter {
  queries: Query[];
  /** Said in so many words: "all products". */
  all: boolean;
  /** Nothing was said about which products. */
  isEmpty: boolean;
  /** More than one: each plausible meaning of an ambiguous phrase. */
  readings: Query[][];
}

interface Phrase {
  terms: Term[];
  /** How it is joined to the phrase before. */
  joinedBy: 'and' | 'or' | 'comma' | null;
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

function one(queries: Query[]): Query {
  return queries.length === 1 ? (queries[0] as Query) : { all: queries };
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

function readPhrases(items: readonly Item[], reading: Reading): Phrase[] {
  const phrases: Phrase[] = [{ terms: [], joinedBy: null }];
  let joinedBy: Phrase['joinedBy'] = null;
  let negateNext = false;
  let sinceWhere = 0;
  const push = (term: Term): void => {
    const lastTerm = phrases.at(-1)?.terms.at(-1);
    // "not black or white" is neither.
    if (
      joinedBy === 'or' &&
      !negateNext &&
      lastTerm?.negates === term.field &&
      term.field !== '' &&
      'not' in lastTerm.query
    ) {
      lastTerm.query = { not: { any: [lastTerm.query.not, term.query] } };
      lastTerm.readings = [lastTerm.query];
      joinedBy = null;
      return;
    }
    if (joinedBy && (phrases.at(-1)?.terms.length ?? 0) > 0) phrases.push({ terms: [], joinedBy });
    joinedBy = null;
    const negated: Term = {
      ...term,
      query: { not: term.query },
      readings: term.readings.map((query) => ({ not: query })),
      role: 'condition',
      field: '',
      negates: term.field,
    };
    phrases.at(-1)?.terms.push(negateNext ? negated : term);
    negateNext = false;
  };
  for (let at = 0; at < items.length; at++) {
    const item = items[at] as Item;
    if (isKind(item, 'condition')) push(termOfCondition(item));
    else if (isKind(item, 'name', 'quote', 'number') || (isKind(item, 'value') && !isOwnTerm(items, at))) {
      const run = nameRun(items, at);
      const besideNoun = isKind(items[at - 1], 'name', 'value', 'condition', 'and', 'or', 'comma');
      const size = isKind(item, 'number') && run.length === 1 && besideNoun ? sizeOf(item, reading) : null;
      if (size) push(size);
      else if (run.length === 1 && isKind(item, 'number') && item.nameWord === null)
        ask(reading, 'leftover', item.text);
      else push(termOfName(run, isAlone(items, at, run.length), reading));
      at += run.length - 1;
    } else if (isKind(item, 'value'))
      push(
        termOfValue(item, item.isLoose && (isKind(items[at - 1], 'name') || isKind(items[at + 1], 'name'))),
      );
    else if (isKind(item, 'and', 'or', 'comma')) joinedBy = joinedBy === 'or' ? 'or' : item.kind;
    else if (isKind(item, 'not', 'without')) negateNext = true;
    else if (isKind(item, 'where')) sinceWhere = phrases.at(-1)?.terms.length ?? 0;
    else if (isKind(item, 'isNot', 'hasNot')) negateTail(phrases.at(-1), sinceWhere);
    else if (!isIdle(item))
      ask(reading, isKind(item, 'field') ? 'whichField' : 'leftover', rawText(reading, [item]));
  }
  if (negateNext) ask(reading, 'leftover', '');
  return phrases.filter(({ terms }) => terms.length > 0);
}

/** «که قرمز نیستند»: turns round what was said since «که», else the last thing said. */
function negateTail(phrase: Phrase | undefined, from: number): void {
  if (!phrase || phrase.terms.length === 0) return;
  const start = Math.min(from, phrase.terms.length - 1);
  const tail = phrase.terms.slice(start);
  const query: Query = { not: one(tail.map((term) => term.query)) };
  phrase.terms.splice(start, tail.length, {
    query,
    field: '',
    role: 'condition',
    readings: [query],
    known: tail.every((term) => term.known),
  });
}

const IDLE: ReadonlySet<Item['kind']> = new Set([
  'filler',
  'product',
  'all',
  'prep',
  'object',
  'is',
  'stop',
  'questionMark',
  'named',
]);
function isIdle(item: Item): boolean {
  return IDLE.has(item.kind);
}

/** Name words next to each other are one name; a category in the singular beside them too: "Endurance Tee". */
function nameRun(items: readonly Item[], at: number): Item[] {
  const run = [items[at] as Item];
  if (isKind(run[0], 'quote')) return run;
  for (let next = at + 1; next < items.length; next++) {
    const item = items[next] as Item;
    const joins =
      isKind(item, 'name') ||
      (isKind(item, 'number') &&
        (item.nameWord !== null || isMeasure(items[next + 1]) || isKind(run.at(-1), 'name', 'number'))) ||
      (isKind(item, 'value') && !isOwnTerm(items, next));
    if (!joins) break;
    run.push(item);
  }
  return run;
}

function isOwnTerm(items: readonly Item[], at: number): boolean {
  const item = items[at];
  if (!isKind(item, 'value')) return false;
  if (isWordOfName(items, at)) return false;
  const isCategory = item.values.every(({ field }) => field === 'category');
  const besideName = isKind(items[at - 1], 'name') || isKind(items[at + 1], 'name');
  return (
    item.exact || !isCategory || !besideName || /[\u0620-\u06d3]/.test(item.text) || item.text.endsWith('s')
  );
}

/**
 * «کرم مرطوب کننده»: Persian adjectives follow their noun, so a colour with only name words after it is the noun. The
 * same goes for pairs the catalogue has in names of products without that value («چای سبز»).
 */
function isWordOfName(items: readonly Item[], at: number): boolean {
  const item = items[at];
  if (!isKind(item, 'value') || item.length > 1) return false;
  if (item.inName || (item.isNameWord && isBesideConnector(items, at))) return true;
  const isAttribute = item.values.every(({ field }) => field !== 'category' && field !== 'brand');
  const previous = items[at - 1];
  const hasNoun = isKind(
    previous,
    'name',
    'value',
    'product',
    'number',
    'condition',
    'and',
    'or',
    'not',
    'except',
    'without',
    'field',
    'where',
  );
  return (
    isAttribute &&
    item.isNameWord &&
    /[\u0620-\u06d3]/.test(item.text) &&
    !hasNoun &&
    isKind(items[at + 1], 'name') &&
    !isKind(items[at + 1], 'value')
  );
}

/** «سگ و گربه» of one name: see `joinsName` of the lexer. */
function isBesideConnector(items: readonly Item[], at: number): boolean {
  return [items[at - 1], items[at + 1]].some(
    (item) => isKind(item, 'name') && NAME_CONNECTORS.has(item.text),
  );
}

function isAlone(items: readonly Item[], at: number, length: number): boolean {
  return length === 1 && !isKind(items[at - 1], 'name') && !isKind(items[at + 1], 'name');
}

/** Joins phrases as people mean them; the rules are told one by one below. */
function combine(
  phrases: readonly Phrase[],
  side: 'positive' | 'negated',
): { queries: Query[]; readings: Query[][] } {
  const shared: Query[] = [];
  const groups: Term[][] = [];
  for (const { terms, joinedBy } of phrases) {
    const previous = groups.at(-1);
    const isOr = joinedBy === 'or';
    if (!previous) groups.push([...terms]);
    // "hoodies and under 50": a condition narrows everything before it.
    else if (
      !isOr &&
      side === 'positive' &&
      terms.every(({ role }) => role === 'condition') &&
      !sameField(previous, terms)
    )
      previous.push(...terms);
    // "out of stock or under 20", "hoodies under 5 or out of stock".
    else if (isOr && terms.every(({ role }) => role === 'condition') && previous.at(-1)?.role === 'condition')
      previous.splice(-1, 1, either(previous.at(-1) as Term, terms));
    else if (!joinsSameField(previous, terms) && !(!isOr && side === 'positive' && narrows(previous, terms)))
      groups.push([...terms]);
    else if (joinsSameField(previous, terms)) mergeSameField(previous, terms);
    else previous.push(...terms);
  }
  const last = groups.at(-1) ?? [];
  // "hoodies and jackets under 50" is about both; "red hoodies and jackets" could be either.
  if (
    groups.length > 1 &&
    side === 'positive' &&
    groups.slice(0, -1).every((group) => group.every(({ role }) => role !== 'condition'))
  )
    shared.push(...last.filter(({ role }) => role === 'condition').map(({ query }) => query));
  const alternatives = groups.map((group, order) =>
    group.filter((term) => !(order === groups.length - 1 && shared.includes(term.query))),
  );
  const queries = [...disjunction(alternatives), ...shared];
  // English adjectives lead the list ("red tees and jackets"), Persian ones close it («مانتو و شومیز صورتی»).
  const described = alternatives.findIndex((group) => group.some(({ role }) => role === 'attribute'));
  const leading = (alternatives[described] ?? []).filter(({ role }) => role === 'attribute');
  const isAtEdge = described === 0 || described === alternatives.length - 1;
  const othersLack =
    alternatives.length > 1 &&
    isAtEdge &&
    leading.length > 0 &&
    alternatives.every((group, order) => order === described || group.every(({ role }) => role === 'head'));
  if (
    !othersLack &&
    described !== -1 &&
    alternatives.length > 1 &&
    side === 'positive' &&
    alternatives.some((group) =>
      group.every(({ role, field }) => role === 'attribute' && field.startsWith('name ')),
    )
  )
    return {
      queries,
      readings: [queries, [{ any: groups.flatMap((group) => group.map(({ query }) => query)) }]],
    };
  if (!othersLack) return { queries, readings: [queries] };
  const rest = alternatives
    .map((group) => group.filter((term) => !leading.includes(term)))
    .filter((group) => group.length > 0);
  const spread = [...leading.map(({ query }) => query), ...disjunction(rest), ...shared];
  return { queries, readings: [spread, queries] };
}

function disjunction(groups: readonly Term[][]): Query[] {
  const filled = groups.filter((group) => group.length > 0);
  if (filled.length <= 1) return (filled[0] ?? []).map(({ query }) => query);
  return [{ any: filled.map((group) => one(group.map(({ query }) => query))) }];
}

function sameField(previous: readonly Term[], terms: readonly Term[]): boolean {
  const first = terms[0];
  if (!first || first.field === '' || isRange(first)) return false;
  return previous.some((term) => term.field === first.field && !isRange(term));
}

function isRange({ query }: Term): boolean {
  if ('any' in query) return query.any.some((part) => !('op' in part) || part.op !== 'eq');
  return 'op' in query ? ['gt', 'gte', 'lt', 'lte', 'missing'].includes(query.op) : true;
}

/** "red or blue hoodies", "hoodies in red or blue", "Nike or Puma". */
function joinsSameField(previous: readonly Term[], terms: readonly Term[]): boolean {
  const first = terms[0];
  const lastOfPrevious = previous.at(-1);
  if (!first || !lastOfPrevious || first.field === '' || isRange(first)) return false;
  const trailing = terms.length === 1 && lastOfPrevious.field === first.field && first.role !== 'head';
  const leading =
    previous.length === 1 &&
    previous[0]?.field === first.field &&
    first.field !== 'name' &&
    first.field !== 'category';
  const plain = previous.length === 1 && terms.length === 1 && previous[0]?.field === first.field;
  return (trailing && !isRange(lastOfPrevious)) || (leading && !isRange(lastOfPrevious)) || plain;
}

function mergeSameField(previous: Term[], terms: readonly Term[]): void {
  const [first, ...rest] = terms;
  const at = previous.findLastIndex((term) => term.field === first?.field);
  previous.splice(at, 1, either(previous[at] as Term, [first as Term]), ...rest);
}

function either(term: Term, others: readonly Term[]): Term {
  const before = 'any' in term.query ? term.query.any : [term.query];
  const query: Query = { any: [...before, one(others.map((other) => other.query))] };
  const readings = [term, ...others].flatMap((part) => part.readings);
  return {
    ...term,
    query,
    readings: readings.length > others.length + 1 ? [query, ...readings] : [query],
    known: term.known && others.every((other) => other.known),
  };
}

/** "red and XL", "category shoes and brand Nike": different attributes of the same products. */
function narrows(previous: readonly Term[], terms: readonly Term[]): boolean {
  const fields = new Set(previous.map(({ field }) => field));
  const labelled = terms.every(({ role }) => role !== 'head');
  return labelled && terms.every(({ field }) => !fields.has(field)) && terms.length === 1;
}
