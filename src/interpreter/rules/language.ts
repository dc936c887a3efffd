/** Which language a sentence is in: what the answer, the question or the explanation is written in. */
import type { Language } from '../interpreter.js';
import { isGrammarWord } from './lexicon/phrases.js';
import type { Token } from './tokens.js';

const PERSIAN_LETTER = /[\u0620-\u06d3]/;

/**
 * The language of its grammar, not of its product names: «قیمت Samsung Galaxy S24 رو کم کن» is Persian however
 * many Latin words it has. Letters decide where no grammar word does. Finglish counts as Persian (`tokenise`).
 */
export function languageOf(tokens: readonly Token[]): Language {
  const words = tokens.filter((token) => token.kind === 'word');
  const grammar = words.filter((token) => isGrammarWord(token.text) || isGrammarWord(token.lemma));
  const deciding =
    grammar.length > 0 ? grammar : tokens.filter((token) => token.kind === 'word' || token.kind === 'quote');
  const persian = deciding.filter((token) => PERSIAN_LETTER.test(token.text)).length;
  return persian > 0 && persian * 2 >= deciding.length ? 'fa' : 'en';
}
