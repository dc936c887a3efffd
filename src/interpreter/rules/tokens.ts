/** A sentence as tokens: quoted texts, numbers, words, marks; folded for reading, with their place for quoting. */
import { DETACHED_ENDINGS } from '../../text/letters.js';
import { fold } from '../../text/fold.js';
import { FINGLISH_OF, TELLING_FINGLISH, TELLING_FINGLISH_MIN } from './lexicon/finglish.js';
import { LIGHT_VERB_OF } from './lexicon/light-verbs.js';
import { GLUED_TO_NUMBER } from './lexicon/numbers.js';

export interface Token {
  kind: 'word' | 'number' | 'quote' | 'mark';
  /** Folded; for numbers plain decimal notation ("12500", "7.5"); for quotes the text inside, unfolded. */
  text: string;
  /** The Persian light verb this word is a form of, in the form the lexicons use; else `text`. */
  lemma: string;
  raw: string;
  start: number;
  end: number;
  /** Written against the token before, with nothing or only a hyphen, slash or dot between: "half-zip". */
  glued: boolean;
  capital: boolean;
  /** What was typed before a spelling mistake was put right. */
  corrected?: string;
  /** A number with a sign of its own. */
  sign?: '-' | '+';
}

const QUOTE =
  /«([^«»]{1,300})»|“([^“”]{1,300})”|"([^"]{1,300})"|„([^„“”]{1,300})[“”]|(?<![\p{L}\p{N}])['‘]([^'‘’]{1,300})['’](?![\p{L}\p{N}])/uy;
const NUMBER =
  /\p{Nd}{1,3}(?:\/\p{Nd}{3}(?!\p{Nd})){2,}|[\u06f0-\u06f9]+\/[\u06f0-\u06f9]{1,2}(?![\p{Nd}/])|\p{Nd}+(?:[,٬،'’]\p{Nd}{3}(?!\p{Nd}))*(?:[.٫]\p{Nd}+)?/uy;
const WORD = /(?:[\p{L}\p{N}\p{M}\u200c\u0640'’ʼ]|\u200d)+\+{0,2}/uy;
const LETTERS = /[\p{L}\p{M}\u200c]+/uy;
const PERSIAN = /[\u0622-\u06d3]$/;
/** "iPhone 6's price": not a size. */
const POSSESSIVE = /['’]s(?![\p{L}\p{N}])/uy;
/** «سایز ۴۱ ها», «XLهاش»: numbers and Latin words take no ending of their own. */
const PLURAL = /^(?:ها|های|هایی|هاش|هاشون|هایش|هایشان)$/;
const LATIN_PLURAL = /^([A-Za-z][A-Za-z0-9'’]*)\u200c?(?:ها|های|هایی|هاش|هاشون|هایش|هایشان)$/u;
const GLUE = /^[-‐‑–_/.]?$/;

export function tokenise(prompt: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < prompt.length) {
    const piece = pieceAt(prompt, at, tokens);
    if (piece) tokens.push(...piece.tokens);
    at = piece ? piece.end : at + 1;
  }
  return inPersianLetters(withEndingsJoined(tokens.filter((candidate) => !isDash(candidate))));
}

function pieceAt(
  prompt: string,
  at: number,
  before: readonly Token[],
): { tokens: Token[]; end: number } | null {
  const here = prompt.charAt(at);
  if (/\s/.test(here)) return null;
  const quote = matchAt(QUOTE, prompt, at);
  const inside = quote?.slice(1).find((group) => group !== undefined);
  if (quote && inside !== undefined && inside.trim() !== '')
    return piece([token('quote', inside.trim(), quote[0], at, before, prompt)]);
  const number = matchAt(NUMBER, prompt, at)?.[0];
  if (number !== undefined) return numberAt(prompt, at, number, before);
  const word = matchAt(WORD, prompt, at)?.[0];
  if (word !== undefined) {
    const texts = fold(word.replace(LATIN_PLURAL, '$1')).split(' ').filter(Boolean);
    if (texts.length === 0) return { tokens: [], end: at + word.length };
    const read = texts.map((text) => token('word', text, word, at, before, prompt));
    return { tokens: read, end: at + word.length };
  }
  if (here === '&') return piece([token('word', 'and', here, at, before, prompt)]);
  return piece([token('mark', here, here, at, before, prompt)]);
}

function numberAt(
  prompt: string,
  at: number,
  number: string,
  before: readonly Token[],
): { tokens: Token[]; end: number } {
  const possessive = matchAt(POSSESSIVE, prompt, at + number.length)?.[0].length ?? 0;
  const end = at + number.length + possessive;
  const letters = matchAt(LETTERS, prompt, end)?.[0];
  if (letters !== undefined && PLURAL.test(fold(letters)))
    return {
      tokens: [token('number', plainDigits(number), number, at, before, prompt)],
      end: end + letters.length,
    };
  if (letters !== undefined && !GLUED_TO_NUMBER.has(fold(letters))) {
    const whole = matchAt(WORD, prompt, at)?.[0] ?? number + letters;
    return piece([token('word', fold(whole).replace(/ /g, ''), whole, at, before, prompt)]);
  }
  const read = token('number', plainDigits(number), prompt.slice(at, end), at, before, prompt);
  const previous = before.at(-1);
  const signed = previous?.kind === 'mark' && /[-−–+]/.test(previous.raw) && previous.end === at;
  if (signed && (previous.start === 0 || /[\s(«"]/.test(prompt.charAt(previous.start - 1))))
    read.sign = previous.raw === '+' ? '+' : '-';
  return { tokens: [read], end };
}

/** "1/350/000" separates thousands; «۷/۵» is how Persian writes a decimal. */
function plainDigits(number: string): string {
  const slashes = number.split('/').length - 1;
  const dotted = slashes === 1 ? number.replace('/', '.') : number.replaceAll('/', '');
  return fold(dotted).replace(/[^\d.]/g, '');
}

/** Kept until signs and glue have been read off them. */
function isDash({ kind, raw }: Token): boolean {
  return kind === 'mark' && /^[-‐‑–_/]$/.test(raw);
}

function token(
  kind: Token['kind'],
  text: string,
  raw: string,
  start: number,
  before: readonly Token[],
  prompt: string,
): Token {
  const previous = before.findLast((candidate) => candidate.kind !== 'mark');
  const glued = previous !== undefined && GLUE.test(prompt.slice(previous.end, start));
  const lemma =
    LIGHT_VERB_OF.get(text) ??
    LIGHT_VERB_OF.get(text.replace(/^می/, '')) ??
    (text.startsWith('می') ? LIGHT_VERB_OF.get(text.replace(/^می/, 'ب')) : undefined) ??
    text;
  return { kind, text, lemma, raw, start, end: start + raw.length, glued, capital: /^\p{Lu}/u.test(raw) };
}

function piece(tokens: Token[]): { tokens: Token[]; end: number } {
  return { tokens, end: tokens.at(-1)?.end ?? 0 };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** "نقره ای" is one word, as in `fold`; "قیمت هاشون" too. */
function withEndingsJoined(tokens: readonly Token[]): Token[] {
  const joined: Token[] = [];
  for (const next of tokens) {
    const previous = joined.at(-1);
    const belongs =
      previous?.kind === 'word' &&
      next.kind === 'word' &&
      DETACHED_ENDINGS.has(next.text) &&
      PERSIAN.test(previous.text);
    if (isPluralOfValue(previous, next)) continue;
    if (!belongs) joined.push(next);
    else
      joined[joined.length - 1] = {
        ...previous,
        text: previous.text + next.text,
        lemma: previous.text + next.text,
        end: next.end,
      };
  }
  return joined;
}

function isPluralOfValue(previous: Token | undefined, { kind, text }: Token): boolean {
  if (kind !== 'word' || !PLURAL.test(text) || previous === undefined) return false;
  return previous.kind === 'number' || (previous.kind === 'word' && !/[\u0620-\u06d3]/.test(previous.text));
}

/** Finglish becomes Persian word by word, once enough telling words show that it is Finglish. */
function inPersianLetters(tokens: readonly Token[]): Token[] {
  const telling = tokens.filter(
    (candidate) => candidate.kind === 'word' && TELLING_FINGLISH.has(candidate.text),
  );
  if (new Set(telling.map((candidate) => candidate.text)).size < TELLING_FINGLISH_MIN) return [...tokens];
  const persian = tokens.flatMap((latin, at) => {
    const word = latin.kind === 'word' ? FINGLISH_OF.get(latin.text) : undefined;
    if (word === undefined) return [latin];
    // "hoodie haye": the plural of a word that stays Latin.
    if (DETACHED_ENDINGS.has(word) && at > 0 && !FINGLISH_OF.has(tokens[at - 1]?.text ?? '')) return [];
    return word
      .split(' ')
      .map((part) => ({ ...latin, text: fold(part), lemma: LIGHT_VERB_OF.get(fold(part)) ?? fold(part) }));
  });
  return withEndingsJoined(persian);
}
