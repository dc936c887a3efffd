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
import { NAME_CONNECTORS, type Vocabulary } from '../vocabulary.js';
import { fieldItem, fieldKeyAt, joinedNameItem, nameItem, valueAt } from './catalogue-words.js';
import { codeAt, markAt } from './codes-and-marks.js';
import { isKind, type Correction, type Item } from './items.js';
import { PERSIAN_LETTERS, textOf, type LexContext } from './lex-context.js';
import type { Meaning } from './lexicon/meaning.js';
import { NAME_MEASURES } from './lexicon/numbers.js';
import { MINUS, numberItem } from './number-items.js';
import { numberAt } from './number-words.js';
import { productKindAt } from './product-kinds.js';
import { corrected, respaced } from './spelling.js';
import { fieldOfConcept } from './synonyms.js';
import type { Token } from './tokens.js';
import {
  CORE_OR_ID,
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
const OBJECT_ENDING = /(?:رو|را|و)$/;

export function lex(context: LexContext): Lexed {
  const items: Item[] = [];
  const tokens = corrected({ ...context, tokens: respaced(context.tokens, context.vocabulary) });
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
  const sentence = tokens.map((candidate) =>
    candidate.kind === 'mark' || candidate.kind === 'quote' ? '\u0000' : candidate.text,
  );
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
          (meaning.kind === 'offTopic' && value !== null) ||
          (nameWord && phrase.length === 1 && besideName(before, sentence, at, vocabulary))));
    const isForeignField = value !== null && isUnknownField(meaning, vocabulary);
    if (!longerValue && !givesWay && !isForeignField && meaning)
      return meaningItems(meaning, context, at, phrase.length, before);
  }
  const productKind =
    value?.exact || isKind(before.at(-1), 'name') ? null : productKindAt(vocabulary, sentence, at);
  if (productKind) return withObjectEnding(productKind, token, vocabulary);
  if (value) return withObjectEnding(value.item, token, vocabulary);
  const item = joinedNameItem(vocabulary, sentence, at) ?? nameItem(vocabulary, sentence, at);
  return withObjectEnding(item, token, vocabulary);
}

/**
 * The "and" of a name («شامپو سگ و گربه»): names have it between these two words. Of two bare words it stays open whether
 * they are two products.
 */
function joinsName({ tokens, vocabulary }: LexContext, at: number, before: readonly Item[]): boolean {
  const word = tokens[at]?.text ?? '';
  if (!NAME_CONNECTORS.has(word)) return false;
  const isPair =
    vocabulary.isNamePair(tokens[at - 1]?.text, word) && vocabulary.isNamePair(word, tokens[at + 1]?.text);
  return isPair && isKind(before.at(-1), 'name', 'value') && isKind(before.at(-2), 'name', 'value');
}

/** "energy label A": after a field its own values come first, were they articles elsewhere. */
const OWN_VALUE_WORDS_MAX = 4;
function valueOfField({ tokens, vocabulary }: LexContext, at: number, before: readonly Item[]): Item | null {
  const field = before.at(-1);
  if (!isKind(field, 'field') || !field.known || field.field === 'price' || field.field === 'stock')
    return null;
  for (let length = OWN_VALUE_WORDS_MAX; length > 0; length--) {
    const said = tokens.slice(at, at + length);
    if (said.length < length || said.some(({ kind }) => kind !== 'word')) continue;
    const text = textOf(tokens, at, length);
    const values = vocabulary.valuesEqual(text, field.field);
    if (values.length > 0)
      return {
        kind: 'value',
        values,
        exact: true,
        isNameWord: false,
        inName: false,
        isLoose: false,
        at,
        length,
        text,
      };
  }
  return null;
}

/** "top 5 cheapest": ranks, where "top" is a word of names too. */
function isRanking({ tokens }: LexContext, at: number): boolean {
  return /^(?:top|bottom)$/.test(tokens[at]?.text ?? '') && numberAt(tokens, at + 1) !== null;
}

/** "fragrance" is a usual field; in a workspace without it, it is what its values and categories say. */
function isUnknownField(meaning: Meaning | null, vocabulary: Vocabulary): boolean {
  return (
    meaning?.kind === 'field' &&
    !CORE_OR_ID.has(meaning.concept) &&
    !vocabulary.hasField(meaning.concept) &&
    fieldOfConcept(meaning.concept, vocabulary) === null
  );
}

/** "کفشارو", "قیمتو": the object marker is glued to the word. */
function withObjectEnding(item: Item, token: Token, vocabulary: Vocabulary): Item[] {
  const marked =
    item.length === 1 &&
    PERSIAN_LETTERS.test(token.text) &&
    OBJECT_ENDING.test(token.text) &&
    !vocabulary.names.has(token.text);
  const stripped =
    marked &&
    (item.kind === 'value' ||
      item.kind === 'condition' ||
      item.kind === 'field' ||
      (item.kind === 'name' && item.known));
  return stripped ? [item, { kind: 'object', at: item.at, length: item.length, text: item.text }] : [item];
}

function meaningItems(
  meaning: Meaning,
  context: LexContext,
  at: number,
  length: number,
  before: readonly Item[],
): Item[] {
  const { tokens, vocabulary } = context;
  const token = tokens[at] as Token;
  const place = { at, length, text: textOf(tokens, at, length) };
  // "everything but jackets" leaves the jackets out.
  if (meaning.kind === 'and' && token.text === 'but' && isKind(before.at(-1), 'all', 'product'))
    return [{ kind: 'except', ...place }];
  if (meaning.kind === 'times') return [{ kind: 'is', ...place }];
  if (
    meaning.kind === 'new' &&
    isKind(before.at(-1), 'field') &&
    !before.some((item) => isKind(item, 'verb') && item.verb === 'add')
  )
    return [{ kind: 'filler', ...place, text: 'new' }];
  if (
    meaning.kind === 'unit' &&
    (meaning.unit === 'money' || meaning.unit === 'toman' || meaning.unit === 'rial') &&
    isKind(before.at(-1), 'nearest')
  )
    return [
      {
        kind: 'number',
        value: '1',
        negative: false,
        signed: false,
        elliptical: false,
        unit: meaning.unit,
        scale: 1,
        digits: false,
        nameWord: null,
        ...place,
      },
    ];
  if (meaning.kind === 'unit') return [{ kind: 'beyond', why: 'vague', ...place }];
  if (meaning.kind !== 'field') return [{ ...meaning, ...place }];
  const field = fieldItem(meaning.concept, place, vocabulary);
  return withObjectEnding(field, token, vocabulary);
}
