/**
 * What the user said, as the guard knows it: every word looked up as the offline grammar does it, in order, without
 * asking what the sentence means. Quoted text is one item: it can be a value, never a command.
 */
import { Decimal } from 'decimal.js';
import { fold } from '../../../text/fold.js';
import { stems } from '../../../text/stems.js';
import type { InterpretRequest } from '../../interpreter.js';
import { PROMPT_CHARS_MAX } from '../../interpreter.js';
import { chosenOption } from '../../rules/conversation.js';
import { isKind, type Item } from '../../rules/items.js';
import { lex } from '../../rules/lexer.js';
import { settled } from '../../rules/settled.js';
import { tokenise, type Token } from '../../rules/tokens.js';
import type { Vocabulary } from '../../vocabulary.js';

export interface UserWords {
  items: readonly Item[];
  /** Every word said, folded, with its dictionary forms. */
  forms: ReadonlySet<string>;
  /** Folded words of one item, spelling put right and as typed. */
  wordsOf(item: Item): ReadonlySet<string>;
  /** As typed, for messages. */
  rawOf(item: Item): string;
  vocabulary: Vocabulary;
}

/** The user's texts, oldest first: the prompt, then each answer, or the option it chose in the option's words. */
export function textsOf({ prompt, conversation }: InterpretRequest): string[] {
  const answers = conversation.map((turn) => chosenOption(turn)?.label ?? turn.answer);
  return [prompt, ...answers].map((text) => text.slice(0, PROMPT_CHARS_MAX));
}

const remembered = new WeakMap<InterpretRequest, UserWords>();

/** All that was said in a request: looked up once, though routing, prompt and guard each ask. */
export function wordsOfRequest(request: InterpretRequest): UserWords {
  const words = remembered.get(request) ?? userWords(textsOf(request), request);
  remembered.set(request, words);
  return words;
}

export function userWords(
  texts: readonly string[],
  { vocabulary, skus }: Pick<InterpretRequest, 'vocabulary' | 'skus'>,
): UserWords {
  const items: Item[] = [];
  const tokens: Token[] = [];
  for (const whole of texts) {
    const { text, quotes } = withShortQuotes(whole);
    const lexed = lex({ tokens: tokenise(text), prompt: text, vocabulary, skus: [...skus] });
    const offset = tokens.length;
    items.push(
      ...settled(lexed.items).map((item) => ({
        ...item,
        at: item.at + offset,
        text: isKind(item, 'quote') ? (quotes.get(item.text) ?? item.text) : item.text,
      })),
    );
    tokens.push(...lexed.tokens);
    // A text ends like a sentence: what stands in two texts does not stand together.
    items.push({ kind: 'stop', at: tokens.length, length: 1, text: '.' });
    tokens.push(SENTENCE_END);
  }
  const formsOf = onceEach(formsOfToken);
  const forms = new Set(tokens.flatMap(formsOf));
  const wordsOf = onceEach(
    (item: Item): ReadonlySet<string> =>
      new Set([
        ...fold(item.text).split(' ').filter(Boolean),
        ...tokens.slice(item.at, item.at + item.length).flatMap(formsOf),
      ]),
  );
  const rawOf = (item: Item): string =>
    tokens
      .slice(item.at, item.at + item.length)
      .map(({ raw }) => raw)
      .join(' ');
  return { items, forms, wordsOf, rawOf, vocabulary };
}

/** Remembers what was found for each object. */
function onceEach<Key extends object, Found>(find: (key: Key) => Found): (key: Key) => Found {
  const known = new Map<Key, Found>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const found = find(key);
    known.set(key, found);
    return found;
  };
}

/** Longer quotes are pasted texts, and to the tokeniser no quotes at all. */
const LONG_QUOTE = /(["«“])([^"«»“”]{300,})(["»”])/g;
const QUOTE_CHARS_SHOWN = 200;

/** A pasted text is data however long it is: the grammar sees its beginning, in quotes. */
function withShortQuotes(text: string): { text: string; quotes: ReadonlyMap<string, string> } {
  const quotes = new Map<string, string>();
  const short = text.replace(LONG_QUOTE, (_whole, opening: string, inside: string, closing: string) => {
    const beginning = inside.trim().slice(0, QUOTE_CHARS_SHOWN).trim();
    quotes.set(beginning, inside.trim());
    return opening + beginning + closing;
  });
  return { text: short, quotes };
}

const SENTENCE_END: Token = {
  kind: 'mark',
  text: '.',
  lemma: '.',
  raw: '.',
  start: 0,
  end: 0,
  glued: false,
  capital: false,
};

function formsOfToken({ kind, text, raw, corrected }: Token): string[] {
  if (kind === 'mark') return [];
  const spellings = new Set([text, raw, corrected ?? '']);
  const words = new Set([...spellings].flatMap((form) => fold(form).split(' ')).filter(Boolean));
  return [...words].flatMap((word) => [...stems(word)]);
}

/** Does the sentence have an item of one of these kinds? */
export function says(words: UserWords, ...kinds: Item['kind'][]): boolean {
  return words.items.some((item) => isKind(item, ...kinds));
}

/** One number text per number: `"7.50"` and `"7.5"` are the same amount. Null: no number. */
export function plainNumber(text: string): string | null {
  return /^\d{1,20}(?:\.\d{1,10})?$/.test(text) ? new Decimal(text).toFixed() : null;
}
