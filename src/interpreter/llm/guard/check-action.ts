/** Is this the kind of thing that was asked for: to read, to add, to change, to delete? */
import type { Task } from '../../../catalogue/task.js';
import { isAdd } from '../../rules/add-sentence.js';
import { isKind, type Item } from '../../rules/items.js';
import type { VerbName } from '../../rules/lexicon/meaning.js';
import { objection, type Objection } from './objection.js';
import { says, type UserWords } from './user-words.js';

/** Verbs that can only mean a change of products that stay. */
const CHANGING: ReadonlySet<VerbName> = new Set([
  'increase',
  'decrease',
  'set',
  'change',
  'round',
  'rename',
  'move',
  'multiply',
  'divide',
]);
/** "drop the hoodies", "clear them out": without an amount such verbs take products away. */
const MAY_DELETE: ReadonlySet<VerbName> = new Set(['remove', 'clear', 'decrease']);

export function checkAction(task: Task, words: UserWords): Objection[] {
  return isAsked(task, words) ? [] : [objection('ACTION_NOT_SAID', task.action)];
}

function isAsked(task: Task, words: UserWords): boolean {
  const items = words.items.filter((item) => !isKind(item, 'stop'));
  const verbs = items.filter((item) => isKind(item, 'verb'));
  const adds = isAdd(items);
  const hasAmount = says(words, 'number', 'factor');
  const has = (...names: VerbName[]): boolean =>
    verbs.some((verb) => verb.weak !== true && names.includes(verb.verb));
  const changes = has(...CHANGING) || says(words, 'direction', 'factor');
  if (task.action === 'add') return adds && !has('delete') && !says(words, 'all');
  if (adds) return false;
  if (task.action === 'get') return !has('delete', ...CHANGING) || asksSomething(items);
  if (task.action === 'delete')
    return !changes
      ? has('delete', ...MAY_DELETE)
      : !hasAmount && !has(...CHANGING_ONLY) && has(...MAY_DELETE);
  if (has('delete')) return task.data.every(({ op }) => op === 'clear') && !changes;
  return changes || verbs.some((verb) => !READING.has(verb.verb)) || (verbs.length === 0 && hasAmount);
}

const READING: ReadonlySet<VerbName> = new Set(['get', 'count']);
const CHANGING_ONLY = [...CHANGING].filter((verb) => verb !== 'decrease');

function asksSomething(items: readonly Item[]): boolean {
  return items.some(
    (item) =>
      isKind(item, 'questionMark', 'howMany', 'howMuch') || (isKind(item, 'verb') && READING.has(item.verb)),
  );
}
