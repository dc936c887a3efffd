/** Spelling mistakes: put right where exactly one known word is near, never in everyday words or codes. */
import { fold } from '../../text/fold.js';
import { lightStems, stems } from '../../text/stems.js';
import { NearWords } from '../near-words.js';
import type { Vocabulary } from '../vocabulary.js';
import { PERSIAN_LETTERS, wordsOf, type LexContext } from './lex-context.js';
import { COMMON_WORDS } from './lexicon/common-words.js';
import { LIGHT_VERB_OF } from './lexicon/light-verbs.js';
import { grammarWords, isGrammarPart, phraseOf } from './lexicon/phrases.js';
import { numberAt } from './number-words.js';
import { isKnownThing, synonymsAt } from './synonyms.js';
import type { Token } from './tokens.js';

const GRAMMAR_TYPO_CHARS_MIN = 4;
/** Short words have too many neighbours to be put right without asking. */
const TYPO_CHARS_MIN = 4;
const nearGrammar = new NearWords(
  grammarWords().filter((word) => word.length >= GRAMMAR_TYPO_CHARS_MIN && !isStumblingBlock(word)),
);

/** "ساخت" is no misspelt «سایت»: what ends the reading is believed only when it is written out. */
function isStumblingBlock(word: string): boolean {
  const kind = phraseOf([word], 'exact')?.meaning.kind;
  return kind === 'offTopic' || kind === 'beyond';
}

/** Puts right the words nothing knows and exactly one known word is a slip away from. Several: asked about later. */
export function corrected(context: LexContext): Token[] {
  // What is added is new to the catalogue: its words are no misspelling of older ones.
  if (addsProduct(context.tokens)) return [...context.tokens];
  return context.tokens.map((token, at) => {
    const right = correctionAt(context, at);
    return right === null
      ? token
      : { ...token, text: right, lemma: LIGHT_VERB_OF.get(right) ?? right, corrected: token.text };
  });
}

const ADDING = /^(?:add|create|insert|register|اضافه|ایجاد|ثبت|بساز|درج)$/;
const NAMING = /^(?:product|item|new|named|called|sku|code|کد|نام|اسم|جدید|محصول|کالا)$/;
function addsProduct(tokens: readonly Token[]): boolean {
  return (
    tokens.some(({ text }) => ADDING.test(text)) &&
    tokens.some(({ kind, text }) => kind === 'quote' || NAMING.test(text))
  );
}

function correctionAt({ tokens, vocabulary, skus }: LexContext, at: number): string | null {
  const token = tokens[at] as Token;
  // What follows a number is its unit or measure, not a product: «۵ تاست» is no yoghurt.
  const afterNumber = tokens[at - 1]?.kind === 'number';
  if (token.kind !== 'word' || token.text.length < TYPO_CHARS_MIN || COMMON_WORDS.has(token.text))
    return null;
  if (skus.some((sku) => fold(sku).split(' ').includes(token.text)) || isPartOfCode(tokens, at)) return null;
  const sentence = wordsOf(tokens);
  const lemmas = tokens.slice(at, at + 6).map((candidate) => candidate.lemma);
  const isKnown =
    phraseOf(lemmas) !== null ||
    isGrammarPart(token.lemma) ||
    vocabulary.names.formOf(token.text) !== null ||
    synonymsAt(sentence, at).length > 0 ||
    isKnownThing(token.text) ||
    numberAt(tokens, at) !== null ||
    vocabulary.hasKeyWord(token.text) ||
    vocabulary.valuesAt(sentence, at).length > 0 ||
    vocabulary.hasValueWord(token.text) ||
    vocabulary.categoriesWith(token.text).length > 0 ||
    stems(token.text).some((form) => phraseOf([form], 'exact') !== null);
  if (isKnown) return null;
  const candidates = new Set([
    ...(afterNumber ? [] : vocabulary.wordsNear(token.text)),
    ...nearGrammar
      .to(token.text)
      .filter((word) => !afterNumber || phraseOf([word], 'exact')?.meaning.kind === 'unit')
      .filter((word) => !isOtherShortWord(word, token.text)),
  ]);
  return candidates.size === 1 ? ([...candidates][0] ?? null) : null;
}

/**
 * "mint" is no "mind", «پونه» is no «دونه»: in four letters, one replaced leaves another word as often as a mistake. A
 * Persian word that begins the same may still be one («قیمط»).
 */
const SHORT_CHARS_MAX = 4;
function isOtherShortWord(known: string, typed: string): boolean {
  if (known.length > SHORT_CHARS_MAX || known.length !== typed.length) return false;
  if (PERSIAN_LETTERS.test(typed) && known[0] === typed[0]) return false;
  return [...known].toSorted().join('') !== [...typed].toSorted().join('');
}

/** "ABC-XYZ" after "sku" and the like: no spelling to correct. */
function isPartOfCode(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at] as Token;
  return /^[A-Z]+$/.test(token.raw) && (token.glued || tokens[at + 1]?.glued === true);
}

/** Half-spaces where the catalogue has spaces, and the other way round: «پیچ‌گوشتی», «لپ تاپ». */
export function respaced(tokens: readonly Token[], vocabulary: Vocabulary): Token[] {
  const spaced = tokens.flatMap((token) => {
    const parts =
      token.kind === 'word' && token.raw.includes(HALF_SPACE) ? token.raw.split(HALF_SPACE).map(fold) : [];
    const splits =
      parts.length > 1 &&
      vocabulary.names.formOf(token.text) === null &&
      parts.every((part) => vocabulary.names.has(part));
    const inTwo = splits ? parts : splitInTwo(token, vocabulary);
    return inTwo ? inTwo.map((part) => ({ ...token, text: part, lemma: part })) : [token];
  });
  const joined: Token[] = [];
  for (const token of spaced) {
    const previous = joined.at(-1);
    // «پیچ گوشتی‌های»: the ending does not hide the word.
    const whole =
      previous?.kind === 'word' && token.kind === 'word' && PERSIAN_LETTERS.test(token.text)
        ? lightStems(token.text)
            .map((stem) => previous.text + stem)
            .find((joint) => vocabulary.names.has(joint))
        : undefined;
    const joins = whole !== undefined && !vocabulary.names.has(token.text) && !isNeededVerb(tokens, token);
    if (joins && previous)
      joined[joined.length - 1] = { ...previous, text: whole, lemma: whole, end: token.end };
    else joined.push(token);
  }
  return joined;
}

/** «سرخ کن فیلیپس رو … کن»: the first «کن» is not the sentence's verb. */
function isNeededVerb(tokens: readonly Token[], token: Token): boolean {
  const kind = phraseOf([token.lemma], 'exact')?.meaning.kind;
  if (kind !== 'verb') return kind !== undefined;
  return !tokens.some((other) => other.start > token.start && LIGHT_VERB_OF.has(other.text));
}

/** «شیرخشک» where names have «شیر خشک»; null where nothing or more than one thing fits. */
const PART_CHARS_MIN = 2;
function splitInTwo(token: Token, vocabulary: Vocabulary): [string, string] | null {
  const { text } = token;
  if (token.kind !== 'word' || !PERSIAN_LETTERS.test(text) || isKnownWord(text, vocabulary)) return null;
  const splits: [string, string][] = [];
  for (let at = PART_CHARS_MIN; at <= text.length - PART_CHARS_MIN; at++) {
    const parts: [string, string] = [text.slice(0, at), text.slice(at)];
    if (parts.every((part) => vocabulary.names.has(part) && part.length > PART_CHARS_MIN)) splits.push(parts);
  }
  return splits.length === 1 ? (splits[0] ?? null) : null;
}

function isKnownWord(text: string, vocabulary: Vocabulary): boolean {
  return (
    vocabulary.names.formOf(text) !== null ||
    vocabulary.valuesAt([text], 0).length > 0 ||
    vocabulary.hasValueWord(text) ||
    vocabulary.categoriesWith(text).length > 0 ||
    vocabulary.fieldNamed(text) !== null ||
    isKnownThing(text) ||
    phraseOf([text]) !== null ||
    LIGHT_VERB_OF.has(text)
  );
}

const HALF_SPACE = '\u200c';
