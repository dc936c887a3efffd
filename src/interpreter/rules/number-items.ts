/** Numbers with their signs and units. */
import { Decimal } from 'decimal.js';
import { isKind, type Item } from './items.js';
import { textOf, type LexContext } from './lex-context.js';
import type { Unit } from './lexicon/meaning.js';
import { phraseOf } from './lexicon/phrases.js';
import { numberAt, plain } from './number-words.js';
import type { Token } from './tokens.js';

/** Before a number these are its sign. */
export const MINUS: ReadonlySet<string> = new Set(['minus', 'negative', 'منفی']);
const PIECES: ReadonlySet<string> = new Set(['تای', 'تاست', 'تاس', 'تاستش']);
const CENTS: ReadonlySet<string> = new Set(['cents', 'cent', 'سنت']);

export function numberItem(
  context: LexContext,
  at: number,
  number: NonNullable<ReturnType<typeof numberAt>>,
  before: readonly Item[],
): Item {
  const { tokens, vocabulary } = context;
  const token = tokens[at] as Token;
  const isMinus = MINUS.has(tokens[at - 1]?.text ?? '');
  const { unit, length, hundredths } = unitAround(tokens, at, number.length, before);
  const nameWord =
    number.length === 1 && unit === null && vocabulary.names.has(token.text) ? token.text : null;
  if (hundredths && isKind(before.at(-1), 'and')) {
    const whole = before.at(-2);
    if (isKind(whole, 'number') && whole.unit === 'money') {
      whole.value = plain(new Decimal(whole.value).plus(new Decimal(number.value).div(100)));
      whole.length = at + number.length + length - whole.at;
      return { kind: 'filler', at, length: number.length + length, text: '' };
    }
  }
  return {
    kind: 'number',
    value: hundredths ? plain(new Decimal(number.value).div(100)) : number.value,
    negative: token.sign === '-' || isMinus,
    signed: token.sign !== undefined || isMinus,
    elliptical: number.elliptical,
    unit,
    scale: number.scale,
    digits: number.digits,
    nameWord,
    at,
    length: number.length + length,
    text: textOf(tokens, at, number.length),
  };
}

interface Around {
  unit: Unit | 'times' | null;
  length: number;
  hundredths?: true;
}

/** The unit after a number ("10 %", "5 units", "۵ تا") or before it ("$20", "٪۳"); `length`: tokens taken after it. */
function unitAround(tokens: readonly Token[], at: number, length: number, before: readonly Item[]): Around {
  const next = tokens[at + length];
  if (next && /^[%٪]$/.test(next.raw)) return { unit: 'percent', length: 1 };
  if (next && /^[$€£]$/.test(next.raw)) return { unit: 'money', length: 1 };
  if (next && CENTS.has(next.text)) return { unit: 'money', length: 1, hundredths: true };
  const phrase = next
    ? phraseOf(
        tokens.slice(at + length, at + length + 4).map((token) => token.text),
        'exact',
      )
    : null;
  if (phrase?.meaning.kind === 'unit') return { unit: phrase.meaning.unit, length: phrase.length };
  if (phrase?.meaning.kind === 'times') return { unit: 'times', length: phrase.length };
  const counted = next?.text === 'تا' && numberAt(tokens, at + length + 1) === null;
  if (counted || PIECES.has(next?.text ?? '')) return { unit: 'pieces', length: 1 };
  const previous = tokens[at - 1];
  const taken = before.at(-1);
  const free = !(taken && taken.kind === 'number' && taken.at + taken.length >= at);
  if (previous && free && /^[%٪]$/.test(previous.raw)) return { unit: 'percent', length: 0 };
  if (previous && free && /^[$€£]$/.test(previous.raw)) return { unit: 'money', length: 0 };
  return { unit: null, length: 0 };
}
