/**
 * Puts conditions together from their parts: "stock under 5", «قیمتشون از ۵۰۰ هزار تومن بیشتره», "size XL", "without
 * brand". What stays over is values and names, for `filter.ts`, and what the verbs are about, for `changes.ts`.
 */
import type { Item } from './items.js';
import type { Reading } from './notes.js';
import { NUMBER_PATTERNS } from './number-conditions.js';
import { anotherValue, VALUE_PATTERNS } from './value-conditions.js';

/** In order of precedence: a range before its halves. */
const PATTERNS = [anotherValue, ...NUMBER_PATTERNS, ...VALUE_PATTERNS];

export function readConditions(items: readonly Item[], reading: Reading): Item[] {
  const out: Item[] = [];
  let at = 0;
  while (at < items.length) {
    const found = PATTERNS.map((pattern) => pattern(items, at, out, reading)).find(
      (result) => result !== null,
    );
    if (found) {
      out.length -= found.takenBack;
      out.push(found.condition);
    } else out.push(items[at] as Item);
    at += found?.taken ?? 1;
  }
  return out;
}
