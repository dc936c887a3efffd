/** Words whose meaning the whole sentence settles, once everything in it has been looked up. */
import { isKind, type Item } from './items.js';

const REST =
  /^(?:بقیه|بقیه ?ی|مابقی|مابقیه|باقی|باقیه|سایر|others|all others?|the rest(?: of)?|everything else)$/;
const HAVE = /^(?:داریم|دارید|داری)$/;

export function settled(items: readonly Item[]): Item[] {
  return restAsAll(haveAsFiller(items));
}

/** «هر چی کفش داریم رو گرون کن»: that we have them asks for nothing, where another verb does. */
function haveAsFiller(items: readonly Item[]): Item[] {
  const asks = (item: Item): boolean => isKind(item, 'verb') && !HAVE.test(item.text);
  if (!items.some(asks)) return [...items];
  return items.map((item) => {
    const { at, length, text } = item;
    return isKind(item, 'verb') && HAVE.test(text) ? { kind: 'filler', at, length, text } : item;
  });
}

/** «به جز کفش‌ها بقیه رو …»: beside one exception, the rest is all there is. With more groups it stays open. */
function restAsAll(items: readonly Item[]): Item[] {
  const rests = items.filter((item) => isKind(item, 'beyond') && REST.test(item.text));
  const isPlain =
    rests.length === 1 &&
    items.filter((item) => isKind(item, 'except')).length === 1 &&
    items.filter((item) => isKind(item, 'verb')).length <= 1 &&
    !items.some((item) => isKind(item, 'all'));
  if (!isPlain) return [...items];
  return items.map((item) => {
    const { at, length, text } = item;
    return item === rests[0] ? { kind: 'all', at, length, text } : item;
  });
}
