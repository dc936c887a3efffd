/** Is every word that narrows or changes something in the task? What was dropped would widen it. */
import { isKind, type Item, type ItemOf } from '../../rules/items.js';
import { COMMON_WORDS } from '../../rules/lexicon/common-words.js';
import { NAME_MEASURES } from '../../rules/lexicon/numbers.js';
import type { Check } from './check.js';
import { isContent, sharesWord, textsOfTask } from './literals.js';
import { objection, type Objection } from './objection.js';
import { fold } from '../../../text/fold.js';
import { conditionsOf } from './literals.js';
import { says } from './user-words.js';

export function checkCoverage(check: Check): Objection[] {
  const { words, task, used } = check;
  const inTask = new Set(textsOfTask(task).flatMap(({ text }) => fold(text).split(' ')));
  return words.items.flatMap((item, at): Objection[] => {
    if (isKind(item, 'beyond', 'offTopic')) return [objection('BEYOND_A_TASK', words.rawOf(item))];
    if (isKind(item, 'state'))
      return stateIsUsed(item, check) ? [] : [objection('WORDS_LEFT_OUT', words.rawOf(item))];
    if (isKind(item, 'field') && item.known && !fieldIsUsed(item.field, check) && task.action !== 'get')
      return [objection('WORDS_LEFT_OUT', words.rawOf(item))];
    if (!isContent(item) || used.has(item) || isFiller(item, at, check)) return [];
    if (isKind(item, 'name') && [...words.wordsOf(item)].some((word) => sharesWord(word, inTask))) return [];
    const unknown = isKind(item, 'name') && !item.known && item.categories.length === 0;
    if (unknown && COMMON_WORDS.has(item.text)) return [];
    return [objection(unknown ? 'UNKNOWN_WORDS_LEFT_OUT' : 'WORDS_LEFT_OUT', words.rawOf(item))];
  });
}

/** Content that may be left out without widening anything. */
function isFiller(item: Item, at: number, { task, words, used }: Check): boolean {
  // What kind of thing a new product is may stand nowhere but in its name.
  if (task.action === 'add') return !isKind(item, 'number', 'quote', 'sku');
  // A noun that every such product is («کتاب») is implied by other conditions.
  if (isKind(item, 'condition') && item.noun !== undefined) return task.queries.length > 0;
  const before = words.items[at - 1];
  // "600 watts": the number is in the task, its measure in the field.
  if (NAME_MEASURES.has(item.text)) return before !== undefined && used.has(before);
  if (isPronoun(item, at, words.items)) return before !== undefined && used.has(before);
  return isFormerValue(item, at, words.items);
}

/** "the silver one": no amount, but the thing that was spoken of. */
function isPronoun(item: Item, at: number, items: readonly Item[]): boolean {
  const next = items[at + 1];
  const isAtEnd = next === undefined || isKind(next, 'stop');
  return /^ones?$/.test(item.text) && isKind(items[at - 1], 'value') && isAtEnd;
}

/** "from 99 to 60": what it was tells nothing new about which product is meant. */
function isFormerValue(item: Item, at: number, items: readonly Item[]): boolean {
  const [from, to, next] = [items[at - 1], items[at + 1], items[at + 2]];
  return (
    isKind(item, 'number') &&
    isKind(from, 'prep') &&
    from.prep === 'from' &&
    isKind(to, 'prep') &&
    to.prep === 'to' &&
    isKind(next, 'number')
  );
}

function stateIsUsed({ inStock }: ItemOf<'state'>, { task, words }: Check): boolean {
  if (conditionsOf(task.queries).some(({ condition }) => condition.field === 'stock')) return true;
  const asks = (task.select ?? []).includes('stock') || task.order?.field === 'stock';
  if (inStock && (asks || says(words, 'howMany', 'howMuch'))) return true;
  return task.data.some(
    (change) => change.field === 'stock' && (inStock || ('value' in change && change.value === '0')),
  );
}

/** Fields that are named have a part in the task: else "remove the style of …" might delete the products. */
function fieldIsUsed(field: string, { task }: Check): boolean {
  return [
    ...conditionsOf(task.queries).map(({ condition }) => condition.field),
    ...task.data.map((change) => change.field),
    ...(task.select ?? []),
    task.order?.field,
  ].includes(field);
}
