/** Whether a sentence adds a product: "add a mug …" does, "add 5 to the stock" raises. */
import { isKind, type Item, type ItemOf } from './items.js';

/** "add 5 to stock" raises; "add a product …" adds. */
export function isAdd(items: readonly Item[]): boolean {
  const at = items.findIndex((item) => isKind(item, 'verb') && item.verb === 'add');
  const opens = items.findIndex((item) => !isKind(item, 'filler'));
  if (registers(items)) return true;
  if (
    at === -1 &&
    isKind(items[opens], 'new', 'product') &&
    items.some((item) => isKind(item, 'new')) &&
    items.some((item) => isKind(item, 'field'))
  )
    return true;
  if (
    at === -1 ||
    items.some(
      (item) =>
        isKind(item, 'verb') &&
        !item.weak &&
        item.verb !== 'add' &&
        !(item.verb === 'set' || item.verb === 'get'),
    )
  )
    return false;
  const hasDirection = items.some((item) => isKind(item, 'direction', 'superlative', 'all'));
  const isNamed = items.some(
    (item) => isKind(item, 'named') || (isKind(item, 'field') && item.field === 'name'),
  );
  const isNew = items.some((item) => isKind(item, 'new'));
  const isCoded =
    items.some((item) => isKind(item, 'field') && item.field === 'sku') &&
    items.some((item) => isKind(item, 'quote') || (isKind(item, 'field') && item.field === 'price'));
  const opening = items.slice(at + 1).find((item) => !isKind(item, 'filler'));
  if (isNamed || isNew || isCoded || (at === opens && isKind(opening, 'product'))) return true;
  const isPersian = /[\u0620-\u06d3]/.test((items[at] as Item).text);
  const hasAmount = items.some((item) => isKind(item, 'number'));
  // «قیمت … رو ۵ هزار تومن اضافه کن» raises; to add a product in Persian one says so.
  if (
    isPersian &&
    hasAmount &&
    !isKind(
      items.find((item) => !isKind(item, 'filler')),
      'product',
    )
  )
    return false;
  const first = items.find(
    (item, index) => (at === 0 ? index > at : true) && !isKind(item, 'filler', 'verb'),
  );
  const increases =
    hasDirection ||
    isKind(first, 'number') ||
    items.some((item) => isKind(item, 'number') && item.unit === 'percent') ||
    items.some((item) => isKind(item, 'prep') && item.prep === 'to') ||
    (isKind(items[0], 'prep') && (items[0] as ItemOf<'prep'>).prep === 'to');
  return !increases;
}

/** «محصول «…» رو با کد …، قیمت … ثبت کن». */
function registers(items: readonly Item[]): boolean {
  const has = (field: string): boolean => items.some((item) => isKind(item, 'field') && item.field === field);
  return (
    items.some((item) => isKind(item, 'verb') && item.verb === 'set' && item.text.startsWith('ثبت')) &&
    items.some((item) => isKind(item, 'quote')) &&
    has('sku') &&
    has('price')
  );
}
