/** The products that a task means, and what else the write side must know of them, each in one snapshot. */
import type { Product } from '../../catalogue/product.js';
import type { Task } from '../../catalogue/task.js';
import type { Prepared, WorkspaceScope } from '../../platform/database/workspace-scope.js';
import { bindable, Bindings, compileOrder, compileQueries, joinTerms } from './compile-query.js';
import { PRODUCT_COLUMNS, productOf, type ProductRow } from './product-row.js';

export interface MatchOptions extends Pick<Task, 'queries' | 'order' | 'limit'> {
  /** More matches than this are cut off, and `isCut` says so. */
  rowsMax: number;
}

export interface MatchedProducts {
  /** The first in the task's order, as `select` of planning would have them; planning puts them in order once more. */
  products: Product[];
  isCut: boolean;
  /** Revision of the catalogue stream they were read at; -1 for a catalogue without events. */
  revision: number;
  /** Living products in the whole catalogue. */
  catalogueProducts: number;
}

type MatchedRow = ProductRow & { revision: number; products: number; product_id: string | null };

export async function matchProducts(scope: WorkspaceScope, options: MatchOptions): Promise<MatchedProducts> {
  const { text, values } = matchStatement(options);
  const rows = await scope.query<MatchedRow>(text, values);
  const found = rows.filter((row) => row.product_id !== null).map(productOf);
  const head = rows[0];
  return {
    products: found.slice(0, options.rowsMax),
    isCut: found.length > options.rowsMax,
    revision: head?.revision ?? -1,
    catalogueProducts: head?.products ?? 0,
  };
}

/** One statement, so one snapshot: the head comes with the rows, and alone when there are none. */
export function matchStatement({ queries, order, limit, rowsMax }: MatchOptions): {
  text: string;
  values: unknown[];
} {
  const bindings = new Bindings();
  const condition = compileQueries(queries, bindings);
  const place = compileOrder(order, bindings);
  const rows = bindings.bind(Math.min(limit ?? Infinity, rowsMax + 1), 'int');
  const text = `
    WITH head AS (
      SELECT coalesce(max(revision), -1) AS revision, coalesce(max(products), 0) AS products
        FROM catalogue_heads WHERE workspace_id = $1)
    SELECT head.revision, head.products, found.*
      FROM head
      LEFT JOIN (
        SELECT ${PRODUCT_COLUMNS}
          FROM products p ${joinTerms(condition, place)}
         WHERE p.workspace_id = $1 AND NOT p.deleted AND ${condition}
         ORDER BY ${place}
         LIMIT ${rows}) AS found ON true`;
  return { text, values: bindings.values };
}

/** Versions and sku owners for the write side, in one snapshot. */
export interface CatalogueState {
  /** -1 for a catalogue without events. */
  revision: number;
  /** By product id; deleted products keep theirs. Absent: never existed. */
  versions: Map<string, { version: number; deleted: boolean }>;
  /** Living product by sku. */
  skuOwners: Map<string, string>;
}

interface StateRow {
  revision: number;
  product_id: string | null;
  sku: string;
  version: number;
  deleted: boolean;
}

/** $2 product ids, $3 skus. */
const SELECT_STATE = {
  name: 'catalogue-state',
  text: `
  SELECT head.revision, p.product_id, p.sku, p.version, p.deleted
    FROM (SELECT coalesce(max(revision), -1) AS revision FROM catalogue_heads WHERE workspace_id = $1) AS head
    LEFT JOIN (
      SELECT product_id, sku, version, deleted FROM products
       WHERE workspace_id = $1 AND product_id = ANY ($2::uuid[])
       UNION
      SELECT product_id, sku, version, deleted FROM products
       WHERE workspace_id = $1 AND sku = ANY ($3::text[]) AND NOT deleted) AS p ON true`,
};

export async function catalogueState(
  scope: WorkspaceScope,
  touched: { productIds: readonly string[]; skus: readonly string[] },
): Promise<CatalogueState> {
  const rows = await scope.query<StateRow>(SELECT_STATE, [touched.productIds, bindable(touched.skus)]);
  const state: CatalogueState = {
    revision: rows[0]?.revision ?? -1,
    versions: new Map(),
    skuOwners: new Map(),
  };
  const asked = { ids: new Set(touched.productIds), skus: new Set(touched.skus) };
  for (const { product_id, sku, version, deleted } of rows) {
    if (product_id === null) continue;
    if (asked.ids.has(product_id)) state.versions.set(product_id, { version, deleted });
    if (!deleted && asked.skus.has(sku)) state.skuOwners.set(sku, product_id);
  }
  return state;
}

const SELECT_REVISION: Prepared = {
  name: 'catalogue-revision',
  text: 'SELECT revision FROM catalogue_heads WHERE workspace_id = $1',
  quick: true,
};

/** Revision of the catalogue stream that the products have reached; -1 for a catalogue without events. */
export async function catalogueRevision(scope: WorkspaceScope): Promise<number> {
  const rows = await scope.query<{ revision: number }>(SELECT_REVISION);
  return rows[0]?.revision ?? -1;
}
