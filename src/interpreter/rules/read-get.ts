/** Sentences that ask for products or numbers, and those without any verb. */
import type { Task } from '../../catalogue/task.js';
import type { Draft, Picked } from './draft-task.js';
import { readFilter } from './filter.js';
import { isKind, type Item } from './items.js';
import { ask, refuse, type Reading } from './notes.js';

export function without(items: readonly Item[], picked: Picked, reading: Reading): Draft {
  const filter = readFilter(
    items.filter((item) => !isKind(item, 'field', 'number')),
    reading,
  );
  const hasChange = items.some((item) => isKind(item, 'number', 'field', 'factor', 'direction'));
  const isAsked =
    items.some((item) => isKind(item, 'questionMark')) ||
    isKind(
      items.find((item) => !isKind(item, 'filler')),
      'product',
    );
  if (
    !items.some((item) => isKind(item, 'number', 'factor', 'direction')) &&
    (isAsked ||
      picked.order ||
      items.some((item) => isKind(item, 'condition')) ||
      items.some((item) => isKind(item, 'field'))) &&
    !(filter.isEmpty && !picked.order && !filter.all)
  )
    return readGet(
      items,
      items.some((item) => isKind(item, 'field') && item.text === 'تعداد'),
      picked,
      reading,
    );
  if (filter.isEmpty && !hasChange && !filter.all) {
    refuse(reading, 'NOT_A_CATALOGUE_TASK', 'notCatalogue');
    return { tasks: [] };
  }
  const known = items.some(
    (item) =>
      isKind(item, 'value', 'condition', 'sku', 'field', 'product', 'all') ||
      (isKind(item, 'name') && item.known),
  );
  if (!known) refuse(reading, 'NOT_A_CATALOGUE_TASK', 'notCatalogue');
  ask(reading, hasChange ? 'direction' : 'whatToDo', '');
  return { tasks: [] };
}

export function readGet(items: readonly Item[], isCount: boolean, picked: Picked, reading: Reading): Draft {
  const select: string[] = [];
  const rest = items.flatMap((item): Item[] => {
    if (isKind(item, 'field') && item.known && !(isCount && item.text.startsWith('تعداد')))
      select.push(item.field);
    if (isKind(item, 'field') && !item.known) ask(reading, 'unknownField', item.text);
    // A gap stays where the field was: its neighbours do not become neighbours.
    if (isKind(item, 'field')) return [{ kind: 'stop', at: item.at, length: item.length, text: item.text }];
    return isKind(item, 'verb', 'howMany', 'howMuch', 'new') ? [] : [item];
  });
  const filter = readFilter(dropDangling(rest), reading);
  if (isCount && picked.order) ask(reading, 'order', '');
  const counted = select.filter((field) => field === 'stock' || field === 'price');
  if (
    isCount &&
    counted.length > 0 &&
    !items.some((item) => isKind(item, 'howMany') && /how many|چند/.test(item.text) && item.text !== 'چند')
  )
    ask(reading, 'whichReading', '');
  const namesProducts = items.some((item) => isKind(item, 'product', 'all', 'howMany', 'field', 'new'));
  if (filter.isEmpty && !picked.order && !namesProducts)
    refuse(reading, 'NOT_A_CATALOGUE_TASK', 'notCatalogue');
  const howMuch = items.find((item) => isKind(item, 'howMuch'));
  if (isKind(howMuch, 'howMuch') && select.length === 0 && !isCount) select.push(howMuch.field ?? 'price');
  const asked = [...new Set(select)].filter((field) => field !== 'name' || select.length === 1);
  const tasks = filter.readings.map((queries): Task => {
    const base = { entity: 'product' as const, action: 'get' as const, queries, data: [], ...picked };
    if (isCount) return { ...base, count: true };
    return asked.length > 0 ? { ...base, select: asked } : base;
  });
  if (filter.isEmpty && !picked.order && asked.length > 0 && !items.some((item) => isKind(item, 'product')))
    ask(reading, 'whichProducts', '');
  return { tasks };
}

function dropDangling(items: readonly Item[]): Item[] {
  return items.filter((item, at) => {
    if (!isKind(item, 'and', 'comma', 'or')) return true;
    const idle = (other: Item): boolean =>
      isKind(
        other,
        'filler',
        'prep',
        'object',
        'is',
        'stop',
        'product',
        'and',
        'comma',
        'all',
        'questionMark',
      );
    return (
      items.slice(0, at).some((other) => !idle(other)) && items.slice(at + 1).some((other) => !idle(other))
    );
  });
}
