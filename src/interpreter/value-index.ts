/** The values of categories, brands and custom fields, found by the words of a sentence. */
import { fold } from '../text/fold.js';
import { lightStems, stems } from '../text/stems.js';
import type { VocabularyData } from './vocabulary.js';

export interface CatalogueValue {
  field: string;
  /** As written in the catalogue. */
  value: string;
  count: number;
  /** `contains` where the field holds lists ("clothing,dresses") and this is one member of them. */
  op: 'eq' | 'contains';
}

export interface ValueMatch extends CatalogueValue {
  /** How many words of the sentence it takes. */
  length: number;
  /** Written exactly as in the catalogue, not in another number or case ending. */
  exact: boolean;
}

interface Entry extends CatalogueValue {
  words: string[];
}

/** Between the words of a value people write, or leave out, "and": "Hoodies & Sweatshirts". */
const CONNECTORS: ReadonlySet<string> = new Set(['and', 'و', 'n']);
/** Longer runs of words are never one word written apart. */
const JOINED_WORDS_MAX = 4;
const JOINED_CHARS_MIN = 5;
/** Shorter words are of too many things. */
const PART_CHARS_MIN = 4;
const PERSIAN_OR_LATIN = /^[\p{L}\p{N}]/u;
const HTML_ENTITY = /&[a-z]{2,8};/gi;
const PLAIN_NUMBER = /^\d+(\.\d+)?$/;
/** Bare numbers count as values only where numbers are names: sizes, not weights or costs. */
const NUMBERS_ARE_NAMES = /^(size|سایز|اندازه|shoe size)$/;

export class ValueIndex {
  private readonly byFirstWord = new Map<string, Entry[]>();
  private readonly byText = new Map<string, Entry[]>();
  private readonly byPart = new Map<string, Entry[]>();
  private readonly wordSet = new Set<string>();
  private readonly categoryByWord = new Map<string, Entry[]>();
  /** By the text without any space: «اسباب بازی», «اسباب‌بازی» and «اسباببازی» are one word to people. */
  private readonly byJoined = new Map<string, Entry[]>();

  constructor(data: VocabularyData) {
    for (const { value, count } of data.categories) this.add({ field: 'category', value, count, op: 'eq' });
    for (const { value, count } of data.brands) this.add({ field: 'brand', value, count, op: 'eq' });
    for (const { key, values } of data.fields) {
      for (const { value, count } of values) this.add({ field: key, value, count, op: 'eq' });
      for (const [part, count] of listMembers(values))
        this.add({ field: key, value: part, count, op: 'contains' });
    }
  }

  at(sentence: readonly string[], at: number): ValueMatch[] {
    const found = new Map<Entry, ValueMatch>();
    for (const form of stems(sentence[at] ?? ''))
      for (const entry of this.byFirstWord.get(form) ?? []) {
        const length = lengthAt(entry.words, sentence, at);
        if (length === 0 || found.has(entry)) continue;
        const exact = entry.words.every((word) => sentence.slice(at, at + length).includes(word));
        found.set(entry, {
          field: entry.field,
          value: entry.value,
          count: entry.count,
          op: entry.op,
          length,
          exact,
        });
      }
    for (const { entry, length } of this.joinedAt(sentence, at)) {
      if (found.has(entry)) continue;
      const { field, value, count, op } = entry;
      found.set(entry, { field, value, count, op, length, exact: true });
    }
    const longest = Math.max(0, ...[...found.values()].map((match) => match.length));
    const candidates = [...found.values()].filter((match) => match.length === longest);
    return candidates.some((match) => match.exact) ? candidates.filter((match) => match.exact) : candidates;
  }

  private joinedAt(sentence: readonly string[], at: number): { entry: Entry; length: number }[] {
    if (!PERSIAN_OR_LATIN.test(sentence[at] ?? '')) return [];
    let before = '';
    const found: { entry: Entry; length: number }[] = [];
    for (let length = 1; length <= JOINED_WORDS_MAX && at + length <= sentence.length; length++) {
      const last = sentence[at + length - 1] ?? '';
      for (const form of lightStems(last))
        for (const entry of this.byJoined.get(before + form) ?? [])
          if (entry.words.length !== length) found.push({ entry, length });
      before += last;
    }
    return found;
  }

  equal(text: string, field?: string): CatalogueValue[] {
    return (this.byText.get(fold(text.replace(HTML_ENTITY, ' '))) ?? []).filter(
      (entry) => !field || entry.field === field,
    );
  }

  categoriesWith(word: string): CatalogueValue[] {
    const found = new Set(stems(word).flatMap((form) => this.categoryByWord.get(form) ?? []));
    return [...found];
  }

  /**
   * The one value of several words that has this word («اورول»: جورج اورول). Null where several have it: which is meant
   * must be said. Categories are left out, see `categoriesWith`.
   */
  onlyWith(word: string): CatalogueValue | null {
    const forms = stems(word);
    const found = forms.map((form) => this.byPart.get(form)).find((entries) => entries !== undefined) ?? [];
    return found.length === 1 ? (found[0] ?? null) : null;
  }

  hasWord(word: string): boolean {
    return this.wordSet.has(word);
  }

  words(): string[] {
    return [...new Set([...this.byText.values()].flat().flatMap((entry) => entry.words))];
  }

  private add(value: CatalogueValue): void {
    const text = fold(value.value.replace(HTML_ENTITY, ' '));
    if (text === '') return;
    const same = this.byText.get(text);
    // Spellings that fold alike ("performance fabric", "performance Fabric") are one value to every query.
    if (same?.some((entry) => entry.field === value.field)) return;
    const entry = { ...value, words: text.split(' ').filter((word) => !CONNECTORS.has(word)) };
    if (entry.words.length === 0) return;
    if (same) same.push(entry);
    else this.byText.set(text, [entry]);
    for (const word of entry.words) this.wordSet.add(word);
    if (PLAIN_NUMBER.test(text) && !NUMBERS_ARE_NAMES.test(fold(value.field))) return;
    if (value.field !== 'category' && value.op === 'eq' && entry.words.length > 1)
      for (const word of new Set(entry.words))
        if (word.length >= PART_CHARS_MIN && !/\d/.test(word)) file(this.byPart, word, entry);
    const joined = entry.words.join('');
    if (joined.length >= JOINED_CHARS_MIN) file(this.byJoined, joined, entry);
    for (const form of lightStems(entry.words[0] ?? '')) file(this.byFirstWord, form, entry);
    if (value.field === 'category' && entry.words.length > 1)
      for (const form of new Set(entry.words.flatMap(lightStems))) file(this.categoryByWord, form, entry);
  }
}

function file(index: Map<string, Entry[]>, key: string, entry: Entry): void {
  const filed = index.get(key);
  if (filed) filed.push(entry);
  else index.set(key, [entry]);
}

/** How many words of the sentence the value covers from `at`, connectors between them included; 0: none. */
function lengthAt(valueWords: readonly string[], sentence: readonly string[], at: number): number {
  let here = at;
  for (const [order, word] of valueWords.entries()) {
    if (order > 0 && CONNECTORS.has(sentence[here] ?? '')) here++;
    const said = sentence[here];
    if (said === undefined) return 0;
    const forms = lightStems(word);
    if (!stems(said).some((form) => forms.includes(form))) return 0;
    here++;
  }
  return here - at;
}

function listMembers(values: readonly { value: string; count: number }[]): Map<string, number> {
  const members = new Map<string, number>();
  for (const { value, count } of values) {
    if (!/[,،|;]/.test(value)) continue;
    for (const part of value.split(/[,،|;]/).map((member) => member.trim()))
      if (part !== '') members.set(part, (members.get(part) ?? 0) + count);
  }
  return members;
}
