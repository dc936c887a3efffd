/**
 * How one field's text is compared. One definition for matching in memory and for the search terms of the
 * products read model, so that what a preview finds is what SQL finds.
 */
import { isCoreField } from '../catalogue/product.js';
import { fold, foldLetters } from '../text/fold.js';

/** A plain decimal in any digits ("۱۲٬۵۰۰", "-3.50"); longer ones are codes, not numbers. */
const NUMBER = /^(-?)0*(\d{1,20})(?:\.(\d{1,10}))?$/;

const LETTER = /\p{Lu}|\p{Ll}|\p{Lo}/u;

/**
 * The number a text is, in canonical plain notation ("12500", "-3.5"), or null when it is not one.
 * "256 GB", "1e5" and "12/5" are not numbers.
 */
export function numberOf(text: string): string | null {
  const plain = NUMBER.exec(text);
  // Folding is what matching costs: plain digits stay what they are, and most other values are words.
  if (!plain && LETTER.test(text)) return null;
  const found = plain ?? NUMBER.exec(foldLetters(text).trim());
  if (!found) return null;
  const fraction = (found[3] ?? '').replace(/(?<!0)0+$/, '');
  const whole = found[2] ?? '0';
  const digits = fraction === '' ? whole : `${whole}.${fraction}`;
  return found[1] === '-' && /[1-9]/.test(digits) ? `-${digits}` : digits;
}

/** Order of two numbers as `numberOf` writes them, exactly. */
export function compareNumbers(left: string, right: string): number {
  const isNegative = left.startsWith('-');
  if (isNegative !== right.startsWith('-')) return isNegative ? -1 : 1;
  return isNegative ? compareDigits(right.slice(1), left.slice(1)) : compareDigits(left, right);
}

/** Without leading zeros the longer whole part is the larger; at equal length digits compare as text does. */
function compareDigits(left: string, right: string): number {
  if (left === right) return 0;
  return wholeDigits(left) - wholeDigits(right) || (left < right ? -1 : 1);
}

function wholeDigits(number: string): number {
  const point = number.indexOf('.');
  return point < 0 ? number.length : point;
}

/**
 * What two values of a text field have in common exactly when `eq` holds between them: the folded text; for
 * values of custom fields that are numbers, the number ("42" and "42.0"); for text that folds away ("★★★"),
 * the text itself. The marks in front keep the three apart.
 */
export function equalityKey(field: string, text: string): string {
  return keyOf(field, text, fold(text));
}

/** Everything a text field is found by, folded once. */
export interface FieldText {
  equalityKey: string;
  words: string[];
  folded: string;
}

export function fieldText(field: string, text: string): FieldText {
  const folded = fold(text);
  const words = folded === '' ? [] : [...new Set(folded.split(' '))];
  return { equalityKey: keyOf(field, text, folded), words, folded };
}

function keyOf(field: string, text: string, folded: string): string {
  const number = isCoreField(field) ? null : numberOf(text);
  if (number !== null) return `#${number}`;
  return folded === '' ? `!${text.trim()}` : folded;
}

/** Whether a field has no value worth the name. */
export function isBlank(value: string | number | null): value is null | '' {
  return value === null || (typeof value === 'string' && value.trim() === '');
}

/** Order of Unicode code points, which is PostgreSQL's `COLLATE "C"`; JavaScript's `<` differs beyond the BMP. */
export function compareCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const [a, b] = [left.charCodeAt(index), right.charCodeAt(index)];
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

/** Surrogates stand for code points above every other unit. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
