/** Small workspaces for specs; the real catalogues where the machine has them. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { words } from '../../../text/fold.js';
import { nameOnlyPairs, Vocabulary, type VocabularyData } from '../../vocabulary.js';
import type { InterpretRequest } from '../../interpreter.js';
import { interpret } from '../rules-interpreter.js';

export interface TestProduct {
  sku: string;
  name: string;
  category: string | null;
  brand: string | null;
  fields: Record<string, string>;
}

export function product(name: string, rest: Partial<TestProduct> = {}): TestProduct {
  return { sku: name, name, category: null, brand: null, fields: {}, ...rest };
}

export function vocabularyOf(
  products: readonly TestProduct[],
  currency: VocabularyData['currency'] = null,
): Vocabulary {
  const keys = [...new Set(products.flatMap(({ fields }) => Object.keys(fields)))];
  return Vocabulary.from({
    currency,
    categories: counted(products.map(({ category }) => category)),
    brands: counted(products.map(({ brand }) => brand)),
    fields: keys.map((key) => ({ key, values: counted(products.map(({ fields }) => fields[key])) })),
    nameWords: counted(products.flatMap(({ name }) => words(name))),
    nameOnlyPairs: nameOnlyPairs(products),
  });
}

function counted(values: readonly (string | null | undefined)[]): { value: string; count: number }[] {
  const present = values.filter((value): value is string => typeof value === 'string' && value !== '');
  return [...Map.groupBy(present, (value) => value)].map(([value, all]) => ({ value, count: all.length }));
}

export const PHONES = [
  product('iPhone 17 Silver', {
    sku: 'IP17-S',
    category: 'Phones',
    brand: 'Apple',
    fields: { color: 'Silver' },
  }),
  product('iPhone 17 Black', {
    sku: 'IP17-B',
    category: 'Phones',
    brand: 'Apple',
    fields: { color: 'Black' },
  }),
  product('Galaxy S24', { sku: 'GS24', category: 'Phones', brand: 'Samsung', fields: { color: 'Gray' } }),
  product('Half-Zip Hoodie', {
    sku: 'HZ-1',
    category: 'Hoodies',
    brand: 'Luma',
    fields: { color: 'Red', size: 'XL' },
  }),
  product('Short Sleeve Tee', {
    sku: 'ST-1',
    category: 'Tees',
    brand: 'Luma',
    fields: { color: 'Blue', size: 'S' },
  }),
  product('Down Jacket', {
    sku: 'DJ-1',
    category: 'Jackets',
    brand: 'Luma',
    fields: { color: 'Blue', size: 'M' },
  }),
  product('Rain Jacket', {
    sku: 'RJ-1',
    category: 'Jackets',
    brand: 'Luma',
    fields: { color: 'Red', size: 'M' },
  }),
];

export const PERSIAN_SHOP = [
  product('گوشی سامسونگ گلکسی A15', {
    sku: 'MB-1',
    category: 'گوشی موبایل',
    brand: 'سامسونگ',
    fields: { رنگ: 'مشکی' },
  }),
  product('گوشی اپل آیفون ۱۳', {
    sku: 'MB-2',
    category: 'گوشی موبایل',
    brand: 'اپل',
    fields: { رنگ: 'آبی' },
  }),
  product('کفش ورزشی نایک', {
    sku: 'SH-1',
    category: 'کفش',
    brand: 'نایک',
    fields: { رنگ: 'سفید', سایز: '42' },
  }),
  product('کفش مجلسی', { sku: 'SH-2', category: 'کفش', brand: 'شیما', fields: { رنگ: 'مشکی', سایز: '40' } }),
  product('چای سبز احمد', { sku: 'GR-1', category: 'خواربار', brand: 'احمد' }),
  product('برنج هاشمی ۱۰ کیلویی', { sku: 'GR-2', category: 'خواربار', brand: 'طبیعت' }),
  product('مانتو کتان', {
    sku: 'CP-1',
    category: 'مانتو',
    brand: 'سرژه',
    fields: { رنگ: 'سبز', سایز: '38' },
  }),
];

/** The plain way to ask in specs. */
export function read(prompt: string, vocabulary: Vocabulary, rest: Partial<InterpretRequest> = {}) {
  return interpret({ prompt, conversation: [], vocabulary, skus: [], ...rest });
}

/** Null, said aloud by the caller, where the catalogues are not on this machine. */
export function catalogue(name: string): Vocabulary | null {
  const path = join(import.meta.dirname, '../../../../../shared/catalogues', `${name}.ndjson`);
  if (!existsSync(path)) return null;
  const products = readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as TestProduct);
  return vocabularyOf(products, 'other');
}
