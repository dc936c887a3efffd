/**
 * Looks up every token of a sentence: nothing is skipped, whatever is not understood stays as an unknown name.
 *
 * Which reading wins where several fit the same place:
 * 1. quotes, codes and ids are themselves;
 * 2. the longer reading wins ("out of stock" over "stock", "Road Bikes" over "road");
 * 3. words inside a product name (glued by a hyphen, or in a run of capitals) are name words;
 * 4. words that hold a sentence together win over values, values win over weak words ("discount", "set" in the
 *    middle of a sentence) and over name words: «نقره‌ای» is a colour before it is a part of a name;
 * 5. English verbs are verbs at the start of a clause; elsewhere they are name words where the catalogue has them
 *    in names beside another name word, directions otherwise ("prices raised by 5 %").
 */
import { fieldKeyAt, joinedNameItem, nameItem, valueAt } from './catalogue-words.js';
import { codeAt, markAt } from './codes-and-marks.js';
import { isKind, type Correction, type Item } from './items.js';
import { wordsOf, type LexContext } from './lex-context.js';
import type { Meaning } from './lexicon/meaning.js';
import { NAME_MEASURES } from './lexicon/numbers.js';
import { meaningItems, withObjectEnding } from './meaning-items.js';
import { MINUS, numberItem } from './number-items.js';
import { numberAt } from './number-words.js';
import { isRanking, isUnknownField, joinsName, valueOfField } from './own-words.js';
import { productKindAt } from './product-kinds.js';
import { corrected, respaced } from './spelling.js';
import { withDigitsInNames } from './spoken-names.js';
import type { Token } from './tokens.js';
import {
  besideName,
  costAsVerb,
  inContext,
  isInsideCapitals,
  isInsideName,
  isParticleHere,
  phraseHere,
  startsClause,
} from './word-context.js';

export interface Lexed {
  items: Item[];
  corrections: Correction[];
  /** The tokens as read, spelling put right. */
  tokens: readonly Token[];
}

/** Meanings that give way to a value or name word of the catalogue. */
const WEAK: ReadonlySet<Meaning['kind']> = new Set([
  'direction',
  'factor',
  'beyond',
  'offTopic',
  'state',
  'new',
  'product',
  'times',
  'nearest',
  'missing',
  'howMany',
  'unit',
]);

export function lex(context: LexContext): Lexed {
  const items: Item[] = [];
  const typed = withDigitsInNames(context.tokens, context.vocabulary);
  const tokens = corrected({ ...context, tokens: respaced(typed, context.vocabulary) });
  let at = 0;
  while (at < tokens.length) {
    const read = readAt({ ...context, tokens }, at, items);
    items.push(...read);
    at += Math.max(1, ...read.map((item) => item.at + item.length - at));
  }
  const corrections = tokens.flatMap((token) =>
    token.corrected === undefined ? [] : [{ from: token.corrected, to: token.text }],
  );
  return { items, corrections, tokens };
}

function readAt(context: LexContext, at: number, before: readonly Item[]): Item[] {
  const token = context.tokens[at] as Token;
  if (token.kind === 'quote') return [{ kind: 'quote', at, length: 1, text: token.text }];
  if (token.kind === 'mark') return markAt(token, at, before, context);
  return codeAt(context, at, before) ?? wordAt(context, at, before);
}

function wordAt(context: LexContext, at: number, before: readonly Item[]): Item[] {
  const { tokens, vocabulary } = context;
  const token = tokens[at] as Token;
  const sentence = wordsOf(tokens);
  const lemmas = tokens
    .slice(at, at + 8)
    .map((candidate) =>
      candidate.kind === 'word' || candidate.kind === 'number' ? candidate.lemma : '\u0000',
    );
  const phrase = costAsVerb(context, at, before) ?? fieldKeyAt(context, at) ?? phraseHere(lemmas, tokens, at);
  const value = valueAt(vocabulary, sentence, at);
  const number = numberAt(tokens, at, isKind(before.at(-1), 'between'));
  if (token.raw === '&' && isInsideCapitals(context, at)) return [];
  if (MINUS.has(token.text) && numberAt(tokens, at + 1) !== null) return [];
  if (joinsName(context, at, before)) return [nameItem(vocabulary, sentence, at, true)];
  const own = valueOfField(context, at, before);
  if (own) return [own];
  if (isRanking(context, at)) return [{ kind: 'filler', at, length: 1, text: token.text }];
  const inName = isInsideName(context, at);

  if (
    value &&
    value.length > 1 &&
    value.length >= (phrase?.length ?? 0) &&
    value.length > (number?.length ?? 0)
  )
    return [value.item];
  const isVerbHere =
    phrase?.meaning.kind === 'verb' &&
    phrase.meaning.value !== undefined &&
    startsClause(before) &&
    !isKind(before.at(-1), 'prep');
  if (
    number &&
    !isVerbHere &&
    number.length >= (phrase?.length ?? 0) &&
    !(inName && !number.digits) &&
    number.length > 0
  )
    return [numberItem(context, at, number, before)];
  const isMeasureHere =
    NAME_MEASURES.has(token.text) && isKind(before.at(-1), 'number') && vocabulary.names.has(token.text);
  if (isMeasureHere) return [nameItem(vocabulary, sentence, at, true)];
  if (inName && !(value && value.exact)) return [nameItem(vocabulary, sentence, at, true)];
  if (phrase) {
    const longerValue = value !== null && value.length > phrase.length;
    const nameWord = vocabulary.names.has(token.text);
    const meaning = inContext(phrase.meaning, context, at, phrase.length, before);
    const isParticle = meaning?.kind === 'direction' && isParticleHere(context, at, before);
    const givesWay =
      meaning === null ||
      (!isParticle &&
        phrase.inflected === true &&
        (nameWord || vocabulary.categoriesWith(token.text).length > 0)) ||
      (!isParticle &&
        WEAK.has(meaning.kind) &&
        (value?.exact ||
          (meaning.kind === 'offTopic' && value !== null && value.length >= phrase.length) ||
          (nameWord && phrase.length === 1 && besideName(before, sentence, at, vocabulary))));
    const isForeignField = value !== null && isUnknownField(meaning, vocabulary);
    if (!longerValue && !givesWay && !isForeignField && meaning)
      return meaningItems(meaning, context, at, phrase.length, before);
  }
  const isCategory =
    isKind(value?.item, 'value') && value.item.values.some(({ field }) => field === 'category');
  const productKind =
    value?.exact || isCategory || isKind(before.at(-1), 'name')
      ? null
      : productKindAt(vocabulary, sentence, at);
  if (productKind) return withObjectEnding(productKind, token, vocabulary);
  if (value) return withObjectEnding(value.item, token, vocabulary);
  const item = joinedNameItem(vocabulary, sentence, at) ?? nameItem(vocabulary, sentence, at);
  return withObjectEnding(item, token, vocabulary);
}
