/** Which fields the user's words name or imply. */
import { isCoreField } from '../../../catalogue/product.js';
import { isKind, type Item } from '../../rules/items.js';
import { fieldOfConcept } from '../../rules/synonyms.js';
import type { UserWords } from './user-words.js';
import { conditionsOf } from './literals.js';

export interface SaidFields {
  /** Named, or implied by a verb, a unit or a state. */
  has(field: string): boolean;
  /** Those of the named fields that hold numbers. */
  numeric: ReadonlySet<string>;
}

export function saidFields(words: UserWords): SaidFields {
  const said = new Set(words.items.flatMap((item) => fieldsOf(item, words)));
  const numeric = new Set([...said].filter((field) => words.vocabulary.isNumeric(field)));
  return { has: (field) => said.has(field), numeric };
}

export function isField(field: string, words: UserWords): boolean {
  return field === 'id' || isCoreField(field) || words.vocabulary.hasField(field);
}

function fieldsOf(item: Item, words: UserWords): string[] {
  if (isKind(item, 'field')) return [item.field];
  if (isKind(item, 'value')) return item.values.map(({ field }) => field);
  if (isKind(item, 'condition')) return conditionsOf([item.query]).map(({ condition }) => condition.field);
  if (isKind(item, 'number')) return fieldsOfUnit(item.unit);
  if (isKind(item, 'between')) return /pric|cost/.test(item.text) ? ['price'] : [];
  if (isKind(item, 'state')) return ['stock'];
  if (isKind(item, 'sku')) return ['sku'];
  if (isKind(item, 'id')) return ['id'];
  if (isKind(item, 'named')) return ['name'];
  if (isKind(item, 'factor')) return /price|قیمت|expensive/.test(item.text) ? ['price'] : [];
  // "more" and "off" are the price's only where no other number is named, see `isOpenPrice`.
  if (isKind(item, 'verb', 'compare', 'superlative', 'howMuch') && item.field !== undefined)
    return [item.field, fieldOfConcept(item.field, words.vocabulary) ?? item.field];
  return [];
}

function fieldsOfUnit(unit: string | null): string[] {
  if (unit === 'toman' || unit === 'rial' || unit === 'money') return ['price'];
  return unit === 'pieces' ? ['stock'] : [];
}
