/** Clauses, filter, order and changes put together into one task; or the first problem that stands in the way. */
import { isAdd } from './add-sentence.js';
import { readAdd } from './add.js';
import { verbOf, withoutWeakVerbs } from './clause-verb.js';
import { splitChanges, splitClauses } from './clauses.js';
import { readConditions } from './conditions.js';
import type { Draft } from './draft-task.js';
import { isKind, type Item } from './items.js';
import { ask, type Reading } from './notes.js';
import { readOrder } from './order.js';
import { readDelete } from './read-delete.js';
import { readGet, without } from './read-get.js';
import { readUpdate } from './read-update.js';

export function readTask(said: readonly Item[], reading: Reading): Draft {
  const items = isPoliteRequest(said) ? said.filter((item) => !isKind(item, 'questionMark')) : said;
  if (isAdd(items)) return { tasks: [readAdd(items, reading)].filter((task) => task !== null) };
  const {
    items: ordered,
    order,
    limit,
  } = readOrder(readConditions(items, reading).map(asDirection), reading);
  const assumed = ordered.some((item) => isKind(item, 'condition') && item.assumed === true);
  if (assumed) reading.warnings.push({ code: 'READING_ASSUMED', message: '' });
  const clauses = withoutWeakVerbs(splitClauses(ordered)).flatMap(splitChanges);
  const verbs = clauses.map((clause) => verbOf(clause, ordered));
  const picked = order && limit !== undefined ? { order, limit } : {};
  if (verbs.every((verb) => verb === null)) return without(ordered, picked, reading);
  if (verbs.every((verb) => verb === 'get' || verb === 'count'))
    return readGet(ordered, verbs.includes('count'), picked, reading);
  if (verbs.some((verb) => verb === 'get' || verb === 'count' || verb === null)) ask(reading, 'twoGroups');
  if (verbs.some((verb) => verb === 'delete')) return readDelete(clauses, verbs, picked, reading);
  return readUpdate(clauses, verbs, picked, reading);
}

/** "Could you have it priced at 79?" asks for it to be done. */
function isPoliteRequest(items: readonly Item[]): boolean {
  return isKind(items[0], 'filler') && /^(?:(?:can|could|would|will) |می ?ت|میش|would)/.test(items[0].text);
}

/** «۳ درصد گرون‌تر»: with no "than", a comparative says which way to go. */
function asDirection(item: Item): Item {
  if (!isKind(item, 'compareAfter') || (item.op !== 'gt' && item.op !== 'lt')) return item;
  const { at, length, text } = item;
  const verb = item.op === 'gt' ? ('increase' as const) : ('decrease' as const);
  return /گر|ارز/.test(text)
    ? { kind: 'direction', verb, field: 'price', at, length, text }
    : { kind: 'direction', verb, at, length, text };
}
