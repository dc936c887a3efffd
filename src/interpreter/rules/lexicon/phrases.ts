/** All lexicon tables as one index of folded phrases. Built once per process; a workspace adds its own field keys. */
import { fold } from '../../../text/fold.js';
import { stems } from '../../../text/stems.js';
import { COMPARATORS, STATES, SUPERLATIVES } from './comparators.js';
import { CONNECTORS, NUMBER_WORDS_AROUND, QUANTIFIERS } from './connectors.js';
import { FIELD_NAMES } from './fields.js';
import { BEYOND, FILLERS, OFF_TOPIC } from './fillers.js';
import { LIGHT_VERB_OF } from './light-verbs.js';
import type { Lexicon, Meaning } from './meaning.js';
import { ENGLISH_VERBS, PERSIAN_VERBS } from './verbs.js';

interface Phrase {
  words: readonly string[];
  meaning: Meaning;
}

export interface PhraseMatch {
  meaning: Meaning;
  length: number;
  /** Found by a stem, not as written. */
  inflected?: true;
}

/** «رمان‌ها» is no form of «رم»: what two letters are left of tells nothing. */
const STEM_CHARS_MIN = 3;

/** Earlier tables win where two hold the same phrase. */
const TABLES: readonly Lexicon[] = [
  ENGLISH_VERBS,
  PERSIAN_VERBS,
  STATES,
  SUPERLATIVES,
  COMPARATORS,
  CONNECTORS,
  QUANTIFIERS,
  FIELD_NAMES,
  NUMBER_WORDS_AROUND,
  FILLERS,
  BEYOND,
  OFF_TOPIC,
];

/** Nouns people inflect; every other phrase is matched as written. */
const INFLECTED: ReadonlySet<Meaning['kind']> = new Set([
  'field',
  'product',
  'superlative',
  'state',
  'offTopic',
  'all',
  'direction',
]);

const phrasesByFirstWord = new Map<string, Phrase[]>();
for (const [meaning, phrases] of TABLES.flat())
  for (const phrase of phrases.split('|')) {
    const words = fold(phrase)
      .split(' ')
      .map((word) => LIGHT_VERB_OF.get(word) ?? word);
    const first = words[0] ?? '';
    const filed = phrasesByFirstWord.get(first) ?? [];
    if (!filed.some((other) => other.words.join(' ') === words.join(' '))) filed.push({ words, meaning });
    phrasesByFirstWord.set(first, filed);
  }
for (const filed of phrasesByFirstWord.values())
  filed.sort((one, other) => other.words.length - one.words.length);

export function isGrammarWord(word: string): boolean {
  return phrasesByFirstWord.has(word) || stems(word).some((stem) => phraseOf([stem], 'exact') !== null);
}

const partsOfPhrases = new Set([...phrasesByFirstWord.values()].flat().flatMap((phrase) => phrase.words));

/** A word of some phrase, even where the rest of the phrase is missing. */
export function isGrammarPart(word: string): boolean {
  return partsOfPhrases.has(word);
}

/** Words of the lexicons, for spelling correction of the grammar itself. */
export function grammarWords(): string[] {
  return [...phrasesByFirstWord.values()]
    .flat()
    .flatMap((phrase) => (phrase.words.length === 1 ? phrase.words : []));
}

/**
 * The longest phrase that begins the given words (folded, light verbs as lemmas). Exact words first; inflected
 * nouns ("قیمتشونو", "categories") by their stems.
 */
export function phraseOf(
  words: readonly string[],
  how: 'exact' | 'inflected' = 'inflected',
): PhraseMatch | null {
  const first = words[0];
  if (first === undefined) return null;
  const exact = longest(phrasesByFirstWord.get(first) ?? [], words, false);
  if (exact || how === 'exact') return exact;
  for (const stem of stems(first).slice(1)) {
    if (stem.length < STEM_CHARS_MIN && first.length - stem.length > 1) continue;
    const inflected = (phrasesByFirstWord.get(stem) ?? []).filter(
      (phrase) =>
        INFLECTED.has(phrase.meaning.kind) || (phrase.meaning.kind === 'verb' && phrase.words.length > 1),
    );
    const match = longest(inflected, [stem, ...words.slice(1)], true);
    if (match) return { ...match, inflected: true };
  }
  return null;
}

function longest(
  phrases: readonly Phrase[],
  words: readonly string[],
  lastInflects: boolean,
): PhraseMatch | null {
  for (const phrase of phrases) {
    const fits = phrase.words.every(
      (word, at) =>
        words[at] === word ||
        ((lastInflects || INFLECTED.has(phrase.meaning.kind)) &&
          at > 0 &&
          at === phrase.words.length - 1 &&
          stems(words[at] ?? '').includes(word)),
    );
    if (fits) return { meaning: phrase.meaning, length: phrase.words.length };
  }
  return null;
}
