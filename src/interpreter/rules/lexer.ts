/**
 * Looks up every token of a sentence: nothing is skipped, whatever is not understood stays as an unknown name.
 *
 * Which reading wins where several fit the same place:
 * 1. quotes, codes and ids are themselves;
 * 2. the longer reading wins ("out of stock" over "stock", "Road Bikes" over "road");
 * 3. words inside a product name (glued by a hyphen, or in a run of capitals) are name words;
 * 4. words that hold a sentence together win over values, values win over weak words ("discount", "set" in the
 *    middle of a sentence) and over name words: «نقره‌ای» is a colour before it is a part of a name;
 * 5. English verbs are verbs at the start of a clause; elsewhere they are name words where the catalogue has them
 *    in names beside another name word, directions otherwise ("prices raised by 5 %").
 */
import { Decimal } from 'decimal.js';
import { fold } from '../../text/fold.js';
import { stems } from '../../text/stems.js';
import type { CatalogueValue, Vocabulary } from '../vocabulary.js';
import { NearWords } from '../near-words.js';
import type { Correction, Item } from './items.js';
import { isKind } from './items.js';
import { COMMON_WORDS } from './lexicon/common-words.js';
import { LIGHT_VERB_OF } from './lexicon/light-verbs.js';
import { NAME_MEASURES } from './lexicon/numbers.js';
import type { Meaning, Unit } from './lexicon/meaning.js';
import { grammarWords, isGrammarPart, phraseOf, type PhraseMatch } from './lexicon/phrases.js';
import { numberAt, plain } from './number-words.js';
import { fieldOfConcept, isKnownThing, outranking, synonymsAt, wordsOfGroup } from './synonyms.js';
import type { Token } from './tokens.js';

export interface Lexed {
  items: Item[];
  corrections: Correction[];
  /** The tokens as read, spelling put right. */
  tokens: readonly Token[];
}

export interface LexContext {
  tokens: readonly Token[];
  prompt: string;
  vocabulary: Vocabulary;
  skus: readonly string[];
}

const FIELD_KEY_WORDS_MAX = 4;
const GRAMMAR_TYPO_CHARS_MIN = 4;
/** Short words have too many neighbours to be put right without asking. */
const TYPO_CHARS_MIN = 4;
const nearGrammar = new NearWords(grammarWords().filter((word) => word.length >= GRAMMAR_TYPO_CHARS_MIN));
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;
/** Meanings that give way to a value or name word of the catalogue. */
const WEAK: ReadonlySet<Meaning['kind']> = new Set(['direction', 'factor', 'beyond', 'offTopic', 'state', 'new', 'product', 'times', 'nearest', 'missing', 'howMany']);
/** Before a number these are its sign. */
const MINUS: ReadonlySet<string> = new Set(['minus', 'negative', 'منفی']);
/** First halves of compound words: "half-zip", "two-tone". */
const COMPOUND_FIRST = /^(?:half|quarter|double|triple|off|up|down|all|one|two|three|non|semi|multi|over|under)$/;
const PIECES: ReadonlySet<string> = new Set(['تای', 'تاست', 'تاس', 'تاستش']);
const CENTS: ReadonlySet<string> = new Set(['cents', 'cent', 'سنت']);
const PERSIAN_LETTERS = /[\u0620-\u06d3]/;
const OBJECT_ENDING = /(?:رو|را|و)$/;

export function lex(context: LexContext): Lexed {
  const items: Item[] = [];
  const tokens = corrected(context);
  let at = 0;
  while (at < tokens.length) {
    const read = readAt({ ...context, tokens }, at, items);
    items.push(...read);
    at += Math.max(1, ...read.map((item) => item.at + item.length - at));
  }
  const corrections = tokens.flatMap((token) => (token.corrected === undefined ? [] : [{ from: token.corrected, to: token.text }]));
  return { items, corrections, tokens };
}

function readAt(context: LexContext, at: number, before: readonly Item[]): Item[] {
  const token = context.tokens[at] as Token;
  if (token.kind === 'quote') return [{ kind: 'quote', at, length: 1, text: token.text }];
  if (token.kind === 'mark') return markAt(token, at, before, context);
  return codeAt(context, at, before) ?? wordAt(context, at, before);
}

function markAt(token: Token, at: number, before: readonly Item[], context: LexContext): Item[] {
  const place = { at, length: 1, text: token.raw };
  const next = context.tokens[at + 1];
  if (/[%٪$€£]/.test(token.raw)) return []; // units are read with their number, see `unitAround`
  if (/[,،;؛\n]/.test(token.raw)) return isInsideVariantName(before, next, context) ? [] : [{ kind: 'comma', ...place }];
  if (/[.!]/.test(token.raw)) return next ? [{ kind: 'stop', ...place }] : [];
  if (/[?؟]/.test(token.raw)) return [{ kind: 'questionMark', ...place }];
  if (/[=:]/.test(token.raw)) return [{ kind: 'is', ...place }];
  if (token.raw === '&') return [{ kind: 'and', ...place }];
  if (/[<>≤≥]/.test(token.raw)) {
    if (isKind(before.at(-1), 'compare') && token.raw === '=') return [];
    const orEqual = next?.raw === '=' || /[≤≥]/.test(token.raw);
    const op = /[<≤]/.test(token.raw) ? (orEqual ? 'lte' : 'lt') : orEqual ? 'gte' : 'gt';
    return [{ kind: 'compare', op, ...place, length: next?.raw === '=' ? 2 : 1 }];
  }
  return [];
}

/** "Road-650 Black, 52": the comma of the name itself. */
function isInsideVariantName(before: readonly Item[], next: Token | undefined, { tokens, vocabulary }: LexContext): boolean {
  if (next === undefined || next.kind === 'mark' || !isKind(before.at(-1), 'name', 'value') || !vocabulary.names.has(next.text)) return false;
  const after = tokens[tokens.indexOf(next) + 1];
  return next.kind === 'number' && !(after && /^[%٪]$/.test(after.raw)) && phraseOf([after?.text ?? ''], 'exact')?.meaning.kind !== 'unit';
}

function codeAt({ tokens, prompt, skus }: LexContext, at: number, before: readonly Item[]): Item[] | null {
  const token = tokens[at] as Token;
  const rest = prompt.slice(token.start, token.start + 200);
  const uuid = UUID.exec(rest)?.[0];
  if (uuid) return [{ kind: 'id', id: uuid.toLowerCase(), ...span(tokens, at, token.start + uuid.length) }];
  const afterCodeWord = isKind(before.at(-1), 'field') && before.at(-1)?.kind === 'field' && (before.at(-1) as { field: string }).field === 'sku';
  const known = skus
    .filter((sku) => rest.toLowerCase().startsWith(sku.toLowerCase()) && !/^[-_\p{L}\p{N}]/u.test(rest.slice(sku.length).replace(/^[\u0600-\u06ff]+/u, '')))
    .toSorted((one, other) => other.length - one.length)
    .find((sku) => afterCodeWord || !/^[\p{Nd}.,]+$/u.test(sku));
  if (known !== undefined) return [{ kind: 'sku', sku: known, ...span(tokens, at, token.start + known.length) }];
  if (!afterCodeWord) return null;
  const typed = /^[^\s,،;؛؟?!«»"()[\]]+/u.exec(rest)?.[0] ?? '';
  const isCode = /[\p{Nd}]/u.test(typed) || (/^[A-Z-]+$/.test(typed) && typed.length > 1);
  return isCode ? [{ kind: 'sku', sku: typed.replace(/[.:]+$/, ''), ...span(tokens, at, token.start + typed.length) }] : null;
}

function span(tokens: readonly Token[], at: number, endsAt: number): { at: number; length: number; text: string } {
  let length = 1;
  while ((tokens[at + length]?.start ?? Infinity) < endsAt) length++;
  return { at, length, text: textOf(tokens, at, length) };
}

function textOf(tokens: readonly Token[], at: number, length: number): string {
  return tokens.slice(at, at + length).map((token) => token.text).join(' ');
}

function wordAt(context: LexContext, at: number, before: readonly Item[]): Item[] {
  const { tokens, vocabulary } = context;
  const token = tokens[at] as Token;
  const sentence = tokens.map((candidate) => (candidate.kind === 'mark' || candidate.kind === 'quote' ? '\u0000' : candidate.text));
  const lemmas = tokens.slice(at, at + 8).map((candidate) => (candidate.kind === 'word' || candidate.kind === 'number' ? candidate.lemma : '\u0000'));
  const phrase = costAsVerb(context, at, before) ?? fieldKeyAt(context, at) ?? phraseHere(lemmas, tokens, at);
  const value = valueAt(vocabulary, sentence, at);
  const number = numberAt(tokens, at, isKind(before.at(-1), 'between'));
  if (token.raw === '&' && isInsideCapitals(context, at)) return [];
  if (MINUS.has(token.text) && numberAt(tokens, at + 1) !== null) return [];
  const inName = isInsideName(context, at);

  if (value && value.length > 1 && value.length >= (phrase?.length ?? 0) && value.length > (number?.length ?? 0)) return [value.item];
  const isVerbHere = phrase?.meaning.kind === 'verb' && phrase.meaning.value !== undefined && startsClause(before);
  if (number && !isVerbHere && number.length >= (phrase?.length ?? 0) && !(inName && !number.digits) && number.length > 0)
    return [numberItem(context, at, number, before)];
  const isMeasureHere = NAME_MEASURES.has(token.text) && isKind(before.at(-1), 'number') && vocabulary.names.has(token.text);
  if (isMeasureHere) return [nameItem(vocabulary, sentence, at, true)];
  if (inName && !(value && value.exact)) return [nameItem(vocabulary, sentence, at, true)];
  if (phrase) {
    const longerValue = value !== null && value.length > phrase.length;
    const nameWord = vocabulary.names.has(token.text);
    const meaning = inContext(phrase.meaning, context, at, phrase.length, before);
    const isParticle = meaning?.kind === 'direction' && isParticleHere(context, at, before);
    const givesWay = meaning === null || (!isParticle && phrase.inflected === true && (nameWord || vocabulary.categoriesWith(token.text).length > 0)) || (!isParticle && WEAK.has(meaning.kind) && (value?.exact || (nameWord && phrase.length === 1 && besideName(before, sentence, at, vocabulary))));
    if (!longerValue && !givesWay && meaning) return meaningItems(meaning, context, at, phrase.length, before);
  }
  if (value) return withObjectEnding(value.item, token, vocabulary);
  return withObjectEnding(nameItem(vocabulary, sentence, at), token, vocabulary);
}

/** "50 and under" compares after its number; in "over 10 and under 20" the "and" joins two comparisons. */
function phraseHere(lemmas: readonly string[], tokens: readonly Token[], at: number): PhraseMatch | null {
  const phrase = phraseOf(lemmas);
  if (phrase?.meaning.kind !== 'compareAfter' || phrase.length < 2) return phrase;
  const next = tokens[at + phrase.length];
  return next?.kind === 'number' || /^[$€£]$/.test(next?.raw ?? '') || numberAt(tokens, at + phrase.length) ? phraseOf(lemmas.slice(0, 1)) : phrase;
}

/** "Hex Nut 5 cost 1.10": what it costs is its price, also where the workspace has a field called cost. */
function costAsVerb({ tokens }: LexContext, at: number, before: readonly Item[]): PhraseMatch | null {
  if (!/^costs?$/.test(tokens[at]?.text ?? '') || !isKind(before.at(-1), 'name', 'value', 'number', 'sku', 'condition', 'product', 'where', 'all', 'filler')) return null;
  const lead = before.at(-1);
  // "that cost over 5" is the verb; "where cost is over 5" and «که cost بالای ۵» name the field.
  if (isKind(lead, 'where') && !/^(?:that|which|who)$/.test(lead.text)) return null;
  const follows = phraseOf(tokens.slice(at + 1, at + 5).map((token) => token.text), 'exact')?.meaning.kind;
  return follows === 'compare' || follows === 'between' || (numberAt(tokens, at + 1) && !isKind(before.at(-1), 'filler', 'where', 'all')) || /^[$€£]$/.test(tokens[at + 1]?.raw ?? '') ? { meaning: { kind: 'field', concept: 'price' }, length: 1 } : null;
}

/** "20 % off", "down to 8", "up by 5": between a number and what it is done to, or before one. */
function isParticleHere({ tokens }: LexContext, at: number, before: readonly Item[]): boolean {
  const next = tokens[at + 1];
  const text = tokens[at]?.text ?? '';
  if (/^(?:more|less|higher|extra)$/.test(text)) return isKind(before.at(-1), 'number') && (next === undefined || next.kind === 'mark' || /^(?:for|on|from|each)$/.test(next.text));
  return /^(?:off|down|up)$/.test(text) && (isKind(before.at(-1), 'number') || next === undefined || /^(?:to|by)$/.test(next.text) || next.kind === 'number');
}

/** "کفشارو", "قیمتو": the object marker is glued to the word. */
function withObjectEnding(item: Item, token: Token, vocabulary: Vocabulary): Item[] {
  const marked = item.length === 1 && PERSIAN_LETTERS.test(token.text) && OBJECT_ENDING.test(token.text) && !vocabulary.names.has(token.text);
  const stripped = marked && (item.kind === 'value' || item.kind === 'field' || (item.kind === 'name' && item.known));
  return stripped ? [item, { kind: 'object', at: item.at, length: item.length, text: item.text }] : [item];
}

function fieldKeyAt({ tokens, vocabulary }: LexContext, at: number): PhraseMatch | null {
  for (let length = FIELD_KEY_WORDS_MAX; length > 0; length--) {
    if (tokens.slice(at, at + length).some((token) => token.kind !== 'word') || at + length > tokens.length) continue;
    const text = textOf(tokens, at, length);
    const forms = length === 1 ? stems(text) : [text];
    const key = forms.map((form) => vocabulary.fieldNamed(form)).find((found) => found !== null);
    if (key == null) continue;
    const isInflected = vocabulary.fieldNamed(text) === null;
    return { meaning: { kind: 'field', concept: key }, length, ...(isInflected ? { inflected: true as const } : {}) };
  }
  return null;
}

interface ValueRead {
  item: Item;
  length: number;
  exact: boolean;
}

/** A value of the workspace, said in its own words or in another language's. */
function valueAt(vocabulary: Vocabulary, sentence: readonly string[], at: number): ValueRead | null {
  const direct = vocabulary.valuesAt(sentence, at);
  const synonyms = synonymsAt(sentence, at);
  const directLength = direct[0]?.length ?? 0;
  const meant = synonyms.filter(({ length }) => length >= directLength);
  for (const { group, length } of meant) {
    const { values } = wordsOfGroup(group, vocabulary);
    if (group.kind === 'material' && directLength === 0 && length === 1 && vocabulary.names.has(sentence[at] ?? '')) continue;
    const siblings = directLength === length ? values.filter((value) => direct.some(({ field }) => field === value.field)) : values;
    const isWider = group.kind === 'colour' && siblings.length > 1;
    if (values.length > 0 && (directLength < length || isWider))
      return valueRead(vocabulary, sentence, at, length, isWider ? siblings : values, directLength === length);
  }
  if (directLength === 0) return null;
  // "glass" is in names; a tag "glasses" is another word.
  const isOtherWord = directLength === 1 && direct.every((match) => !match.exact && match.op === 'contains') && vocabulary.names.has(sentence[at] ?? '');
  if (isOtherWord) return null;
  return valueRead(vocabulary, sentence, at, directLength, outranking(direct), direct.some(({ exact }) => exact));
}

function valueRead(vocabulary: Vocabulary, sentence: readonly string[], at: number, length: number, values: CatalogueValue[], exact: boolean): ValueRead {
  const text = sentence.slice(at, at + length).join(' ');
  const isNameWord = length === 1 && vocabulary.names.has(text);
  const isLoose = isNameWord && (!exact || (!vocabulary.hasNamePairs && vocabulary.names.count(text) > values.reduce((sum, value) => sum + value.count, 0)));
  const inName = isNameWord && (vocabulary.isNamePair(sentence[at - 1], text) || vocabulary.isNamePair(text, sentence[at + 1]));
  return { item: { kind: 'value', values, exact, isNameWord, inName, isLoose, at, length, text }, length, exact };
}

function nameItem(vocabulary: Vocabulary, sentence: readonly string[], at: number, asWritten = false): Item {
  const word = sentence[at] ?? '';
  const place = { at, length: 1, text: word };
  const own = asWritten && vocabulary.names.has(word) ? word : vocabulary.names.formOf(word);
  const categories = vocabulary.categoriesWith(word);
  if (own !== null) return { kind: 'name', words: [own], alternatives: [], known: true, near: [], categories, ...place };
  const split = /^(\p{L}+)(\d+)$/u.exec(word);
  if (split && vocabulary.names.has(split[1] ?? '') && vocabulary.names.has(split[2] ?? ''))
    return { kind: 'name', words: [split[1] ?? '', split[2] ?? ''], alternatives: [], known: true, near: [], categories: [], ...place };
  for (const { group, length } of synonymsAt(sentence, at)) {
    const found = wordsOfGroup(group, vocabulary);
    const [words, ...alternatives] = found.names;
    if (words || found.categories.length > 0)
      return { kind: 'name', words: words ?? [word], alternatives, known: words !== undefined, near: [], categories: [...new Set([...found.categories, ...categories])], ...place, length };
  }
  const near = isKnownThing(word) || COMMON_WORDS.has(word) ? [] : vocabulary.wordsNear(word);
  return { kind: 'name', words: [word], alternatives: [], known: false, near, categories, ...place };
}

function numberItem(context: LexContext, at: number, number: NonNullable<ReturnType<typeof numberAt>>, before: readonly Item[]): Item {
  const { tokens, vocabulary } = context;
  const token = tokens[at] as Token;
  const isMinus = MINUS.has(tokens[at - 1]?.text ?? '');
  const { unit, length, hundredths } = unitAround(tokens, at, number.length, before);
  const nameWord = number.length === 1 && unit === null && vocabulary.names.has(token.text) ? token.text : null;
  if (hundredths && isKind(before.at(-1), 'and')) {
    const whole = before.at(-2);
    if (isKind(whole, 'number') && whole.unit === 'money') {
      whole.value = plain(new Decimal(whole.value).plus(new Decimal(number.value).div(100)));
      whole.length = at + number.length + length - whole.at;
      return { kind: 'filler', at, length: number.length + length, text: '' };
    }
  }
  return {
    kind: 'number', value: hundredths ? plain(new Decimal(number.value).div(100)) : number.value, negative: token.sign === '-' || isMinus,
    signed: token.sign !== undefined || isMinus, elliptical: number.elliptical, unit, scale: number.scale,
    digits: number.digits, nameWord, at, length: number.length + length, text: textOf(tokens, at, number.length),
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
  const phrase = next ? phraseOf(tokens.slice(at + length, at + length + 3).map((token) => token.text), 'exact') : null;
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

function meaningItems(meaning: Meaning, context: LexContext, at: number, length: number, before: readonly Item[]): Item[] {
  const { tokens, vocabulary } = context;
  const token = tokens[at] as Token;
  const place = { at, length, text: textOf(tokens, at, length) };
  if (meaning.kind === 'times') return [{ kind: 'is', ...place }];
  if (meaning.kind === 'new' && isKind(before.at(-1), 'field') && !before.some((item) => isKind(item, 'verb') && item.verb === 'add')) return [{ kind: 'filler', ...place, text: 'new' }];
  if (meaning.kind === 'unit' && (meaning.unit === 'money' || meaning.unit === 'toman' || meaning.unit === 'rial') && isKind(before.at(-1), 'nearest'))
    return [{ kind: 'number', value: '1', negative: false, signed: false, elliptical: false, unit: meaning.unit, scale: 1, digits: false, nameWord: null, ...place }];
  if (meaning.kind === 'unit') return [{ kind: 'beyond', why: 'vague', ...place }];
  if (meaning.kind !== 'field') return [{ ...meaning, ...place }];
  const field = fieldItem(meaning.concept, place, vocabulary);
  return withObjectEnding(field, token, vocabulary);
}

const CORE_OR_ID: ReadonlySet<string> = new Set(['price', 'stock', 'name', 'sku', 'id', 'category', 'brand']);

function fieldItem(concept: string, place: { at: number; length: number; text: string }, vocabulary: Vocabulary): Item {
  if (vocabulary.hasField(concept)) return { kind: 'field', field: concept, known: true, ...place };
  if (CORE_OR_ID.has(concept)) return { kind: 'field', field: concept, known: true, ...place };
  const own = fieldOfConcept(concept, vocabulary);
  return own ? { kind: 'field', field: own, known: true, ...place } : { kind: 'field', field: place.text, known: false, ...place };
}

/** "Blue & Black Check Shirt": folded names have no "&". */
function isInsideCapitals({ tokens, vocabulary }: LexContext, at: number): boolean {
  const around = [tokens[at - 1], tokens[at + 1]];
  return around.every((token) => token?.capital === true && vocabulary.names.has(token.text));
}

/** Rule 5: what a verb is depends on where it stands. Null: it is no grammar here. */
function inContext(meaning: Meaning, context: LexContext, at: number, length: number, before: readonly Item[]): Meaning | null {
  const { tokens, vocabulary } = context;
  const token = tokens[at] as Token;
  if (meaning.kind === 'field' && length === 1 && !vocabulary.hasField(meaning.concept) && !CORE_OR_ID.has(meaning.concept))
    return vocabulary.names.has(token.text) && fieldOfConcept(meaning.concept, vocabulary) === null ? null : meaning;
  if (meaning.kind !== 'verb' || PERSIAN_LETTERS.test(token.text)) return meaning;
  if (startsClause(before)) return meaning;
  if (isParticleHere(context, at, before)) return { kind: 'direction', verb: token.text === 'up' ? 'increase' : 'decrease' };
  const isName = length === 1 && vocabulary.names.has(token.text);
  if (isName && besideName(before, tokens.map((candidate) => candidate.text), at, vocabulary)) return null;
  if (meaning.verb === 'increase' || meaning.verb === 'decrease')
    return { kind: 'direction', verb: meaning.verb, ...(meaning.field === 'price' ? { field: 'price' } : {}) };
  return meaning;
}

function startsClause(before: readonly Item[]): boolean {
  const previous = before.findLast((item) => item.kind !== 'filler');
  return previous === undefined || isKind(previous, 'and', 'comma', 'stop', 'is') || (isKind(previous, 'prep') && previous.prep === 'to');
}

function besideName(before: readonly Item[], sentence: readonly string[], at: number, vocabulary: Vocabulary): boolean {
  const previous = before.at(-1);
  if (isKind(previous, 'name', 'value')) return true;
  const next = sentence[at + 1];
  return next !== undefined && vocabulary.names.has(next) && phraseOf([next], 'exact') === null;
}

/** Rule 3. A capital at the start of the sentence, or a sentence all in capitals, says nothing. */
function isInsideName({ tokens, vocabulary }: LexContext, at: number): boolean {
  const token = tokens[at] as Token;
  const compound = tokens[at + 1];
  if (COMPOUND_FIRST.test(token.text) && compound?.glued === true && vocabulary.names.has(compound.text)) return true;
  if (!vocabulary.names.has(token.text) && !NAME_MEASURES.has(token.text)) return false;
  const previous = tokens[at - 1];
  const next = tokens[at + 1];
  const known = (other: Token | undefined): other is Token => other !== undefined && other.kind !== 'mark' && vocabulary.names.has(other.text);
  const before = tokens.findLast((candidate, index) => index < at && candidate.kind !== 'mark');
  if (token.glued && known(before) && token.kind === 'word') return true;
  const afterGlue = tokens.find((candidate, index) => index > at && candidate.kind !== 'mark');
  if (token.kind === 'word' && afterGlue?.glued && known(afterGlue) && afterGlue.kind === 'word') return true;
  const words = tokens.filter((candidate) => candidate.kind === 'word');
  const capitals = words.filter((candidate) => candidate.capital).length;
  if (!token.capital || capitals * 10 > words.length * 9) return false;
  const first = at === 0 || tokens[at - 1]?.raw === '.';
  const neighbours = [previous, first ? undefined : next].filter(known);
  return !first && neighbours.some((other) => other.capital && other.kind === 'word');
}

/** Puts right the words nothing knows and exactly one known word is a slip away from. Several: asked about later. */
function corrected(context: LexContext): Token[] {
  return context.tokens.map((token, at) => {
    const right = correctionAt(context, at);
    return right === null ? token : { ...token, text: right, lemma: LIGHT_VERB_OF.get(right) ?? right, corrected: token.text };
  });
}

function correctionAt({ tokens, vocabulary, skus }: LexContext, at: number): string | null {
  const token = tokens[at] as Token;
  if (token.kind !== 'word' || token.text.length < TYPO_CHARS_MIN || COMMON_WORDS.has(token.text)) return null;
  if (skus.some((sku) => fold(sku).split(' ').includes(token.text)) || isPartOfCode(tokens, at)) return null;
  const sentence = tokens.map((candidate) => (candidate.kind === 'word' ? candidate.text : '\u0000'));
  const lemmas = tokens.slice(at, at + 6).map((candidate) => candidate.lemma);
  const isKnown =
    phraseOf(lemmas) !== null || isGrammarPart(token.lemma) || vocabulary.names.formOf(token.text) !== null || synonymsAt(sentence, at).length > 0 || isKnownThing(token.text) ||
    numberAt(tokens, at) !== null || vocabulary.fieldNamed(token.text) !== null || vocabulary.valuesAt(sentence, at).length > 0 ||
    vocabulary.hasValueWord(token.text) || vocabulary.categoriesWith(token.text).length > 0 || stems(token.text).some((form) => phraseOf([form], 'exact') !== null);
  if (isKnown) return null;
  const candidates = new Set([...vocabulary.wordsNear(token.text), ...nearGrammar.to(token.text)]);
  return candidates.size === 1 ? ([...candidates][0] ?? null) : null;
}

/** "ABC-XYZ" after "sku" and the like: no spelling to correct. */
function isPartOfCode(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at] as Token;
  return /^[A-Z]+$/.test(token.raw) && (token.glued || tokens[at + 1]?.glued === true);
}
