/** Words that mean something else where they stand: of a name, of the field before, of a ranking. */
import { NAME_CONNECTORS, type Vocabulary } from '../vocabulary.js';
import { isKind, type Item } from './items.js';
import { textOf, type LexContext } from './lex-context.js';
import type { Meaning } from './lexicon/meaning.js';
import { numberAt } from './number-words.js';
import { fieldOfConcept } from './synonyms.js';
import { CORE_OR_ID } from './word-context.js';

/**
 * The "and" of a name («شامپو سگ و گربه»): names have it between these two words. Of two bare words it stays open whether
 * they are two products.
 */
export function joinsName({ tokens, vocabulary }: LexContext, at: number, before: readonly Item[]): boolean {
  const word = tokens[at]?.text ?? '';
  if (!NAME_CONNECTORS.has(word)) return false;
  const isPair =
    vocabulary.isNamePair(tokens[at - 1]?.text, word) && vocabulary.isNamePair(word, tokens[at + 1]?.text);
  if (!isPair || !isKind(before.at(-1), 'name', 'value')) return false;
  // Where one of the two is in a single name, it is that one.
  const isOnlyThere = [tokens[at - 1], tokens[at + 1]].some(
    (token) => vocabulary.names.count(token?.text ?? '') === 1,
  );
  return isOnlyThere || isKind(before.at(-2), 'name', 'value');
}

/** "energy label A": after a field its own values come first, were they articles elsewhere. */
const OWN_VALUE_WORDS_MAX = 4;

export function valueOfField(
  { tokens, vocabulary }: LexContext,
  at: number,
  before: readonly Item[],
): Item | null {
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
export function isRanking({ tokens }: LexContext, at: number): boolean {
  return /^(?:top|bottom)$/.test(tokens[at]?.text ?? '') && numberAt(tokens, at + 1) !== null;
}

/** "fragrance" is a usual field; in a workspace without it, it is what its values and categories say. */
export function isUnknownField(meaning: Meaning | null, vocabulary: Vocabulary): boolean {
  return (
    meaning?.kind === 'field' &&
    !CORE_OR_ID.has(meaning.concept) &&
    !vocabulary.hasField(meaning.concept) &&
    fieldOfConcept(meaning.concept, vocabulary) === null
  );
}
