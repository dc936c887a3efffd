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

/** Zeros of the decimal digit blocks (Unicode Nd) met in shops; the nine that follow each are its digits. */
const DIGIT_ZEROS = [
  0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0e50,
  0x0ed0, 0x0f20, 0x1040, 0x17e0, 0x1810,
] as const;
export const FOREIGN_DIGIT_PATTERN = new RegExp(
  `[${DIGIT_ZEROS.map((zero) => `${String.fromCharCode(zero)}-${String.fromCharCode(zero + 9)}`).join('')}]`,
  'g',
);

/** The ASCII digit of a digit of any listed script. */
export function asciiDigit(digit: string): string {
  const code = digit.charCodeAt(0);
  const zero = DIGIT_ZEROS.find((candidate) => code >= candidate && code <= candidate + 9);
  return zero === undefined ? digit : String(code - zero);
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
