/** What the lexicons know of a word or phrase, as items of the sentence. */
import type { Vocabulary } from '../vocabulary.js';
import { fieldItem } from './catalogue-words.js';
import { isKind, type Item } from './items.js';
import { PERSIAN_LETTERS, textOf, type LexContext } from './lex-context.js';
import type { Meaning, Unit } from './lexicon/meaning.js';
import type { Token } from './tokens.js';

const OBJECT_ENDING = /(?:رو|را|و)$/;

/** "کفشارو", "قیمتو": the object marker is glued to the word. */
export function withObjectEnding(item: Item, token: Token, vocabulary: Vocabulary): Item[] {
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

export function meaningItems(
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
  if (meaning.kind === 'nearest' && /whole numbers?$/.test(place.text))
    return [{ ...meaning, ...place }, one(null, place)];
  if (
    meaning.kind === 'unit' &&
    (meaning.unit === 'money' || meaning.unit === 'toman' || meaning.unit === 'rial') &&
    isKind(before.at(-1), 'nearest')
  )
    return [one(meaning.unit, place)];
  // "15 more units of stock".
  const counted = before.at(-2);
  if (
    meaning.kind === 'unit' &&
    meaning.unit === 'pieces' &&
    isKind(before.at(-1), 'direction') &&
    isKind(counted, 'number') &&
    (counted.unit === null || counted.unit === 'pieces')
  ) {
    counted.unit = 'pieces';
    return [{ kind: 'filler', ...place }];
  }
  // "twice as many apples in stock", "30 more pieces of … in stock": how many there are, not which.
  if (meaning.kind === 'state' && meaning.inStock && (saysAsMany(before, context) || saysMore(before)))
    return [{ kind: 'field', field: 'stock', known: true, ...place }];
  if (meaning.kind === 'unit') return [{ kind: 'beyond', why: 'vague', ...place }];
  if (meaning.kind !== 'field') return [{ ...meaning, ...place }];
  const field = fieldItem(meaning.concept, place, vocabulary);
  return withObjectEnding(field, token, vocabulary);
}

/** "to the nearest dollar", "to whole numbers". */
function one(unit: Unit | null, place: { at: number; length: number; text: string }): Item {
  return {
    kind: 'number',
    value: '1',
    negative: false,
    signed: false,
    elliptical: false,
    unit,
    scale: 1,
    digits: false,
    nameWord: null,
    ...place,
  };
}

function saysAsMany(before: readonly Item[], { tokens }: LexContext): boolean {
  return before.some(
    (item) => isKind(item, 'factor', 'number') && textOf(tokens, item.at, item.length).endsWith('as many'),
  );
}

function saysMore(before: readonly Item[]): boolean {
  return before.some((item, at) => {
    const counted = before[at - 1];
    return isKind(item, 'direction') && isKind(counted, 'number') && counted.unit === 'pieces';
  });
}
