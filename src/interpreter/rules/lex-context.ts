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

export function textOf(tokens: readonly Token[], at: number, length: number): string {
  return tokens
    .slice(at, at + length)
    .map((token) => token.text)
    .join(' ');
}
