/** Numbers as people write and say them: "12,500", "2k", "twenty five", «دو و نیم میلیون», «یک میلیون و دویست هزار». */
import { Decimal } from 'decimal.js';
import { NUMBER_WORD, SCALE_WORD } from './lexicon/numbers.js';
import type { Token } from './tokens.js';

export interface ReadNumber {
  /** Plain decimal notation, no exponent, no trailing zeros: `"2500000"`, `"7.5"`. */
  value: string;
  /** Tokens taken. */
  length: number;
  /** The scale word it ended in (1,000 for "200 thousand"), 1 without: lets "100 to 200 thousand" share it. */
  scale: number;
  /** A thousand was probably left out: "4 million and 200". */
  elliptical: boolean;
  /** Written in digits. */
  digits: boolean;
}

const AND: ReadonlySet<string> = new Set(['and', 'و']);
const HALF: ReadonlySet<string> = new Set(['نیم', 'نصف']);
const ARTICLE: ReadonlySet<string> = new Set(['a', 'an', 'یه', 'one', 'یک']);
const ENGLISH = /^[a-z]+$/;
/** Between two number words English needs "and" only after a scale; Persian always says «و». */
const PARTS_MAX = 12;

/** The number that begins at `at`, or null. `separate`: an "and" ends it ("between one hundred and two hundred"). */
export function numberAt(tokens: readonly Token[], at: number, separate = false): ReadNumber | null {
  const first = group(tokens, at, separate);
  if (!first) return null;
  let { value, length, scale } = first;
  let elliptical = false;
  for (let parts = 1; !separate && parts < PARTS_MAX; parts++) {
    const and = AND.has(tokens[at + length]?.text ?? '');
    const next = group(tokens, at + length + (and ? 1 : 0), separate);
    // "2 million and 500 thousand" is one number; "100 and 200" is two.
    if (!next || scale === 1 || next.value.gte(scale) || next.value.isZero()) break;
    if (!and && !ENGLISH.test(tokens[at + length]?.text ?? '')) break;
    // «۴ میلیون و ۲۰۰»: 200 thousand is meant, 200 is said.
    elliptical ||= scale >= 1_000_000 && next.scale === 1;
    value = value.plus(next.value);
    length += and ? next.length + 1 : next.length;
    scale = next.scale;
    if (scale === 1) break;
  }
  const asTyped = length === 1 && tokens[at]?.kind === 'number' ? tokens[at].text : plain(value);
  return { value: asTyped, length, scale: first.scale, digits: first.digits, elliptical };
}

export function plain(value: Decimal): string {
  return value.toFixed();
}

interface Group {
  value: Decimal;
  length: number;
  scale: number;
  digits: boolean;
}

/** One mantissa and the scale words after it: "twenty five thousand", "دو و نیم میلیون", "hundred", "نیم میلیون". */
function group(tokens: readonly Token[], at: number, separate: boolean): Group | null {
  const mantissa = mantissaAt(tokens, at, separate);
  if (!mantissa) return null;
  let { value, length } = mantissa;
  let scale = 1;
  for (let next = scaleAt(tokens, at + length); next !== null; next = scaleAt(tokens, at + length)) {
    value = value.times(next);
    scale = Math.max(scale, 1) * next;
    length++;
    if (scale === 100) {
      // "two hundred and fifty thousand": what follows the hundred belongs to the same mantissa.
      const and = AND.has(tokens[at + length]?.text ?? '') && !separate ? 1 : 0;
      const rest = mantissaAt(tokens, at + length + and, separate);
      if (rest && rest.length > 0 && !rest.digits && rest.value.lt(100)) {
        value = value.plus(rest.value);
        length += rest.length + and;
      }
    }
  }
  // «یک میلیون و نیم» is a million and half of one.
  if (
    scale >= 1_000 &&
    AND.has(tokens[at + length]?.text ?? '') &&
    HALF.has(tokens[at + length + 1]?.text ?? '') &&
    scaleAt(tokens, at + length + 2) === null
  ) {
    value = value.plus(scale / 2);
    length += 2;
  }
  return { value, length, scale, digits: mantissa.digits };
}

function mantissaAt(
  tokens: readonly Token[],
  at: number,
  separate: boolean,
): { value: Decimal; length: number; digits: boolean } | null {
  const token = tokens[at];
  if (!token) return null;
  if (token.kind === 'number') return withHalf(tokens, at, new Decimal(token.text), 1, true);
  if (token.kind !== 'word') return null;
  if (scaleOf(token.text) !== null && token.text.length > 2)
    return { value: new Decimal(1), length: 0, digits: false };
  if (HALF.has(token.text) && scaleAt(tokens, at + 1) !== null)
    return { value: new Decimal('0.5'), length: 1, digits: false };
  const article = ARTICLE.has(token.text) && scaleAt(tokens, at + 1) !== null;
  const word = article ? 1 : NUMBER_WORD.get(token.text);
  return word === undefined ? null : spoken(tokens, at, word, separate);
}

/** "twenty five", "بیست و پنج", "صد و بیست و پنج": each next word smaller than the last one's place. */
function spoken(
  tokens: readonly Token[],
  at: number,
  first: number,
  separate: boolean,
): { value: Decimal; length: number; digits: boolean } {
  let value = first;
  let last = first;
  let length = 1;
  for (;;) {
    const persian = !ENGLISH.test(tokens[at]?.text ?? '');
    const and = AND.has(tokens[at + length]?.text ?? '') ? 1 : 0;
    if (persian && and === 0) break;
    if (separate && and === 1) break;
    const word = NUMBER_WORD.get(tokens[at + length + and]?.text ?? '');
    if (word === undefined || word === 0 || last < 20 || word >= place(last)) break;
    value += word;
    last = word;
    length += 1 + and;
  }
  return withHalf(tokens, at, new Decimal(value), length, false);
}

/** "two and a half", «دو و نیم». */
function withHalf(
  tokens: readonly Token[],
  at: number,
  value: Decimal,
  length: number,
  digits: boolean,
): { value: Decimal; length: number; digits: boolean } {
  const text = (offset: number): string => tokens[at + length + offset]?.text ?? '';
  if (text(0) === 'و' && HALF.has(text(1))) return { value: value.plus('0.5'), length: length + 2, digits };
  if (text(0) === 'and' && text(1) === 'a' && text(2) === 'half')
    return { value: value.plus('0.5'), length: length + 3, digits };
  return { value, length, digits };
}

function place(word: number): number {
  return word >= 100 ? 100 : 10;
}

function scaleAt(tokens: readonly Token[], at: number): number | null {
  const token = tokens[at];
  // "2k" is a scale; a lone "M" is a size.
  return token && (token.text.length > 1 || token.glued) ? scaleOf(token.text) : null;
}

function scaleOf(word: string): number | null {
  return SCALE_WORD.get(word) ?? null;
}
