/**
 * Dictionary forms of a word as a shop owner inflects it. Candidates only: the caller keeps the one that its
 * lexicon or catalogue really has, so being generous here costs nothing and guesses nothing.
 */

const LATIN_WORD = /^[a-z]+$/;
const PERSIAN_WORD = /^[\u0622-\u06d3]+$/;

/** Plural and adjective endings: safe to take off on both sides of a comparison. */
const PERSIAN_LIGHT_ENDINGS = ['هایی', 'های', 'ها'];

/** What else gets glued to a Persian noun: possessives, object marker, indefinite, colloquial plural and copula. */
const PERSIAN_ENDINGS = [
  ...PERSIAN_LIGHT_ENDINGS,
  'هایشان',
  'هایشون',
  'هاشون',
  'هاشو',
  'هاش',
  'هامون',
  'هام',
  'هات',
  'هارو',
  'هایم',
  'هایت',
  'هایش',
  'ست',
  'هاست',
  'هاس',
  'مون',
  'مان',
  'شان',
  'شون',
  'اشون',
  'اش',
  'است',
  'یا',
  'ای',
  'رو',
  'ان',
  'را',
  'ند',
  'ن',
  'ش',
  'و',
  'ا',
  'ی',
  'ه',
  'م',
];
const STEM_CHARS_MIN = 2;
const STEM_CHARS_MIN_FOR_SHORT_ENDING = 3;
const STRIP_ROUNDS = 2;

/** Singular of an English plural or Persian noun without its plural ending; the word itself comes first. */
export function lightStems(word: string): string[] {
  if (LATIN_WORD.test(word)) return [word, ...englishSingulars(word)];
  return PERSIAN_WORD.test(word) ? [word, ...withoutEnding(word, PERSIAN_LIGHT_ENDINGS)] : [word];
}

/** Sentences ask for the stems of the same word a dozen times; kept until this many different words were asked. */
const REMEMBERED_WORDS_MAX = 5_000;
const remembered = new Map<string, readonly string[]>();

/** All dictionary forms, nearest to the word as written first. */
export function stems(word: string): readonly string[] {
  const known = remembered.get(word);
  if (known) return known;
  if (remembered.size >= REMEMBERED_WORDS_MAX) remembered.clear();
  const found = stemsOf(word);
  remembered.set(word, found);
  return found;
}

function stemsOf(word: string): string[] {
  if (!PERSIAN_WORD.test(word)) return lightStems(word);
  const found = [word];
  let layer = [word];
  for (let round = 0; round < STRIP_ROUNDS; round++) {
    layer = layer.flatMap((form) => withoutEnding(form, PERSIAN_ENDINGS));
    found.push(...layer);
  }
  return [...new Set(found)];
}

function withoutEnding(word: string, endings: readonly string[]): string[] {
  return (
    endings
      .filter((ending) => {
        const shortest = ending.length === 1 ? STEM_CHARS_MIN_FOR_SHORT_ENDING : STEM_CHARS_MIN;
        return word.endsWith(ending) && word.length - ending.length >= shortest;
      })
      // «حافظشون» is حافظه + شون: a final ه is swallowed.
      .flatMap((ending) =>
        ending.startsWith('ش')
          ? [word.slice(0, -ending.length), `${word.slice(0, -ending.length)}ه`]
          : [word.slice(0, -ending.length)],
      )
  );
}

function englishSingulars(word: string): string[] {
  if (word.length < 4 || !word.endsWith('s') || word.endsWith('ss')) return [];
  if (word.endsWith('ies')) return [`${word.slice(0, -3)}y`, word.slice(0, -1)];
  if (word.endsWith('ves')) return [word.slice(0, -1), `${word.slice(0, -3)}f`, `${word.slice(0, -3)}fe`];
  if (/(?:s|x|z|ch|sh|o)es$/.test(word)) return [word.slice(0, -2), word.slice(0, -1)];
  return [word.slice(0, -1)];
}
