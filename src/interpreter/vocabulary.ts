/**
 * What the interpreter knows of a workspace: its own words. Built once per catalogue vocabulary version
 * from plain data, shared by all sentences until the words change.
 */
import { fold } from '../text/fold.js';
import { NearWords } from './near-words.js';
import { NameWords } from './name-words.js';
import { ValueIndex, type CatalogueValue, type ValueMatch } from './value-index.js';

/** A value the catalogue uses, as written there, and how many products carry it. */
export interface VocabularyValue {
  value: string;
  count: number;
}

export interface VocabularyField {
  /** The custom field's key, as products carry it: `color`, `رنگ`, `warranty`. */
  key: string;
  /** Distinct values, most frequent first, at most VALUES_PER_FIELD_MAX. */
  values: VocabularyValue[];
}

export const VALUES_PER_FIELD_MAX = 2_000;
export const NAME_WORDS_MAX = 50_000;

export interface VocabularyData {
  /** The unit of `price` where the workspace has said so; null when unknown. */
  currency: 'toman' | 'rial' | 'other' | null;
  categories: VocabularyValue[];
  brands: VocabularyValue[];
  fields: VocabularyField[];
  /** Folded words of product names with the number of products that carry each, most frequent first. */
  nameWords: VocabularyValue[];
  /**
   * Adjacent words of product names ("چای سبز") of which one alone is a category, brand or custom field's value that the
   * product does not carry; see `nameOnlyPairs`. Tells "green tea" from a tea that is green. May be left out.
   */
  nameOnlyPairs?: string[];
}

/** Of each field, so many values are kept in order of frequency, to give an idea of what it holds. */
export const FREQUENT_VALUES_MAX = 40;

/** Names of fields that were looked for are remembered until there are so many. */
const NAMES_ASKED_MAX = 2_000;

/** Share of a field's values that must be numbers for the field to take amounts and percentages. */
const NUMERIC_SHARE_MIN = 0.9;
const PLAIN_NUMBER = /^\d+(\.\d+)?$/;

/**
 * The indexes that make a sentence readable in a few milliseconds beside 100,000 products. Immutable: build a
 * new one when the words change. Values come back as the catalogue writes them.
 */
export class Vocabulary {
  readonly currency: VocabularyData['currency'];
  readonly fields: readonly string[];
  readonly names: NameWords;
  /** Category, brand and every custom field with their most frequent values, at most FREQUENT_VALUES_MAX each. */
  readonly frequent: readonly { field: string; values: readonly string[] }[];
  private readonly values: ValueIndex;
  private readonly namePairs: ReadonlySet<string>;
  private readonly near: NearWords;
  private readonly keyByFolded: ReadonlyMap<string, string>;
  /** Every word of a sentence is looked up as a field's name, alone and with its neighbours, and folding is slow. */
  private readonly namesAsked = new Map<string, string | null>();
  private readonly keyWords: ReadonlySet<string>;
  private readonly numericFields: ReadonlySet<string>;

  private constructor(data: VocabularyData) {
    this.currency = data.currency;
    this.fields = data.fields.map((field) => field.key);
    this.names = new NameWords(data.nameWords);
    this.frequent = [
      { field: 'category', values: data.categories },
      { field: 'brand', values: data.brands },
      ...data.fields.map(({ key, values }) => ({ field: key, values })),
    ].map(({ field, values }) => ({
      field,
      values: values.slice(0, FREQUENT_VALUES_MAX).map(({ value }) => value),
    }));
    this.values = new ValueIndex(data);
    this.namePairs = new Set(data.nameOnlyPairs ?? []);
    this.near = new NearWords([...this.names.all(), ...this.values.words()]);
    this.keyByFolded = new Map([
      ...this.fields.map((key) => [fold(key).replaceAll(' ', ''), key] as const),
      ...this.fields.map((key) => [fold(key), key] as const),
    ]);
    this.keyWords = new Set(this.fields.flatMap((key) => fold(key).split(' ')));
    this.numericFields = new Set(data.fields.filter(isNumeric).map((field) => field.key));
  }

  static from(data: VocabularyData): Vocabulary {
    return new Vocabulary(data);
  }

  /** Values whose words stand at `at` in the sentence, the longest ones only; several when fields share a value. */
  valuesAt(sentence: readonly string[], at: number): ValueMatch[] {
    return this.values.at(sentence, at);
  }

  /** Values of one field (or of any) that fold to the same text. */
  valuesEqual(text: string, field?: string): CatalogueValue[] {
    return this.values.equal(text, field);
  }

  /** The only value with this word among several: the surname of an author, half of a brand. */
  onlyValueWith(word: string): CatalogueValue | null {
    return this.values.onlyWith(word);
  }

  /** Categories that have this word as one of several: "bikes" in "Road Bikes". */
  categoriesWith(word: string): CatalogueValue[] {
    return this.values.categoriesWith(word);
  }

  /** The workspace's custom field of that name, however it is written there. */
  fieldNamed(name: string): string | null {
    const known = this.namesAsked.get(name);
    if (known !== undefined) return known;
    const folded = fold(name);
    const found = this.keyByFolded.get(folded) ?? this.keyByFolded.get(folded.replaceAll(' ', '')) ?? null;
    if (this.namesAsked.size >= NAMES_ASKED_MAX) this.namesAsked.clear();
    this.namesAsked.set(name, found);
    return found;
  }

  /** A word of some field's key. */
  hasKeyWord(word: string): boolean {
    return this.keyWords.has(word);
  }

  hasField(key: string): boolean {
    return this.fields.includes(key);
  }

  get hasNamePairs(): boolean {
    return this.namePairs.size > 0;
  }

  /** Do these two words stand together in names of products that lack the value one of them is? */
  isNamePair(first: string | undefined, second: string | undefined): boolean {
    return this.namePairs.has(`${first} ${second}`);
  }

  isNumeric(field: string): boolean {
    return field === 'price' || field === 'stock' || this.numericFields.has(field);
  }

  hasValueWord(word: string): boolean {
    return this.values.hasWord(word);
  }

  /** Known words one slip of the finger away; empty when none is. */
  wordsNear(word: string): string[] {
    return this.near.to(word);
  }
}

function isNumeric(field: VocabularyField): boolean {
  const numbers = field.values.filter(({ value }) => PLAIN_NUMBER.test(value)).length;
  return numbers > 0 && numbers >= field.values.length * NUMERIC_SHARE_MIN;
}

export { nameOnlyPairs, NAME_CONNECTORS, NAME_ONLY_PAIRS_MAX } from './name-only-pairs.js';
export { skuCandidates, SKU_CANDIDATES_MAX } from './sku-candidates.js';
export type { CatalogueValue, ValueMatch } from './value-index.js';
