/** What every step of looking words up has at hand. */
import type { Vocabulary } from '../vocabulary.js';
import type { Token } from './tokens.js';

export interface LexContext {
  tokens: readonly Token[];
  prompt: string;
  vocabulary: Vocabulary;
  skus: readonly string[];
}

export const PERSIAN_LETTERS = /[\u0620-\u06d3]/;

export function span(
  tokens: readonly Token[],
  at: number,
  endsAt: number,
): { at: number; length: number; text: string } {
  let length = 1;
  while ((tokens[at + length]?.start ?? Infinity) < endsAt) length++;
  return { at, length, text: textOf(tokens, at, length) };
}

/** In place of what is no word: matches nothing. */
const NO_WORD = '\u0000';
const sentences = new WeakMap<readonly Token[], readonly string[]>();

/** The words of a sentence by token; made once per list of tokens, which is never changed. */
export function wordsOf(tokens: readonly Token[]): readonly string[] {
  const known = sentences.get(tokens);
  if (known) return known;
  const words = tokens.map((token) =>
    token.kind === 'mark' || token.kind === 'quote' ? NO_WORD : token.text,
  );
  sentences.set(tokens, words);
  return words;
}

export function textOf(tokens: readonly Token[], at: number, length: number): string {
  return tokens
    .slice(at, at + length)
    .map((token) => token.text)
    .join(' ');
}
