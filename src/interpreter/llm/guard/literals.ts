/** The parts of a task that must come from somewhere: conditions, changes, and what each of them was read from. */
import type { Condition, Query, Task } from '../../../catalogue/task.js';
import { fold } from '../../../text/fold.js';
import { stems } from '../../../text/stems.js';
import { isKind, type Item } from '../../rules/items.js';
import { synonymsAt, wordsOfGroup } from '../../rules/synonyms.js';
import type { CatalogueValue } from '../../vocabulary.js';
import type { UserWords } from './user-words.js';

export interface ConditionAt {
  condition: Condition;
  negated: boolean;
  /** Conditions of one `any` share a number; null outside of one. */
  alternativeOf: number | null;
}

/** All conditions of a filter with the negations around them. Alternatives are numbered in order. */
export function conditionsOf(queries: readonly Query[]): ConditionAt[] {
  let groups = 0;
  const walk = (query: Query, negated: boolean, group: number | null): ConditionAt[] => {
    // By De Morgan a negated "all" is a choice, and a negated "any" is none.
    if ('any' in query || 'all' in query) {
      const members = 'any' in query ? query.any : query.all;
      const isChoice = 'any' in query !== negated && members.length > 1;
      const own = isChoice ? (group ?? groups++) : group;
      return members.flatMap((member) => walk(member, negated, own));
    }
    if ('not' in query) return walk(query.not, !negated, group);
    return [{ condition: query, negated, alternativeOf: group }];
  };
  return queries.flatMap((query) => walk(query, false, null));
}

/** Kinds of items that name something of the catalogue, known or not. */
const CONTENT: readonly Item['kind'][] = ['value', 'name', 'quote', 'number', 'sku', 'id', 'condition'];

export function isContent(item: Item): boolean {
  return CONTENT.includes(item.kind);
}

/**
 * The items a text was read from: they share a word with it, or the workspace's word for what they say is this
 * text («مشکی» for Black). Empty: the text is not grounded. Words of the grammar alone ground nothing.
 */
export function sourcesOf(text: string, field: string | null, words: UserWords): Item[] {
  const needles = fold(text).split(' ').filter(Boolean);
  const parts = new Set(fold(text).split(' '));
  const derived = words.items.filter((item) => meansValue(item, parts, field, words));
  const sharing = words.items.filter(
    (item) => isContent(item) && needles.some((needle) => sharesWord(needle, words.wordsOf(item))),
  );
  const meant = meantWords(derived, words);
  const isCovered = needles.every((needle) => sharesWord(needle, words.forms) || meant.has(needle));
  if (needles.length === 0) return [];
  if (isCovered && sharing.length > 0) return [...new Set([...sharing, ...derived])];
  const inQuote = words.items.filter((item) => isKind(item, 'quote') && contains(item.text, text));
  if (inQuote.length > 0) return inQuote;
  const folded = fold(text);
  return derived.some((item) => meanings(item, words).some((one) => one.text === folded)) ? derived : [];
}

function contains(quote: string, text: string): boolean {
  return ` ${fold(quote)} `.includes(` ${fold(text)} `);
}

export function sharesWord(word: string, forms: ReadonlySet<string>): boolean {
  return forms.has(word) || stems(word).some((form) => forms.has(form));
}

/** Does the workspace's word for this item occur in the text? */
function meansValue(item: Item, parts: ReadonlySet<string>, field: string | null, words: UserWords): boolean {
  return meanings(item, words).some(
    (meant) =>
      (meant.field === null || field === null || meant.field === field) &&
      meant.text.split(' ').every((word) => parts.has(word)),
  );
}

function meantWords(items: readonly Item[], words: UserWords): ReadonlySet<string> {
  return new Set(items.flatMap((item) => meanings(item, words)).flatMap(({ text }) => text.split(' ')));
}

interface Meant {
  /** Null where it is a word of names. */
  field: string | null;
  text: string;
}

const remembered = new WeakMap<Item, Meant[]>();

/** What the workspace may call the thing an item names: values, categories, other spellings, translations. */
function meanings(item: Item, words: UserWords): Meant[] {
  const known = remembered.get(item);
  if (known) return known;
  const found = meaningsOf(item, words).filter(({ text }) => text !== '');
  remembered.set(item, found);
  return found;
}

function meaningsOf(item: Item, words: UserWords): Meant[] {
  const ofValue = ({ field, value }: CatalogueValue): Meant => ({ field, text: fold(value) });
  if (isKind(item, 'value')) return [...item.values.map(ofValue), ...translations(item, words)];
  if (isKind(item, 'sku')) return [{ field: 'sku', text: fold(item.sku) }];
  if (isKind(item, 'id')) return [{ field: 'id', text: fold(item.id) }];
  if (isKind(item, 'condition')) return nounMeanings(item.query);
  if (!isKind(item, 'name')) return [];
  const spellings = [item.words, ...item.alternatives, ...item.near.map((near) => [near])];
  return [
    ...spellings.map((spelling): Meant => ({ field: null, text: spelling.join(' ') })),
    ...(item.joined === undefined ? [] : [{ field: null, text: item.joined }]),
    ...item.categories.map(ofValue),
    ...translations(item, words),
  ];
}

/** «کتاب» where the workspace has a category that holds the word. */
function nounMeanings(query: Query): Meant[] {
  return conditionsOf([query]).flatMap(({ condition }) =>
    'value' in condition ? [{ field: condition.field, text: fold(condition.value) }] : [],
  );
}

function translations(item: Item, words: UserWords): Meant[] {
  const sentence = item.text.split(' ');
  return synonymsAt(sentence, 0).flatMap(({ group }) => {
    const { values, names, categories } = wordsOfGroup(group, words.vocabulary);
    return [
      ...[...values, ...categories].map(({ field, value }) => ({ field, text: fold(value) })),
      ...names.map((name) => ({ field: null, text: name.join(' ') })),
      ...group.members.map((member) => ({ field: null, text: member.join(' ') })),
    ];
  });
}

/** Texts of a task, wherever they stand. */
export function textsOfTask(task: Task): { field: string; text: string }[] {
  return [
    ...conditionsOf(task.queries).flatMap(({ condition }) =>
      'value' in condition ? [{ field: condition.field, text: condition.value }] : [],
    ),
    ...task.data.flatMap((change) =>
      'value' in change ? [{ field: change.field, text: change.value }] : [],
    ),
  ];
}
