/**
 * "iPhone seventeen", «آیفون هفده»: the number of a name, spelled out as it is heard. Read in the digits in which the
 * catalogue's names have it, and from there on as if they had been typed.
 */
import type { Vocabulary } from '../vocabulary.js';
import { wordsOf } from './lex-context.js';
import { phraseOf } from './lexicon/phrases.js';
import { numberAt } from './number-words.js';
import { synonymsAt } from './synonyms.js';
import type { Token } from './tokens.js';

/** "one" and «یک» are articles, too: nobody means the first by them. */
const NUMBER_MIN = 2;

export function withDigitsInNames(tokens: readonly Token[], vocabulary: Vocabulary): Token[] {
  const read: Token[] = [];
  for (let at = 0; at < tokens.length;) {
    const length = spelledInName(tokens, at, vocabulary);
    const said = tokens.slice(at, at + Math.max(1, length));
    read.push(length === 0 ? said[0]! : inDigits(said, tokens, at));
    at += said.length;
  }
  return read;
}

/** So many tokens are the spelled-out number of a name; 0: none. */
function spelledInName(tokens: readonly Token[], at: number, vocabulary: Vocabulary): number {
  const [before, token] = [tokens[at - 1], tokens[at]];
  if (before?.kind !== 'word' || token?.kind !== 'word') return 0;
  const number = numberAt(tokens, at);
  if (!number || number.digits || Number(number.value) < NUMBER_MIN) return 0;
  // Where names spell it, too («سه راهی برق»), it stays as it is said.
  if (number.length === 1 && vocabulary.names.has(token.text)) return 0;
  if (isInValue(tokens, at, vocabulary)) return 0;
  return vocabulary.names.has(number.value) && isOfCatalogue(tokens, at - 1, vocabulary) ? number.length : 0;
}

const VALUE_WORDS_MAX = 4;

/** «ال سی وایکیکی» is a brand and no L 30. */
function isInValue(tokens: readonly Token[], at: number, vocabulary: Vocabulary): boolean {
  const sentence = wordsOf(tokens);
  for (let start = Math.max(0, at - VALUE_WORDS_MAX + 1); start <= at; start++)
    if (vocabulary.valuesAt(sentence, start).some(({ length }) => length > 1 && start + length > at))
      return true;
  return false;
}

/** A word of a name in either language, and none that the grammar knows: "stock twelve" is no name. */
function isOfCatalogue(tokens: readonly Token[], at: number, vocabulary: Vocabulary): boolean {
  const word = tokens[at]!.text;
  if (phraseOf([word], 'exact') !== null) return false;
  return vocabulary.names.formOf(word) !== null || synonymsAt(wordsOf(tokens), at).length > 0;
}

function inDigits(said: readonly Token[], tokens: readonly Token[], at: number): Token {
  const { value } = numberAt(tokens, at)!;
  const [first, last] = [said[0]!, said.at(-1)!];
  const raw = said.map((token) => token.raw).join(' ');
  return { ...first, kind: 'number', text: value, lemma: value, raw, end: last.end, capital: false };
}
