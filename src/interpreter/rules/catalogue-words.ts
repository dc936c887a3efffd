/** Words of the workspace: its fields, values and product names, found in the user's spelling or language. */
import { fold } from '../../text/fold.js';
import { stems } from '../../text/stems.js';
import type { CatalogueValue, ValueMatch, Vocabulary } from '../vocabulary.js';
import type { Item } from './items.js';
import { PERSIAN_LETTERS, textOf, type LexContext } from './lex-context.js';
import { COMMON_WORDS } from './lexicon/common-words.js';
import type { PhraseMatch } from './lexicon/phrases.js';
import { fieldOfConcept, isKnownThing, outranking, synonymsAt, wordsOfGroup } from './synonyms.js';
import { CORE_OR_ID } from './word-context.js';

const FIELD_KEY_WORDS_MAX = 4;

export function fieldKeyAt({ tokens, vocabulary }: LexContext, at: number): PhraseMatch | null {
  for (let length = FIELD_KEY_WORDS_MAX; length > 0; length--) {
    if (tokens.slice(at, at + length).some((token) => token.kind !== 'word') || at + length > tokens.length)
      continue;
    const text = textOf(tokens, at, length);
    const lead = textOf(tokens, at, length - 1);
    const last = tokens[at + length - 1]?.text ?? '';
    const forms = stems(last).map((form) => (lead === '' ? form : `${lead} ${form}`));
    const key = forms.map((form) => vocabulary.fieldNamed(form)).find((found) => found !== null);
    if (key == null) continue;
    const isInflected = vocabulary.fieldNamed(text) === null;
    return {
      meaning: { kind: 'field', concept: key },
      length,
      ...(isInflected ? { inflected: true as const } : {}),
    };
  }
  return null;
}

export interface ValueRead {
  item: Item;
  length: number;
  exact: boolean;
}

/** A value of the workspace, said in its own words or in another language's. */
export function valueAt(vocabulary: Vocabulary, sentence: readonly string[], at: number): ValueRead | null {
  const direct = vocabulary.valuesAt(sentence, at);
  const synonyms = synonymsAt(sentence, at);
  const directLength = direct[0]?.length ?? 0;
  const meant = synonyms.filter(({ length }) => length >= directLength);
  for (const { group, length } of meant) {
    const { values } = wordsOfGroup(group, vocabulary);
    if (
      group.kind === 'material' &&
      directLength === 0 &&
      length === 1 &&
      vocabulary.names.has(sentence[at] ?? '')
    )
      continue;
    const siblings =
      directLength === length
        ? values.filter((value) => direct.some(({ field }) => field === value.field))
        : values;
    const isWider = group.kind === 'colour' && siblings.length > 1;
    if (values.length > 0 && (directLength < length || isWider))
      return valueRead(
        vocabulary,
        sentence,
        at,
        length,
        isWider ? siblings : values,
        directLength === length,
      );
  }
  if (directLength === 0) return null;
  // "glass" is in names; a tag "glasses" is another word.
  const isOtherWord =
    directLength === 1 &&
    direct.every((match) => !match.exact && match.op === 'contains') &&
    vocabulary.names.has(sentence[at] ?? '');
  if (
    isOtherWord ||
    isPluralOfName(vocabulary, sentence[at] ?? '', direct) ||
    isWholeNameWord(vocabulary, sentence[at] ?? '', direct)
  )
    return null;
  return valueRead(
    vocabulary,
    sentence,
    at,
    directLength,
    outranking(direct),
    direct.some(({ exact }) => exact),
  );
}

/** "apples" are no brand: brands have no plural, what names say has. */
function isPluralOfName(vocabulary: Vocabulary, word: string, direct: readonly ValueMatch[]): boolean {
  const isBrand = direct.every(({ field, exact, length }) => field === 'brand' && !exact && length === 1);
  return isBrand && /^[a-z]+s$/.test(word) && vocabulary.names.formOf(word) !== null;
}

/** «چشمهایش» is a title, not the publisher «چشمه» with an ending; «چوبی» and «کفش‌ها» are still their values. */
const ADJECTIVE_OR_PLURAL = /^(?:ی|ای|ها|های|هایی)$/;
function isWholeNameWord(vocabulary: Vocabulary, word: string, direct: readonly ValueMatch[]): boolean {
  if (!PERSIAN_LETTERS.test(word) || !vocabulary.names.has(word)) return false;
  return direct.every(
    (match) =>
      match.length === 1 &&
      !match.exact &&
      !ADJECTIVE_OR_PLURAL.test(
        word.startsWith(fold(match.value)) ? word.slice(fold(match.value).length) : '',
      ),
  );
}

function valueRead(
  vocabulary: Vocabulary,
  sentence: readonly string[],
  at: number,
  length: number,
  values: CatalogueValue[],
  exact: boolean,
): ValueRead {
  const text = sentence.slice(at, at + length).join(' ');
  const isNameWord = length === 1 && vocabulary.names.formOf(text) !== null;
  const isLoose =
    isNameWord &&
    (!exact ||
      (!vocabulary.hasNamePairs &&
        vocabulary.names.count(vocabulary.names.formOf(text) ?? text) >
          values.reduce((sum, value) => sum + value.count, 0)));
  const inName =
    isNameWord &&
    (vocabulary.isNamePair(sentence[at - 1], text) || vocabulary.isNamePair(text, sentence[at + 1]));
  return {
    item: { kind: 'value', values, exact, isNameWord, inName, isLoose, at, length, text },
    length,
    exact,
  };
}

export function nameItem(
  vocabulary: Vocabulary,
  sentence: readonly string[],
  at: number,
  asWritten = false,
): Item {
  const word = sentence[at] ?? '';
  const place = { at, length: 1, text: word };
  const own = asWritten && vocabulary.names.has(word) ? word : vocabulary.names.formOf(word);
  const categories = vocabulary.categoriesWith(word);
  if (own !== null)
    return { kind: 'name', words: [own], alternatives: [], known: true, near: [], categories, ...place };
  const split = /^(\p{L}+)(\d+)$/u.exec(word);
  if (split && vocabulary.names.has(split[1] ?? '') && vocabulary.names.has(split[2] ?? ''))
    return {
      kind: 'name',
      words: [split[1] ?? '', split[2] ?? ''],
      alternatives: [],
      known: true,
      near: [],
      categories: [],
      ...place,
    };
  for (const { group, length } of synonymsAt(sentence, at)) {
    const found = wordsOfGroup(group, vocabulary);
    const [words, ...alternatives] = found.names;
    if (words || found.categories.length > 0)
      return {
        kind: 'name',
        words: words ?? [word],
        alternatives,
        known: words !== undefined,
        near: [],
        categories: [...new Set([...found.categories, ...categories])],
        ...place,
        length,
      };
  }
  const part = COMMON_WORDS.has(word) || categories.length > 0 ? null : vocabulary.onlyValueWith(word);
  if (part)
    return {
      kind: 'value',
      values: [part],
      exact: true,
      isNameWord: false,
      inName: false,
      isLoose: false,
      ...place,
    };
  const near = isKnownThing(word) || COMMON_WORDS.has(word) ? [] : vocabulary.wordsNear(word);
  return { kind: 'name', words: [word], alternatives: [], known: false, near, categories, ...place };
}

/** «ضد آفتاب» where names have «ضدآفتاب» as well: either is meant. */
export function joinedNameItem(vocabulary: Vocabulary, sentence: readonly string[], at: number): Item | null {
  const words = sentence.slice(at, at + 2);
  const joined = words.join('');
  const isJoined =
    words.length === 2 &&
    words.every((word) => PERSIAN_LETTERS.test(word) && vocabulary.names.has(word)) &&
    vocabulary.names.has(joined);
  return isJoined
    ? {
        kind: 'name',
        words,
        alternatives: [],
        joined,
        known: true,
        near: [],
        categories: [],
        at,
        length: 2,
        text: words.join(' '),
      }
    : null;
}

export function fieldItem(
  concept: string,
  place: { at: number; length: number; text: string },
  vocabulary: Vocabulary,
): Item {
  if (vocabulary.hasField(concept)) return { kind: 'field', field: concept, known: true, ...place };
  if (CORE_OR_ID.has(concept)) return { kind: 'field', field: concept, known: true, ...place };
  const own = fieldOfConcept(concept, vocabulary);
  return own
    ? { kind: 'field', field: own, known: true, ...place }
    : { kind: 'field', field: place.text, known: false, ...place };
}
