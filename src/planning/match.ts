/**
 * Which products a task means. The truth about matching: `compile-query.ts` of the products read model says
 * the same in SQL, and a property test holds the two together.
 */
import { fieldOf, type FieldValue, type Product } from '../catalogue/product.js';
import type { Condition, Query, Task } from '../catalogue/task.js';
import { fold, matchesWords, words } from '../text/fold.js';
import {
  compareCodePoints,
  compareNumbers,
  equalityKey,
  fieldText,
  isBlank,
  numberOf,
} from './field-text.js';

type Test = (product: Product) => boolean;
const NEVER: Test = () => false;

/** Whether one product satisfies one condition or combination. Unknown fields are fields without a value. */
export function matches(product: Product, query: Query): boolean {
  return matcher(query)(product);
}

/** `matches` for many products: the query's own text is folded once. */
export function matcher(query: Query): Test {
  if ('any' in query) {
    const tests = query.any.map(matcher);
    return (product) => tests.some((test) => test(product));
  }
  if ('all' in query) {
    const tests = query.all.map(matcher);
    return (product) => tests.every((test) => test(product));
  }
  if ('not' in query) {
    const test = matcher(query.not);
    return (product) => !test(product);
  }
  return conditionTest(query);
}

/**
 * The products of a task, ordered: those that satisfy every query, in the task's order (by sku where it
 * names none), the first `limit` of them. Ties fall by sku, then id; products without a value come last in
 * either direction. Products are taken as immutable: their folded text is remembered by identity.
 */
export function select(
  products: readonly Product[],
  task: Pick<Task, 'queries' | 'order' | 'limit'>,
): Product[] {
  const test = matcher({ all: task.queries });
  const found = inOrder(
    products.filter((product) => test(product)),
    task.order,
  );
  return task.limit === undefined ? found : found.slice(0, task.limit);
}

function conditionTest(condition: Condition): Test {
  const { field } = condition;
  if (field === 'id') return idTest(condition);
  if (condition.op === 'missing') return (product) => isBlank(fieldOf(product, field));
  if (condition.op === 'eq' || condition.op === 'contains') {
    if (isNumericField(field)) return numberTest(field, 'eq', condition.value);
    if (condition.op === 'contains') return containsTest(field, condition.value);
    const key = equalityKey(field, condition.value);
    return textTest(field, (product, text) => foldedText(product, field, text).equalityKey === key);
  }
  return numberTest(field, condition.op, condition.value);
}

function idTest(condition: Condition): Test {
  if (condition.op !== 'eq' && condition.op !== 'contains') return NEVER;
  const id = condition.value.trim().toLowerCase();
  return (product) => product.productId.toLowerCase() === id;
}

function numberTest(field: string, op: 'eq' | 'gt' | 'gte' | 'lt' | 'lte', value: string): Test {
  const bound = numberOf(value);
  if (bound === null) return NEVER;
  const holds = HOLDS[op];
  return (product) => {
    const number = numberIn(fieldOf(product, field));
    return number !== null && holds(compareNumbers(number, bound));
  };
}

const HOLDS = {
  eq: (order: number) => order === 0,
  gt: (order: number) => order > 0,
  gte: (order: number) => order >= 0,
  lt: (order: number) => order < 0,
  lte: (order: number) => order <= 0,
};

function isNumericField(field: string): boolean {
  return field === 'price' || field === 'stock';
}

function numberIn(value: FieldValue): string | null {
  return value === null ? null : numberOf(String(value));
}

function containsTest(field: string, value: string): Test {
  const needle = words(value);
  const isPlainlyIn = plainly(needle);
  return textTest(
    field,
    (product, text) => isPlainlyIn(text) || matchesWords(foldedText(product, field, text).words, needle),
  );
}

/**
 * Folding is what matching costs, and brands, colours and categories are the same few texts over and over: their
 * verdicts are remembered, up to this many. A field of ever new texts, such as names, only pays the look-up.
 */
const VERDICTS_MAX = 1_000;

function textTest(field: string, holds: (product: Product, text: string) => boolean): Test {
  const verdicts = new Map<string, boolean>();
  return (product) => {
    const value = fieldOf(product, field);
    if (isBlank(value)) return false;
    const text = String(value);
    const known = verdicts.get(text);
    if (known !== undefined) return known;
    const verdict = holds(product, text);
    if (verdicts.size < VERDICTS_MAX) verdicts.set(text, verdict);
    return verdict;
  };
}

const PLAIN_WORD = /^[a-z0-9]+$/;

/**
 * Whether Latin words stand in a text between spaces: such a word folds to itself whatever is around it, so there
 * is nothing to fold. "No" means no more than that one has to look closer.
 */
function plainly(needle: readonly string[]): (text: string) => boolean {
  if (needle.length === 0 || !needle.every((word) => PLAIN_WORD.test(word))) return () => false;
  const patterns = needle.map((word) => new RegExp(`(?:^| )${word}(?: |$)`, 'i'));
  return (text) => patterns.every((pattern) => pattern.test(text));
}

interface FoldedText {
  field: string;
  equalityKey: string;
  words: ReadonlySet<string>;
}

/** The field of a product that was folded last: several conditions on one field ("a, b or c") fold it once. */
const foldedLast = new WeakMap<Product, FoldedText>();

function foldedText(product: Product, field: string, value: string): FoldedText {
  const remembered = foldedLast.get(product);
  if (remembered?.field === field) return remembered;
  const text = fieldText(field, value);
  const folded = { field, equalityKey: text.equalityKey, words: new Set(text.words) };
  foldedLast.set(product, folded);
  return folded;
}

/** What a product is ordered by: numbers before text, text before nothing. */
interface SortKey {
  rank: 0 | 1 | 2;
  number: string | null;
  text: string;
}

/** Orders without filtering; see `select`. */
export function inOrder(products: readonly Product[], order: Task['order']): Product[] {
  if (!order) return products.toSorted(bySku);
  const direction = order.direction === 'asc' ? 1 : -1;
  return products
    .map((product) => ({ product, key: sortKey(product, order.field) }))
    .sort((left, right) => {
      if (left.key.rank !== right.key.rank) return left.key.rank - right.key.rank;
      return direction * compareKeys(left.key, right.key) || bySku(left.product, right.product);
    })
    .map(({ product }) => product);
}

function sortKey(product: Product, field: string): SortKey {
  if (field === 'id') return { rank: 1, number: null, text: product.productId.toLowerCase() };
  if (field === 'name') return { rank: 1, number: null, text: fold(product.name) };
  const value = fieldOf(product, field);
  if (isBlank(value)) return { rank: 2, number: null, text: '' };
  const isText = field === 'sku' || field === 'category' || field === 'brand';
  const number = isText ? null : numberIn(value);
  return number !== null ? { rank: 0, number, text: '' } : { rank: 1, number: null, text: String(value) };
}

function compareKeys(left: SortKey, right: SortKey): number {
  if (left.number !== null && right.number !== null) return compareNumbers(left.number, right.number);
  return compareCodePoints(left.text, right.text);
}

function bySku(left: Product, right: Product): number {
  return (
    compareCodePoints(left.sku, right.sku) ||
    compareCodePoints(left.productId.toLowerCase(), right.productId.toLowerCase())
  );
}
