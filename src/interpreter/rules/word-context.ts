/** What a word is because of where it stands: verb or name, particle, part of a compound or of a name in capitals. */
import { isKind, type Item } from './items.js';
import { PERSIAN_LETTERS, type LexContext } from './lex-context.js';
import type { Meaning } from './lexicon/meaning.js';
import { NAME_MEASURES } from './lexicon/numbers.js';
import { phraseOf, type PhraseMatch } from './lexicon/phrases.js';
import { numberAt } from './number-words.js';
import { fieldOfConcept } from './synonyms.js';
import type { Token } from './tokens.js';
import type { Vocabulary } from '../vocabulary.js';

/** First halves of compound words: "half-zip", "two-tone". */
const COMPOUND_FIRST =
  /^(?:half|quarter|double|triple|off|up|down|all|one|two|three|non|semi|multi|over|under)$/;
export const CORE_OR_ID: ReadonlySet<string> = new Set([
  'price',
  'stock',
  'name',
  'sku',
  'id',
  'category',
  'brand',
]);

/** "50 and under" compares after its number; in "over 10 and under 20" the "and" joins two comparisons. */
export function phraseHere(
  lemmas: readonly string[],
  tokens: readonly Token[],
  at: number,
): PhraseMatch | null {
  const phrase = phraseOf(lemmas);
  if (phrase?.meaning.kind !== 'compareAfter' || phrase.length < 2) return phrase;
  const next = tokens[at + phrase.length];
  return next?.kind === 'number' || /^[$€£]$/.test(next?.raw ?? '') || numberAt(tokens, at + phrase.length)
    ? phraseOf(lemmas.slice(0, 1))
    : phrase;
}

/** "Hex Nut 5 cost 1.10": what it costs is its price, also where the workspace has a field called cost. */
export function costAsVerb({ tokens }: LexContext, at: number, before: readonly Item[]): PhraseMatch | null {
  if (
    !/^costs?$/.test(tokens[at]?.text ?? '') ||
    !isKind(before.at(-1), 'name', 'value', 'number', 'sku', 'condition', 'product', 'where', 'all', 'filler')
  )
    return null;
  const lead = before.at(-1);
  // "that cost over 5" is the verb; "where cost is over 5" and «که cost بالای ۵» name the field.
  if (isKind(lead, 'where') && !/^(?:that|which|who)$/.test(lead.text)) return null;
  const follows = phraseOf(
    tokens.slice(at + 1, at + 5).map((token) => token.text),
    'exact',
  )?.meaning.kind;
  return follows === 'compare' ||
    follows === 'between' ||
    (numberAt(tokens, at + 1) && !isKind(before.at(-1), 'filler', 'where', 'all')) ||
    /^[$€£]$/.test(tokens[at + 1]?.raw ?? '')
    ? { meaning: { kind: 'field', concept: 'price' }, length: 1 }
    : null;
}

/** "20 % off", "down to 8", "up by 5": between a number and what it is done to, or before one. */
export function isParticleHere({ tokens }: LexContext, at: number, before: readonly Item[]): boolean {
  const next = tokens[at + 1];
  const text = tokens[at]?.text ?? '';
  if (/^(?:more|less|higher|extra)$/.test(text))
    return (
      isKind(before.at(-1), 'number') &&
      (next === undefined || next.kind === 'mark' || /^(?:for|on|from|each)$/.test(next.text))
    );
  return (
    /^(?:off|down|up)$/.test(text) &&
    (isKind(before.at(-1), 'number') ||
      next === undefined ||
      /^(?:to|by)$/.test(next.text) ||
      next.kind === 'number')
  );
}

/** "Blue & Black Check Shirt": folded names have no "&". */
export function isInsideCapitals({ tokens, vocabulary }: LexContext, at: number): boolean {
  const around = [tokens[at - 1], tokens[at + 1]];
  return around.every((token) => token?.capital === true && vocabulary.names.has(token.text));
}

/** Rule 5: what a verb is depends on where it stands. Null: it is no grammar here. */
export function inContext(
  meaning: Meaning,
  context: LexContext,
  at: number,
  length: number,
  before: readonly Item[],
): Meaning | null {
  const { tokens, vocabulary } = context;
  const token = tokens[at] as Token;
  if (
    meaning.kind === 'field' &&
    length === 1 &&
    !vocabulary.hasField(meaning.concept) &&
    !CORE_OR_ID.has(meaning.concept)
  )
    return vocabulary.names.has(token.text) && fieldOfConcept(meaning.concept, vocabulary) === null
      ? null
      : meaning;
  if (meaning.kind === 'beyond' && isKind(before.at(-1), 'number') && BARE_DIRECTION.test(token.text))
    return { kind: 'direction', verb: token.text.startsWith('گ') ? 'increase' : 'decrease', field: 'price' };
  if (meaning.kind === 'beyond' && token.text === 'another' && tokens[at + 1]?.kind === 'number')
    return { kind: 'direction', verb: 'increase' };
  // «رو کامل حذف کن»: completely; elsewhere it is a word like others.
  if (meaning.kind === 'filler' && token.text === 'کامل' && !isKind(before.at(-1), 'object')) return null;
  if (meaning.kind === 'verb' && length === 1 && token.lemma === 'بیار' && bringsTo(context, at, before))
    return { kind: 'verb', verb: 'set', weak: true };
  if (meaning.kind === 'field' && length === 1 && isNounInName(context, at, before)) return null;
  if (
    meaning.kind === 'verb' &&
    /^میش(?:ه|ود)$/.test(token.text) &&
    before.every((item) => isKind(item, 'filler')) &&
    tokens[at + 1]
  )
    return { kind: 'filler' };
  // «که نویسنده‌اش … باشه رو»: describes, and changes nothing.
  if (
    meaning.kind === 'verb' &&
    /^باش(?:ه|د|ن|ند)$/.test(token.text) &&
    /^(?:رو|را)$/.test(tokens[at + 1]?.text ?? '')
  )
    return { kind: 'is' };
  if (
    meaning.kind === 'howMany' &&
    token.text === 'چند' &&
    length === 1 &&
    (tokens[at + 1]?.kind ?? 'mark') === 'mark' &&
    before.length > 0
  )
    return { kind: 'howMuch' };
  if (meaning.kind !== 'verb' || PERSIAN_LETTERS.test(token.text)) return meaning;
  if (startsClause(before)) return meaning;
  if (isParticleHere(context, at, before))
    return { kind: 'direction', verb: token.text === 'up' ? 'increase' : 'decrease' };
  const isName = length === 1 && vocabulary.names.has(token.text);
  if (
    isName &&
    besideName(
      before,
      tokens.map((candidate) => candidate.text),
      at,
      vocabulary,
    )
  )
    return null;
  if (meaning.verb === 'increase' || meaning.verb === 'decrease')
    return {
      kind: 'direction',
      verb: meaning.verb,
      ...(meaning.field === 'price' ? { field: 'price' } : {}),
    };
  return meaning;
}

/** «کفش‌ها رو بیار» shows them; «قیمت … رو تا ۵۰۰ بیار» and «بیار روی ۵۰۰» change. */
function bringsTo({ tokens }: LexContext, at: number, before: readonly Item[]): boolean {
  const objectAt = before.findLastIndex((item) => isKind(item, 'object'));
  const isAmountBefore = before.slice(objectAt + 1).some((item) => isKind(item, 'number', 'factor'));
  const isAmountAfter = tokens.slice(at + 1).some((_, after) => numberAt(tokens, at + 1 + after) !== null);
  return (objectAt !== -1 && isAmountBefore) || isAmountAfter;
}

/** «۵ درصد گرون»: with an amount before it, no longer vague. */
const BARE_DIRECTION = /^(?:گران|گرون|ارزان|ارزون)$/;

/** «چکش دسته چوبی»: a field's name between words of a name that has it too. */
function isNounInName({ tokens, vocabulary }: LexContext, at: number, before: readonly Item[]): boolean {
  const token = tokens[at] as Token;
  const next = tokens[at + 1];
  return (
    PERSIAN_LETTERS.test(token.text) &&
    vocabulary.names.has(token.text) &&
    isKind(before.at(-1), 'name') &&
    next?.kind === 'word' &&
    vocabulary.names.has(next.text)
  );
}

export function startsClause(before: readonly Item[]): boolean {
  const previous = before.findLast((item) => item.kind !== 'filler');
  return (
    previous === undefined ||
    isKind(previous, 'and', 'comma', 'stop', 'is') ||
    (isKind(previous, 'prep') && previous.prep === 'to')
  );
}

export function besideName(
  before: readonly Item[],
  sentence: readonly string[],
  at: number,
  vocabulary: Vocabulary,
): boolean {
  const previous = before.at(-1);
  if (isKind(previous, 'name', 'value')) return true;
  const next = sentence[at + 1];
  return next !== undefined && vocabulary.names.has(next) && phraseOf([next], 'exact') === null;
}

/** Rule 3. A capital at the start of the sentence, or a sentence all in capitals, says nothing. */
export function isInsideName({ tokens, vocabulary }: LexContext, at: number): boolean {
  const token = tokens[at] as Token;
  const compound = tokens[at + 1];
  if (COMPOUND_FIRST.test(token.text) && compound?.glued === true && vocabulary.names.has(compound.text))
    return true;
  if (!vocabulary.names.has(token.text) && !NAME_MEASURES.has(token.text)) return false;
  const previous = tokens[at - 1];
  const next = tokens[at + 1];
  const known = (other: Token | undefined): other is Token =>
    other !== undefined && other.kind !== 'mark' && vocabulary.names.has(other.text);
  const before = nearestWord(tokens, at, -1);
  if (token.glued && known(before) && token.kind === 'word') return true;
  const afterGlue = nearestWord(tokens, at, 1);
  if (token.kind === 'word' && afterGlue?.glued && known(afterGlue) && afterGlue.kind === 'word') return true;
  if (!token.capital || isMostlyCapitals(tokens)) return false;
  const first = at === 0 || tokens[at - 1]?.raw === '.';
  const neighbours = [previous, first ? undefined : next].filter(known);
  return !first && neighbours.some((other) => other.capital && other.kind === 'word');
}

/** The next token in a direction that is no mark. */
function nearestWord(tokens: readonly Token[], at: number, step: 1 | -1): Token | undefined {
  let near = at + step;
  while (tokens[near]?.kind === 'mark') near += step;
  return tokens[near];
}

const mostlyCapitals = new WeakMap<readonly Token[], boolean>();

/** Found once per list of tokens, which is never changed. */
function isMostlyCapitals(tokens: readonly Token[]): boolean {
  const known = mostlyCapitals.get(tokens);
  if (known !== undefined) return known;
  const words = tokens.filter((candidate) => candidate.kind === 'word');
  const capitals = words.filter((candidate) => candidate.capital).length;
  const found = capitals * 10 > words.length * 9;
  mostlyCapitals.set(tokens, found);
  return found;
}
