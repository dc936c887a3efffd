/** Reads of products: one, some, a page of them, all of them. */
import { z } from 'zod';
import { StorableText, type Product } from '../../catalogue/product.js';
import type { Query } from '../../catalogue/task.js';
import type { Prepared, WorkspaceScope } from '../../platform/database/workspace-scope.js';
import { words } from '../../text/fold.js';
import { decodeCursor, pageOf, type Page } from '../cursor.js';
import { bindable, Bindings, compileQueries, joinTerms } from './compile-query.js';
import {
  PRODUCT_COLUMNS,
  productOf,
  VIEW_COLUMNS,
  viewOf,
  type ProductRow,
  type ProductView,
  type ViewRow,
} from './product-row.js';

export const PRODUCTS_PER_PAGE_MAX = 500;
const EXPORT_PAGE_ROWS = 1_000;

const SELECT_ONE = {
  name: 'product-select',
  text: `SELECT ${VIEW_COLUMNS} FROM products p WHERE p.workspace_id = $1 AND p.product_id = $2 AND NOT p.deleted`,
};

/** A product as it is now; null when absent or deleted. */
export async function productById(scope: WorkspaceScope, productId: string): Promise<ProductView | null> {
  const rows = await scope.query<ViewRow>(SELECT_ONE, [productId]);
  return rows[0] ? viewOf(rows[0]) : null;
}

/** Products by id, deleted ones included as such, ordered by id. */
export async function productsById(
  scope: WorkspaceScope,
  productIds: readonly string[],
): Promise<(Product & { deleted: boolean })[]> {
  const rows = await scope.query<ProductRow & { deleted: boolean }>(
    `SELECT ${PRODUCT_COLUMNS}, p.deleted FROM products p
      WHERE p.workspace_id = $1 AND p.product_id = ANY ($2::uuid[]) ORDER BY p.product_id`,
    [productIds],
  );
  return rows.map((row) => ({ ...productOf(row), deleted: row.deleted }));
}

/** Living products that carry exactly one of these skus, ordered by sku. */
export async function productsBySku(scope: WorkspaceScope, skus: readonly string[]): Promise<Product[]> {
  const rows = await scope.query<ProductRow>(
    `SELECT ${PRODUCT_COLUMNS} FROM products p
      WHERE p.workspace_id = $1 AND p.sku = ANY ($2::text[]) AND NOT p.deleted ORDER BY p.sku`,
    [bindable(skus)],
  );
  return rows.map(productOf);
}

/** What a list of products is narrowed to; all that are given must hold. */
export interface ProductFilter {
  /** Words of the name. */
  q?: string | undefined;
  sku?: string | undefined;
  category?: string | undefined;
  brand?: string | undefined;
  /** Custom fields by key. */
  fields?: Readonly<Record<string, string>> | undefined;
  /** Plain decimals, inclusive. */
  priceMin?: string | undefined;
  priceMax?: string | undefined;
  stockMin?: string | undefined;
  stockMax?: string | undefined;
}

export function filterQueries(filter: ProductFilter): Query[] {
  const queries: Query[] = [];
  if (filter.q !== undefined) queries.push({ field: 'name', op: 'contains', value: filter.q });
  for (const field of ['sku', 'category', 'brand'] as const) {
    const value = filter[field];
    if (value !== undefined) queries.push({ field, op: 'eq', value });
  }
  for (const [field, value] of Object.entries(filter.fields ?? {})) queries.push({ field, op: 'eq', value });
  for (const [field, op, value] of [
    ['price', 'gte', filter.priceMin],
    ['price', 'lte', filter.priceMax],
    ['stock', 'gte', filter.stockMin],
    ['stock', 'lte', filter.stockMax],
  ] as const)
    if (value !== undefined) queries.push({ field, op, value });
  return queries;
}

export interface ListOptions {
  filter: ProductFilter;
  /** 1 to PRODUCTS_PER_PAGE_MAX. */
  limit: number;
  cursor?: string | undefined;
}

const SkuCursor = z.tuple([z.literal('sku'), StorableText]);

/** A page by sku: stable while the catalogue changes, however deep. Throws InvalidCursorError. */
export async function listProducts(scope: WorkspaceScope, options: ListOptions): Promise<Page<ProductView>> {
  const limit = Math.min(options.limit, PRODUCTS_PER_PAGE_MAX);
  const skuAfter = options.cursor === undefined ? null : decodeCursor(options.cursor, SkuCursor)[1];
  const queries = filterQueries(options.filter);
  const { text, values } = listStatement(queries, skuAfter, limit + 1);
  const statement = queries.length === 0 ? unfiltered(text, skuAfter) : text;
  return pageOf(await scope.query<ViewRow>(statement, values), limit, viewOf, (row) => ['sku', row.sku]);
}

/** The list everybody opens is prepared; filters have too many shapes, and their plans depend on what is looked for. */
const unfiltered = (text: string, skuAfter: string | null): Prepared => ({
  name: skuAfter === null ? 'products-first' : 'products-after',
  text,
});

export function listStatement(
  queries: readonly Query[],
  skuAfter: string | null,
  rowsMax: number,
): { text: string; values: unknown[] } {
  const bindings = new Bindings();
  const condition = compileQueries(queries, bindings);
  const after = skuAfter === null ? 'TRUE' : `p.sku > ${bindings.bind(skuAfter, 'text')}`;
  const text = `
    SELECT ${VIEW_COLUMNS} FROM products p ${joinTerms(condition)}
     WHERE p.workspace_id = $1 AND NOT p.deleted AND ${after} AND ${condition}
     ORDER BY p.sku LIMIT ${bindings.bind(rowsMax, 'int')}`;
  return { text, values: bindings.values };
}

/**
 * Every product that the filter leaves, by sku, a page in memory at a time however many there are. Each page is a
 * snapshot of its own: a slow reader holds no transaction open, and a product that changes meanwhile is read once.
 */
export async function* exportProducts(
  scope: WorkspaceScope,
  filter: ProductFilter = {},
): AsyncGenerator<ProductView> {
  const queries = filterQueries(filter);
  let skuAfter: string | null = null;
  for (;;) {
    const { text, values } = listStatement(queries, skuAfter, EXPORT_PAGE_ROWS);
    const rows: ViewRow[] = await scope.query<ViewRow>(text, values);
    yield* rows.map(viewOf);
    if (rows.length < EXPORT_PAGE_ROWS) return;
    skuAfter = rows.at(-1)?.sku ?? null;
  }
}

export interface NearName {
  name: string;
  sku: string;
  productId: string;
  /** 0 to 1: how much of what was asked for occurs in the name, by trigrams. */
  similarity: number;
}

/** Words of a text that are looked at for near names. */
const NEAR_WORDS_MAX = 8;

/**
 * Names that resemble a text in which nothing was found, best first, each name once. By trigrams of its words: what
 * pg_trgm calls word similarity, above the threshold in `near_names`.
 */
export async function nearNames(scope: WorkspaceScope, text: string, limit: number): Promise<NearName[]> {
  const asked = words(text).slice(0, NEAR_WORDS_MAX);
  if (asked.length === 0) return [];
  const rows = await scope.query<{ name: string; sku: string; product_id: string; similarity: number }>(
    `SELECT p.name, p.sku, p.product_id, near.similarity
       FROM near_names($1, $2, $3) AS near JOIN products p ON p.workspace_id = $1 AND p.product_id = near.product_id
      WHERE p.workspace_id = $1 AND NOT p.deleted
      ORDER BY near.similarity DESC, p.name COLLATE "C", p.sku`,
    [asked, limit],
  );
  return rows.map(({ product_id, ...near }) => ({ ...near, productId: product_id }));
}
