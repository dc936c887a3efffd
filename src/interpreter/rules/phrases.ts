/** The words that say which products, cut into phrases: values, names and conditions, and how each is joined on. */
import type { Query } from '../../catalogue/task.js';
import { NAME_CONNECTORS } from '../vocabulary.js';
import { one } from './combine.js';
import { isKind, type Item, type ItemOf } from './items.js';
import { ask, rawText, type Reading } from './notes.js';
import { isMeasure, sizeOf, termOfCondition, termOfName, termOfValue, type Term } from './terms.js';

export interface Phrase {
  terms: Term[];
  /** How it is joined to the phrase before. */
  joinedBy: 'and' | 'or' | 'comma' | null;
}

export function readPhrases(items: readonly Item[], reading: Reading): Phrase[] {
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
      else if (
        run.length === 1 &&
        isKind(item, 'number') &&
        item.nameWord === null &&
        !isSpelledInNames(item, reading)
      )
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

/** «شکلات تلخ ۸۵ درصد»: a number and its unit that are words of names. */
function isSpelledInNames(item: ItemOf<'number'>, reading: Reading): boolean {
  const words = reading.tokens.slice(item.at, item.at + item.length).map(({ text }) => text);
  return words.length > 1 && words.every((word) => reading.vocabulary.names.has(word));
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

export function isIdle(item: Item): boolean {
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
