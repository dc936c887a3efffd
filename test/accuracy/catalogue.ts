/** Catalogues in memory, and the vocabulary a workspace holding them would have. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { v5 as uuidV5 } from 'uuid';
import { z } from 'zod';
import { Product } from '../../src/catalogue/product.js';
import {
  NAME_WORDS_MAX,
  nameOnlyPairs,
  skuCandidates,
  VALUES_PER_FIELD_MAX,
  Vocabulary,
  type VocabularyData,
  type VocabularyValue,
} from '../../src/interpreter/vocabulary.js';
import { words } from '../../src/text/fold.js';

const ROOT = join(import.meta.dirname, '..', '..');
/** Where catalogues are looked for. The last folder is not part of the repository and may be absent. */
export const CATALOGUE_FOLDERS = [
  join(import.meta.dirname, 'catalogues'),
  join(ROOT, 'examples', 'catalogues'),
  join(ROOT, '..', 'shared', 'catalogues'),
];
const PRODUCT_ID_NAMESPACE = '8f3a8e6e-58a1-4a0c-9a53-6f1c0b4d7e21';

const Line = z.strictObject({
  sku: z.string(),
  name: z.string(),
  price: z.string(),
  stock: z.int(),
  category: z.string().optional(),
  brand: z.string().optional(),
  fields: z.record(z.string(), z.string()).default({}),
});

export interface Catalogue {
  products: readonly Product[];
  vocabulary: (currency: VocabularyData['currency']) => Vocabulary;
  /** Those of `skuCandidates(prompt)` that exist, as the catalogue writes them. */
  skusIn: (prompt: string) => string[];
}

/** Null when no folder holds the catalogue. */
export function loadCatalogue(
  name: string,
  folders: readonly string[] = CATALOGUE_FOLDERS,
): Catalogue | null {
  const path = folders.map((folder) => join(folder, `${name}.ndjson`)).find(existsSync);
  if (path === undefined) return null;
  return catalogueOf(
    readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => productOf(name, Line.parse(JSON.parse(line)))),
  );
}

export function catalogueOf(products: readonly Product[]): Catalogue {
  const data = vocabularyOf(products);
  const skus = new Map(products.map(({ sku }) => [sku.toLowerCase(), sku]));
  const byCurrency = new Map<VocabularyData['currency'], Vocabulary>();
  return {
    products,
    vocabulary: (currency) => {
      const known = byCurrency.get(currency) ?? Vocabulary.from({ ...data, currency });
      byCurrency.set(currency, known);
      return known;
    },
    skusIn: (prompt) => [
      ...new Set(skuCandidates(prompt).flatMap((candidate) => skus.get(candidate.toLowerCase()) ?? [])),
    ],
  };
}

/** The words of a catalogue, counted as the products read model counts them. */
export function vocabularyOf(products: readonly Product[]): VocabularyData {
  const keys = new Set(products.flatMap(({ fields }) => Object.keys(fields)));
  return {
    currency: null,
    categories: counted(products.map(({ category }) => category ?? '')),
    brands: counted(products.map(({ brand }) => brand ?? '')),
    fields: [...keys].toSorted().map((key) => ({
      key,
      values: counted(products.map(({ fields }) => fields[key] ?? '')).slice(0, VALUES_PER_FIELD_MAX),
    })),
    nameWords: counted(products.flatMap(({ name }) => [...new Set(words(name))])).slice(0, NAME_WORDS_MAX),
    nameOnlyPairs: nameOnlyPairs(products),
  };
}

function counted(values: readonly string[]): VocabularyValue[] {
  return [...Map.groupBy(values, (value) => value)]
    .filter(([value]) => value.trim() !== '')
    .map(([value, all]) => ({ value, count: all.length }))
    .sort((left, right) => right.count - left.count || (left.value < right.value ? -1 : 1));
}

function productOf(catalogue: string, line: z.infer<typeof Line>): Product {
  const [whole = '0', decimals = ''] = line.price.split('.');
  return Product.parse({
    ...line,
    price: `${whole}.${decimals.padEnd(2, '0')}`,
    category: line.category || null,
    brand: line.brand || null,
    productId: uuidV5(`${catalogue}/${line.sku}`, PRODUCT_ID_NAMESPACE),
    version: 1,
  });
}
