/**
 * What a model is told of a workspace: as much as a token budget holds, what is near the user's words first. Every
 * field's name comes before any sample, and what the words may mean comes before what is merely frequent.
 */
import { isKind, type Item } from '../../rules/items.js';
import { synonymsAt, wordsOfGroup } from '../../rules/synonyms.js';
import type { CatalogueValue, Vocabulary } from '../../vocabulary.js';
import type { UserWords } from '../guard/user-words.js';
import { tokensAtMost } from './tokens.js';

export interface CatalogueExtract {
  currency: Vocabulary['currency'];
  /** Sample values by field, as the catalogue writes them. */
  fields: Record<string, string[]>;
  numeric_fields: string[];
  /** Words of product names near the user's, as the catalogue writes them. */
  name_words: string[];
  skus: string[];
}

export const CATALOGUE_TOKENS_MAX = 1_500;
/** Names of fields may take so much of it. */
const FIELD_NAMES_SHARE = 0.4;
const VALUE_CHARS_MAX = 80;
/** Punctuation around a value in JSON. */
const TOKENS_AROUND = 1;

export function catalogueExtract(
  words: UserWords,
  skus: readonly string[],
  tokensMax = CATALOGUE_TOKENS_MAX,
): CatalogueExtract {
  const { vocabulary } = words;
  const near = nearValues(words);
  const budget = { left: tokensMax };
  const fields = new Map<string, Set<string>>([
    ['category', new Set()],
    ['brand', new Set()],
  ]);
  const named = [...near.map(({ field }) => field), ...vocabulary.fields];
  const namesEnd = tokensMax * (1 - FIELD_NAMES_SHARE);
  for (const field of named)
    if (!fields.has(field) && vocabulary.hasField(field) && takes(budget, field, namesEnd))
      fields.set(field, new Set());
  const add = (field: string, value: string): void => {
    const samples = fields.get(field);
    const shown = value.slice(0, VALUE_CHARS_MAX);
    if (samples && !samples.has(shown) && takes(budget, shown)) samples.add(shown);
  };
  for (const { field, value } of near) add(field, value);
  const name_words = nearNames(words).filter((word) => takes(budget, word));
  const knownSkus = skus.filter((sku) => takes(budget, sku));
  for (const { field, value } of frequentByTurns(vocabulary)) add(field, value);
  return {
    currency: vocabulary.currency,
    fields: Object.fromEntries([...fields].map(([field, samples]) => [field, [...samples]])),
    numeric_fields: ['price', 'stock', ...[...fields.keys()].filter((field) => vocabulary.isNumeric(field))],
    name_words,
    skus: knownSkus,
  };
}

function takes(budget: { left: number }, text: string, downTo = 0): boolean {
  const tokens = tokensAtMost(text) + TOKENS_AROUND;
  if (budget.left - tokens < downTo) return false;
  budget.left -= tokens;
  return true;
}

/** Values the user's words may mean, in the order of the words. */
function nearValues(words: UserWords): CatalogueValue[] {
  return words.items.flatMap((item) => {
    const own = isKind(item, 'value') ? item.values : isKind(item, 'name') ? item.categories : [];
    return [...own, ...translated(item, words.vocabulary)];
  });
}

function translated(item: Item, vocabulary: Vocabulary): CatalogueValue[] {
  if (!isKind(item, 'value', 'name')) return [];
  return synonymsAt(item.text.split(' '), 0).flatMap(({ group }) => {
    const { values, categories } = wordsOfGroup(group, vocabulary);
    return [...values, ...categories];
  });
}

function nearNames(words: UserWords): string[] {
  const names = words.items.flatMap((item) =>
    isKind(item, 'name') && (item.known || item.near.length > 0)
      ? [...(item.known ? item.words : []), ...item.alternatives.flat(), ...item.near]
      : [],
  );
  return [...new Set(names)];
}

/** The most frequent value of every field, then the second of every field, and so on. */
function frequentByTurns({ frequent }: Vocabulary): { field: string; value: string }[] {
  const longest = Math.max(0, ...frequent.map(({ values }) => values.length));
  return Array.from({ length: longest }, (_, turn) =>
    frequent.flatMap(({ field, values }) => {
      const value = values[turn];
      return value === undefined ? [] : [{ field, value }];
    }),
  ).flat();
}
