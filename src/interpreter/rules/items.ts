/** What a sentence is made of after its words have been looked up: the alphabet of the grammar. */
import type { CatalogueValue } from '../vocabulary.js';
import type { Meaning, Unit } from './lexicon/meaning.js';
import type { Query } from '../../catalogue/task.js';

/** `at`, `length`: the tokens it covers. `text`: the user's words, folded. */
export type Item = { at: number; length: number; text: string } & (
  | Exclude<Meaning, { kind: 'field' } | { kind: 'unit' } | { kind: 'times' }>
  | FieldMeaning
  | NumberMeaning
  | ValueMeaning
  | NameMeaning
  | { kind: 'quote' }
  | { kind: 'sku'; sku: string }
  | { kind: 'id'; id: string }
  | { kind: 'comma' }
  | { kind: 'stop' }
  | { kind: 'questionMark' }
  /** A finished condition. `noun`: the fields that a noun («کتاب») stands for, see `product-kinds.ts`. */
  | { kind: 'condition'; query: Query; assumed?: boolean; noun?: readonly string[] }
);
export type ItemOf<Kind extends Item['kind']> = Extract<Item, { kind: Kind }>;

/** `field`: core column, `id` or the workspace's key; unknown ones keep the user's word. */
export interface FieldMeaning {
  kind: 'field';
  field: string;
  known: boolean;
}

export interface ValueMeaning {
  kind: 'value';
  values: CatalogueValue[];
  /** Written as in the catalogue, in number and ending. */
  exact: boolean;
  /** The word also occurs in product names. */
  isNameWord: boolean;
  /** Stands beside a word it forms a product name with, of products that lack the value («چای سبز»). */
  inName: boolean;
  /** Names have the word more often than the field has the value: beside a name word it may be part of the name. */
  isLoose: boolean;
}

export interface NumberMeaning {
  kind: 'number';
  /** Plain decimal, without sign. */
  value: string;
  negative: boolean;
  signed: boolean;
  unit: Unit | 'times' | null;
  scale: number;
  /** A thousand was probably left out ("4 million and 200"). */
  elliptical: boolean;
  digits: boolean;
  /** The number as a word of product names, when it is one: "17" beside "iPhone 17". */
  nameWord: string | null;
}

export interface NameMeaning {
  kind: 'name';
  /** Folded words as the catalogue writes them, the user's own where it has none. */
  words: string[];
  /** Other ways the catalogue writes the same thing ("هدفون" for headphone): any of them may be meant. */
  alternatives: string[][];
  /** Also written as one word in names: «ضد آفتاب», «ضدآفتاب». */
  joined?: string;
  known: boolean;
  /** For unknown words: known ones a slip of the finger away. */
  near: string[];
  /** Categories that have the word as one of several ("bikes": Road Bikes, Mountain Bikes). */
  categories: CatalogueValue[];
}

/** A typing mistake put right; shown to the user. */
export interface Correction {
  from: string;
  to: string;
}

export function isKind<Kind extends Item['kind']>(
  item: Item | undefined,
  ...kinds: Kind[]
): item is ItemOf<Kind> {
  return item !== undefined && (kinds as string[]).includes(item.kind);
}
