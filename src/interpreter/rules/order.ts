/** "the five cheapest", «۵ تا ارزان‌ترین»: which products come first, and how many of them. */
import type { Task } from '../../catalogue/task.js';
import { TASK_LIMIT_MAX } from '../../catalogue/task.js';
import { lightStems } from '../../text/stems.js';
import { isKind, type Item, type ItemOf } from './items.js';
import { ask, type Reading } from './notes.js';

export interface Ordered {
  items: Item[];
  order?: NonNullable<Task['order']>;
  limit?: number;
}

export function readOrder(items: readonly Item[], reading: Reading): Ordered {
  const at = items.findIndex((item) => isKind(item, 'superlative'));
  const superlative = items[at];
  if (!isKind(superlative, 'superlative')) return { items: [...items] };
  const taken = new Set([at]);
  const field = superlative.field ?? fieldAround(items, at, taken);
  const limit = countAround(items, at, taken) ?? countElsewhere(items, taken);
  if (!field || items.filter((item) => isKind(item, 'superlative')).length > 1)
    ask(reading, 'order', superlative.text);
  if (limit === null && (isPlural(items, at, reading) || isPluralItself(superlative, reading)))
    ask(reading, 'howMany', superlative.text);
  const rest = items.filter((_, index) => !taken.has(index));
  return {
    items: rest,
    order: { field: field ?? 'price', direction: superlative.direction },
    limit: limit ?? 1,
  };
}

/** "lowest stock", «کمترین موجودی», "most in stock". */
function fieldAround(items: readonly Item[], at: number, taken: Set<number>): string | null {
  let next = at + 1;
  while (isKind(items[next], 'filler', 'prep')) next++;
  const field = items[next];
  if (!isKind(field, 'field')) return null;
  taken.add(next);
  for (const small of [at - 1, at - 2])
    if (
      isKind(items[small], 'filler') ||
      (isKind(items[small], 'prep') && (items[small] as ItemOf<'prep'>).prep === 'with')
    )
      taken.add(small);
    else break;
  return field.field;
}

function countAround(items: readonly Item[], at: number, taken: Set<number>): number | null {
  for (const step of [-1, 1]) {
    let next = at + step;
    while (
      taken.has(next) ||
      isKind(items[next], 'filler') ||
      (isKind(items[next], 'prep') && ['of', 'from', 'with'].includes((items[next] as ItemOf<'prep'>).prep))
    )
      next += step;
    if (step === -1 && isKind(items[next], 'product')) next--;
    // «۳ تا گوشی ارزون‌تر از همه»: the noun stands between.
    if (step === -1 && /[\u0620-\u06d3]/.test(items[at]?.text ?? '')) next = beforeNouns(items, next);
    const number = items[next];
    if (!isKind(number, 'number') || (number.unit !== null && number.unit !== 'pieces') || number.negative)
      continue;
    const count = Number(number.value);
    if (!Number.isInteger(count) || count < 1 || count > TASK_LIMIT_MAX) continue;
    taken.add(next);
    return count;
  }
  return null;
}

function beforeNouns(items: readonly Item[], from: number): number {
  let at = from;
  while (
    isKind(items[at], 'name', 'value') ||
    (isKind(items[at], 'condition') && (items[at] as ItemOf<'condition'>).noun)
  )
    at--;
  const number = items[at];
  return isKind(number, 'number') && (number.unit === 'pieces' || number.nameWord === null) ? at : from;
}

/** "which 5 groceries have the lowest stock": the only bare number of a question is how many. */
function countElsewhere(items: readonly Item[], taken: Set<number>): number | null {
  const reads = items.every((item) => !isKind(item, 'verb') || item.verb === 'get' || item.verb === 'count');
  const numbers = items.flatMap((item, at) => (isKind(item, 'number') && !taken.has(at) ? [at] : []));
  const number = items[numbers[0] ?? -1];
  if (
    !reads ||
    numbers.length !== 1 ||
    !isKind(number, 'number') ||
    (number.unit !== null && number.unit !== 'pieces') ||
    number.nameWord !== null
  )
    return null;
  taken.add(numbers[0] as number);
  return Number(number.value);
}

/** «ارزان‌ترین‌ها» with no noun. */
function isPluralItself({ at, length }: ItemOf<'superlative'>, reading: Reading): boolean {
  return /ها(?:ی|رو|را)?$/.test(reading.tokens[at + length - 1]?.text ?? '');
}

/** "the cheapest hoodies" without a number: how many? "the cheapest hoodie" is one. */
function isPlural(items: readonly Item[], at: number, reading: Reading): boolean {
  const rest = items.slice(at + 1);
  const isNoun = (item: Item): boolean =>
    isKind(item, 'name', 'value', 'product') || (isKind(item, 'condition') && item.noun !== undefined);
  const start = rest.findIndex(isNoun);
  const end = rest.findIndex((item, index) => index > start && !isNoun(item));
  const run = start === -1 ? [] : rest.slice(start, end === -1 ? undefined : end);
  // English nouns come last ("women's jacket"), Persian ones first («ژاکت زنانه»).
  const noun = /[\u0620-\u06d3]/.test(run[0]?.text ?? '') ? run[0] : run.at(-1);
  const word = noun ? (reading.tokens[noun.at + noun.length - 1]?.text ?? '') : '';
  return /(?:ها|های|هایی|ات)$/.test(word) || (/^[a-z]/.test(word) && lightStems(word).length > 1);
}
