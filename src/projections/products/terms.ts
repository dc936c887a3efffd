/**
 * What a product is found by: one list of terms over all its text fields, behind one inverted index. Built here
 * for storing and for searching alike, from the same folding that `matches` uses.
 */
import { createHash } from 'node:crypto';
import { equalityKey, fieldText, isBlank, numberOf } from '../../planning/field-text.js';

/** A key of the index must stay far below its limit of 2.7 kB; longer ones are kept by their digest. */
const TERM_CHARS_MAX = 120;

export type TextValues = Record<string, string | null>;

export interface ProductTerms {
  terms: string[];
  /** Text fields whose value is a number, in canonical notation. */
  numbers: Record<string, string>;
  foldedName: string;
}

/** `fields`: custom fields by key. Blank values leave no term. */
export function productTerms(product: {
  sku: string;
  name: string;
  category: string | null;
  brand: string | null;
  fields: Record<string, string>;
}): ProductTerms {
  const { sku, name, category, brand, fields } = product;
  const terms = new Set<string>();
  const numbers: Record<string, string> = {};
  let foldedName = '';
  // Custom fields first: a column of the same name wins, as it does in `fieldOf`.
  for (const [field, value] of Object.entries({ ...fields, sku, name, category, brand })) {
    if (isBlank(value)) continue;
    const text = fieldText(field, value);
    terms.add(bounded(valuePrefix(field), text.equalityKey));
    for (const word of text.words) terms.add(wordTerm(field, word));
    const number = numberOf(value);
    if (number !== null) numbers[field] = number;
    if (field === 'name') foldedName = text.folded;
  }
  return { terms: [...terms], numbers, foldedName };
}

/** The term that products share exactly when `eq` holds for the field. */
export function valueTerm(field: string, value: string): string {
  return bounded(valuePrefix(field), equalityKey(field, value));
}

/** `word`: folded. */
export function wordTerm(field: string, word: string): string {
  return bounded(`${field}~`, word);
}

/** How every product that has a value in the field has a term that starts. */
export function valuePrefix(field: string): string {
  return `${field}=`;
}

function bounded(prefix: string, text: string): string {
  if (text.length <= TERM_CHARS_MAX) return prefix + text;
  return `${prefix}*${createHash('sha256').update(text).digest('base64')}`;
}
