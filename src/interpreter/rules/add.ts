/** "add a product named X with price 20 and stock 5, sku ABC-1, in category Bags". */
import type { DataChange, Task } from '../../catalogue/task.js';
import { isKind, type Item, type ItemOf } from './items.js';
import { amountFor, checkNumber } from './money.js';
import { newTextOf } from './new-text.js';
import { ask, rawText, refuse, type Reading } from './notes.js';

/** What every product needs; the rest may be left out. */
const NEEDED = ['name', 'sku', 'price'] as const;
const NAME_OF: Readonly<Record<(typeof NEEDED)[number], Record<'en' | 'fa', string>>> = {
  name: { en: 'name', fa: 'نام' },
  sku: { en: 'sku', fa: 'کد (sku)' },
  price: { en: 'price', fa: 'قیمت' },
};

interface Part {
  field: string;
  known: boolean;
  value: Item[];
}

export function readAdd(items: readonly Item[], reading: Reading): Task | null {
  const parts = withoutKind(
    readParts(
      items.filter((item) => !isKind(item, 'verb', 'new', 'stop', 'object')),
      reading,
    ),
  );
  const data: DataChange[] = [];
  for (const part of parts) {
    if (data.some((change) => change.field === part.field))
      ask(reading, 'leftover', rawText(reading, part.value));
    const change = changeOf(part, reading);
    if (change) data.push(change);
  }
  const lacking = NEEDED.filter((field) => !data.some((change) => change.field === field));
  if (lacking.length > 0)
    ask(
      reading,
      'missingForAdd',
      lacking.map((field) => NAME_OF[field][reading.language]).join(reading.language === 'fa' ? '، ' : ', '),
    );
  return data.length === 0 ? null : { entity: 'product', action: 'add', queries: [], data };
}

/** "a book named X": what it is goes before its name, which is the part that counts. */
function withoutKind(parts: readonly Part[]): Part[] {
  const names = parts.filter(({ field }) => field === 'name');
  const first = names[0];
  if (names.length !== 2 || first !== parts[0] || !first) return [...parts];
  const kind = first.value.filter((item) => !isSmall(item));
  return kind.every(
    (item) => isKind(item, 'name', 'value', 'condition') || (isKind(item, 'number') && item.value === '1'),
  )
    ? parts.filter((part) => part !== first)
    : [...parts];
}

/** Each field's name opens a part; what stands before the first is the product's name. */
function readParts(items: readonly Item[], reading: Reading): Part[] {
  const parts: Part[] = [];
  let current: Part = { field: 'name', known: true, value: [] };
  const close = (): void => {
    if (current.value.some((item) => !isSmall(item))) parts.push(current);
  };
  for (const [at, item] of items.entries()) {
    if (
      isKind(item, 'prep') &&
      item.prep === 'to' &&
      isKind(items[at + 1], 'value') &&
      current.value.length > 0
    ) {
      close();
      const target = items[at + 1] as ItemOf<'value'>;
      current = { field: target.values[0]?.field ?? '', known: true, value: [] };
    } else if (
      isKind(item, 'field', 'named') &&
      !(
        current.value.length === 0 &&
        current.field === 'name' &&
        isKind(item, 'field') &&
        item.field === 'name' &&
        parts.length === 0
      )
    ) {
      close();
      current = isKind(item, 'field')
        ? { field: item.field, known: item.known, value: [] }
        : { field: 'name', known: true, value: [] };
    } else if (isKind(item, 'sku') && current.field === 'sku' && current.value.length === 0) {
      parts.push({ field: 'sku', known: true, value: [item] });
      current = { field: '', known: true, value: [] };
    } else if (isKind(item, 'sku') && current.field !== 'sku') {
      close();
      parts.push({ field: 'sku', known: true, value: [item] });
      current = { field: '', known: true, value: [] };
    } else if (isKind(item, 'number') && opensOwnPart(items, at, current)) {
      close();
      parts.push({
        field: item.unit === 'pieces' || isKind(items[at + 1], 'state') ? 'stock' : 'price',
        known: true,
        value: [item],
      });
      current = { field: '', known: true, value: [] };
    } else if (isKind(item, 'comma') && current.value.some((other) => !isSmall(other))) {
      close();
      current = { field: '', known: true, value: [] };
    } else if (current.field === '' && !isSmall(item) && !isKind(item, 'state'))
      ask(reading, 'leftover', rawText(reading, [item]));
    else if (!isKind(item, 'state', 'questionMark')) current.value.push(item);
  }
  close();
  return parts;
}

/** "a mug for $12, 20 units": a number with a unit says by itself what it is. */
function opensOwnPart(items: readonly Item[], at: number, current: Part): boolean {
  const number = items[at] as ItemOf<'number'>;
  if (
    isKind(items[at + 1], 'state') ||
    (isKind(items[at + 1], 'prep', 'filler') && isKind(items[at + 2], 'state'))
  )
    return true;
  if (current.field === '' && isKind(items[at - 1], 'prep')) return true;
  if (current.field === 'price' || current.field === 'stock')
    return current.value.some((item) => isKind(item, 'number'));
  if (!isKind(items[at - 1], 'name', 'value') || number.unit === 'pieces')
    return isKind(items[at - 1], 'prep')
      ? number.unit === null || number.unit === 'money' || number.unit === 'toman'
      : number.unit !== null && number.unit !== 'percent' && number.unit !== 'times';
  return number.unit === 'money' || number.unit === 'toman' || number.unit === 'rial';
}

function isSmall(item: Item): boolean {
  return isKind(item, 'filler', 'is', 'and', 'comma', 'prep', 'product', 'where', 'all', 'questionMark');
}

function changeOf({ field, known, value }: Part, reading: Reading): DataChange | null {
  const first = value.findIndex((item) => !isSmall(item));
  const last = value.findLastIndex((item) => !isSmall(item));
  const whole = value.slice(first, last + 1);
  const quote = whole.filter((item) => isKind(item, 'quote'));
  // «کتاب «جنگ و صلح»», 'add a hat "Sun Hat"': what it is, then its name, which is what is quoted.
  const told = quote.length === 1 && (field === 'name' || isKind(whole[0], 'quote')) ? quote : whole;
  if (quote.length > 1) ask(reading, 'leftover', rawText(reading, whole));
  if (!known) return { field, op: 'set', value: rawText(reading, told) };
  if (field !== 'price' && field !== 'stock') return newTextOf(field, told, reading);
  const number = told[0];
  if (!isKind(number, 'number') || number.unit === 'percent' || told.length > 1) {
    refuse(reading, 'INVALID_VALUE', 'notNumeric', `${field}: ${rawText(reading, told)}`);
    return null;
  }
  const amount = amountFor(field, number, reading);
  checkNumber(field, amount, number.negative, reading);
  return { field, op: 'set', value: amount };
}
