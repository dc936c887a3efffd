/**
 * What the interpreter knows of a workspace: its own words. Built once per catalogue vocabulary version
 * from plain data, shared by all sentences until the words change.
 */

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
}
