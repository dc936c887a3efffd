/** A small shop that speaks two languages, and a look at what became of it. */
import type { ProductView } from '../../src/projections/products/product-row.js';
import type { ApiClient, ProductFields } from '../support/api-client.js';

export const PHONES: ProductFields[] = [
  phone('IP17-S', 'iPhone 17 Silver', '1000.00', 5, 'silver'),
  phone('IP17-B', 'iPhone 17 Black', '1000.00', 0, 'black'),
  phone('IP17P-S', 'iPhone 17 Pro Silver', '1299.99', 3, 'silver'),
  phone('IP16-S', 'iPhone 16 Silver', '799.00', 7, 'silver'),
  { ...phone('GX-S', 'Galaxy S25 Silver', '899.50', 4, 'silver'), brand: 'Samsung' },
  { sku: 'CASE-1', name: 'Leather Case', price: '19.90', stock: 50, category: 'Accessories' },
];

export const PERSIAN: ProductFields[] = [
  {
    sku: 'FA-1',
    name: 'گوشی آیفون 17 نقره‌ای',
    price: '90000000.00',
    stock: 4,
    category: 'موبایل',
    brand: 'اپل',
  },
  {
    sku: 'FA-2',
    name: 'گوشی گلکسی مشکی',
    price: '45000000.00',
    stock: 9,
    category: 'موبایل',
    brand: 'سامسونگ',
  },
  { sku: 'FA-3', name: 'کفش چرم مردانه', price: '1200000.00', stock: 2, category: 'کفش', brand: 'تبریز' },
  { sku: 'FA-4', name: 'كفش ورزشي زنانه', price: '900000.00', stock: 6, category: 'کفش', brand: 'تبریز' },
];

function phone(sku: string, name: string, price: string, stock: number, color: string): ProductFields {
  return { sku, name, price, stock, category: 'Phones', brand: 'Apple', fields: { color } };
}

/** `count` products of one category, alike but for their numbers. */
export function many(category: string, count: number, price = '2.00'): ProductFields[] {
  return Array.from({ length: count }, (_, index) => ({
    sku: `${category.toUpperCase()}-${String(index + 1).padStart(4, '0')}`,
    name: `${category} ${index + 1}`,
    price,
    stock: 1,
    category,
  }));
}

export type Catalogue = ReadonlyMap<string, ProductView>;

export async function catalogueOf(api: ApiClient): Promise<Catalogue> {
  return new Map((await api.products()).map((product) => [product.sku, product]));
}

export interface Difference {
  sku: string;
  /** Only what differs; null: the product is not there. */
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

/** Every product that is not as it was, times and version apart; a version that moved alone is a difference, too. */
export function differencesBetween(before: Catalogue, after: Catalogue): Difference[] {
  const skus = [...new Set([...before.keys(), ...after.keys()])].sort();
  return skus.flatMap((sku) => {
    const [old, now] = [before.get(sku), after.get(sku)];
    if (!old || !now) return [{ sku, before: old ? values(old) : null, after: now ? values(now) : null }];
    const [left, right] = [values(old), values(now)];
    const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])];
    const moved = keys.filter((key) => left[key] !== right[key]);
    if (moved.length === 0 && old.version === now.version) return [];
    const pick = (from: Record<string, unknown>) =>
      Object.fromEntries(moved.map((key) => [key, from[key] ?? null]));
    return [{ sku, before: pick(left), after: pick(right) }];
  });
}

function values({ name, price, stock, category, brand, fields }: ProductView): Record<string, unknown> {
  return { name, price, stock, category, brand, ...fields };
}
