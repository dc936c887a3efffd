/** What every check of the guard looks at, and the items it has found a use for. */
import type { Task } from '../../../catalogue/task.js';
import type { Item } from '../../rules/items.js';
import { conditionsOf } from './literals.js';
import { saidNumbers, type SaidNumber } from './numbers.js';
import { saidFields, type SaidFields } from './said-fields.js';
import type { UserWords } from './user-words.js';

export interface Check {
  task: Task;
  words: UserWords;
  numbers: readonly SaidNumber[];
  fields: SaidFields;
  /** Items that some part of the task was read from. What is in none of them was left out. */
  used: Set<Item>;
}

export function checkOf(task: Task, words: UserWords): Check {
  return { task, words, numbers: saidNumbers(words), fields: saidFields(words), used: new Set() };
}

export function use({ used }: Check, items: readonly Item[]): void {
  for (const item of items) used.add(item);
}

/** Each part of a task takes a number of its own where the words have one: "everything under 20 to 20" has two. */
export function useNumber(check: Check, equal: readonly SaidNumber[]): readonly Item[] {
  const items = equal.map(({ item }) => item);
  const chosen = items.find((item) => !check.used.has(item)) ?? items[0];
  if (chosen === undefined) return [];
  check.used.add(chosen);
  return [chosen];
}

/**
 * Of whom is an amount when its field is not named? Of the price, where every number field that is named has its own
 * part in the task: "products rated above 4.9 up 3 %".
 */
export function isOpenPrice(field: string, { fields, task }: Check): boolean {
  if (field !== 'price') return false;
  const placed = new Set([
    ...conditionsOf(task.queries).map(({ condition }) => condition.field),
    ...task.data.map((change) => change.field),
    task.order?.field ?? '',
  ]);
  return [...fields.numeric].every((named) => named === 'price' || placed.has(named));
}
