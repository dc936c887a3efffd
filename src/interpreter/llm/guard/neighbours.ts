/** What stands beside a number: the field, the comparison or the direction it belongs to. */
import { isKind, type Item, type ItemOf } from '../../rules/items.js';
import type { UserWords } from './user-words.js';

type Way = 'increase' | 'decrease';

/** Items before `item` that are nothing but small words, nearest first, ending with the first that is more. */
function leadOf(item: Item, { items }: UserWords): Item | undefined {
  let at = items.indexOf(item) - 1;
  while (isKind(items[at], 'filler', 'prep', 'is', 'compare', 'where', 'named') && at > 0) at--;
  return items[at];
}

/** "price 79.99, stock 12", "cut their stock by 100": the number field right before the number. */
export function fieldBefore(item: Item, words: UserWords): string | null {
  const lead = leadOf(item, words);
  return isKind(lead, 'field') && words.vocabulary.isNumeric(lead.field) ? lead.field : null;
}

/** "over 5", "between 2 and 5", "5 or more": which way the words beside a number bound it; null: they do not say. */
export function boundOf(item: Item, { items }: UserWords): 'up' | 'down' | null {
  const at = items.indexOf(item);
  const after = items[at + 1];
  if (isKind(after, 'compareAfter')) return isUp(after) ? 'up' : 'down';
  let lead = at - 1;
  while (isKind(items[lead], 'filler', 'is') && lead > 0) lead--;
  const before = items[lead];
  if (isKind(before, 'compare')) return isUp(before) ? 'up' : 'down';
  if (isKind(before, 'between')) return 'up';
  const isSecond =
    isKind(before, 'and', 'prep') &&
    isKind(items[lead - 1], 'number') &&
    isKind(items[lead - 2], 'between', 'prep');
  return isSecond ? 'down' : null;
}

function isUp({ op }: ItemOf<'compare'> | ItemOf<'compareAfter'>): boolean {
  return op === 'gt' || op === 'gte';
}

/** "to 50", «به ۵۰»: the number is what it becomes, not by how much. */
export function isLedByTo(item: Item, { items }: UserWords): boolean {
  let at = items.indexOf(item) - 1;
  // "should cost 2 dollars less", "on sale at 20 % off".
  if (isKind(items[at + 2], 'direction')) return false;
  while (isKind(items[at], 'filler') && at > 0) at--;
  const before = items[at];
  return isKind(before, 'prep') && (before.prep === 'to' || before.prep === 'upto');
}

/** The only direction said in the clause a number stands in; null: none, or both. */
export function wayBeside(item: Item, { items }: UserWords): Way | null {
  const at = items.indexOf(item);
  const from = items.findLastIndex((other, index) => index < at && isKind(other, 'and', 'comma', 'stop'));
  const next = items.findIndex((other, index) => index > at && isKind(other, 'and', 'comma', 'stop'));
  const clause = items.slice(from + 1, next === -1 ? undefined : next);
  const ways = new Set(clause.flatMap(wayOf));
  return ways.size === 1 ? ([...ways][0] ?? null) : null;
}

/** Which way a word goes. «۳ درصد گرون‌تره»: a comparative with no "than" says it too. */
export function wayOf(item: Item): Way[] {
  if (isKind(item, 'verb', 'direction') && (item.verb === 'increase' || item.verb === 'decrease'))
    return [item.verb];
  // "add 5 to the stock", "take 5 off"; adding products is no update.
  if (isKind(item, 'verb') && item.verb === 'add') return ['increase'];
  if (isKind(item, 'verb') && item.verb === 'remove') return ['decrease'];
  if (isKind(item, 'compareAfter') && (item.op === 'gt' || item.op === 'lt'))
    return [item.op === 'gt' ? 'increase' : 'decrease'];
  if (isKind(item, 'number') && item.signed) return [item.negative ? 'decrease' : 'increase'];
  return [];
}
