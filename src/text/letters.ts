/**
 * Which characters count as the same letter. Data of `fold`: everything here is decided once for search,
 * matching and reading, so that what is read is what is found.
 */

/**
 * Dropped without a trace: Latin accents and Arabic vowel signs (combining), kashida, lone hamza, half-space and
 * other invisible characters, apostrophes ("women's" and "womens" are one word).
 */
export const DROPPED =
  /[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u0621\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff'’‘‛`´ʼ]/g;

/** Marks of other scripts stay, but a run of thousands is an attack on normalisation (it sorts them). */
export const MARK_RUN = /(\p{M}{1,8})\p{M}*/gu;

/** Letters written differently and read the same. Alef forms, ؤ and ئ fall out of Unicode decomposition. */
export const SAME_LETTER: Readonly<Record<string, string>> = {
  ي: 'ی',
  ى: 'ی',
  ې: 'ی',
  ك: 'ک',
  ڪ: 'ک',
  ة: 'ه',
  ە: 'ه',
  ہ: 'ه',
  ھ: 'ه',
  ٱ: 'ا',
  ς: 'σ',
  ı: 'i',
  ß: 'ss',
  æ: 'ae',
  ø: 'o',
  œ: 'oe',
  ł: 'l',
  đ: 'd',
};
export const SAME_LETTER_PATTERN = new RegExp(`[${Object.keys(SAME_LETTER).join('')}]`, 'g');

export const FOREIGN_DIGIT_PATTERN = /(?![0-9])\p{Nd}/gu;
const DECIMAL_DIGIT = /\p{Nd}/u;
const asciiByDigit = new Map<string, string>();

/** The ASCII digit of a decimal digit of any script: Unicode keeps each script's ten together, zero first. */
export function asciiDigit(digit: string): string {
  const known = asciiByDigit.get(digit);
  if (known !== undefined) return known;
  const code = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (DECIMAL_DIGIT.test(String.fromCodePoint(code - before - 1))) before++;
  const ascii = String(before % 10);
  asciiByDigit.set(digit, ascii);
  return ascii;
}

/**
 * Persian endings that people detach with a space where a half-space belongs: "نقره ای", "کفش های". Possessives
 * (هات, شون, اش …) stay apart: they are words of their own in product names (hot, a brand, a soup).
 */
export const DETACHED_ENDINGS: ReadonlySet<string> = new Set([
  'ها',
  'های',
  'هایی',
  'هایم',
  'هایت',
  'هایش',
  'هایشان',
  'ای',
  'ی',
  'تر',
  'ترین',
  'ترها',
]);
export const DETACHED_ENDING_CHARS_MAX = Math.max(...[...DETACHED_ENDINGS].map((ending) => ending.length));
