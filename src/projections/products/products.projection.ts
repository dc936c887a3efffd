/** Products as they are now: one row each, and the terms they are found by. Set-based: a statement per kind of change. */
import { isCoreField, type FieldChanges, type ProductChange } from '../../catalogue/product.js';
import type { Delivery } from '../../event-bus/event-bus.js';
import type { CatalogueEvent } from '../../events/catalogue.events.js';
import type { ReadEvent } from '../../events/registry.js';
import type { Queryable } from '../../platform/database/database.js';
import type { Projection } from '../projection.js';
import { productTerms } from './terms.js';

type ProductsChanged = ReadEvent<CatalogueEvent>;

export const productsProjection: Projection = {
  name: 'products',
  topics: ['drafthorse.catalogue'],
  tables: ['products', 'product_terms', 'catalogue_heads'],
  async apply(transaction, deliveries) {
    // A hash join would read the whole table for the 500 rows of an event; without fresh statistics, as during an
    // import, the planner takes it (50,000 updates: 4.0 s against 0.8 s).
    await transaction.query(
      `SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)`,
    );
    let isOutgrown = false;
    for (const event of productsChanged(deliveries))
      isOutgrown = (await applyEvent(transaction, event)) || isOutgrown;
    // Searching an imported catalogue must not wait for autovacuum to learn that it grew.
    if (isOutgrown) await transaction.query('ANALYZE products, product_terms');
  },
};

/** The catalogue's own events among those of its topic. */
export function productsChanged(deliveries: readonly Delivery[]): ProductsChanged[] {
  return deliveries.flatMap(({ event }) => (event.type === 'ProductsChanged' ? [event] : []));
}

/** From this size on, statistics are renewed whenever a catalogue has grown fourfold. */
const ANALYZED_PRODUCTS_MIN = 1_000;

/**
 * Answers whether the catalogue has outgrown its statistics.
 * Deletions first and additions last: within one change set a sku may pass from one product to another. */
async function applyEvent(
  transaction: Queryable,
  { workspaceId, revision, data }: ProductsChanged,
): Promise<boolean> {
  const of = (op: ProductChange['op']) => data.changes.filter((change) => change.op === op);
  const [deleted, updated, added] = [of('delete'), of('update'), of('add')];
  const context = { transaction, workspaceId, changedAt: data.changedAt };
  if (deleted.length > 0) await removeProducts(context, deleted);
  if (updated.length > 0) await updateProducts(context, updated);
  if (added.length > 0) await addProducts(context, added);
  const { rows } = await transaction.query<{ products: number }>(
    `INSERT INTO catalogue_heads AS head (workspace_id, revision, products) VALUES ($1, $2, $3)
     ON CONFLICT (workspace_id) DO UPDATE
        SET revision = excluded.revision, products = head.products + excluded.products
     RETURNING products`,
    [workspaceId, revision, added.length - deleted.length],
  );
  const products = rows[0]?.products ?? 0;
  return growth(products) > growth(products - added.length);
}

/** Times that a catalogue has grown fourfold from the size at which statistics begin to matter. */
function growth(products: number): number {
  return Math.floor(Math.log2(Math.max(products, ANALYZED_PRODUCTS_MIN) / ANALYZED_PRODUCTS_MIN) / 2);
}

interface Context {
  transaction: Queryable;
  workspaceId: string;
  changedAt: string;
}

interface TextRow {
  product_id: string;
  sku: string;
  name: string;
  category: string | null;
  brand: string | null;
  fields: Record<string, string>;
}

/** $1 workspace, $2 [{product_id, version}], $3 changed at. */
const REMOVE = `
  UPDATE products p SET deleted = true, version = p.version + 1, updated_at = $3
    FROM jsonb_to_recordset($2::jsonb) AS c (product_id uuid, version int)
   WHERE p.workspace_id = $1 AND p.product_id = c.product_id AND p.version = c.version AND NOT p.deleted`;

async function removeProducts(
  { transaction, workspaceId, changedAt }: Context,
  changes: ProductChange[],
): Promise<void> {
  const rows = changes.map(({ productId, baseVersion }) => ({ product_id: productId, version: baseVersion }));
  const { rowCount } = await transaction.query(REMOVE, [workspaceId, JSON.stringify(rows), changedAt]);
  assertAll(rowCount, changes, workspaceId);
  await transaction.query(
    'DELETE FROM product_terms WHERE workspace_id = $1 AND product_id = ANY ($2::uuid[])',
    [workspaceId, changes.map(({ productId }) => productId)],
  );
}

/**
 * $1 workspace, $2 changed columns by product, $3 changed at. Columns that are not nullable are changed when
 * given; `sets` names the nullable ones that are; `fields` holds changed custom fields, null for removed.
 */
const UPDATE = `
  UPDATE products p
     SET sku = coalesce(c.sku, p.sku), name = coalesce(c.name, p.name),
         price = coalesce(c.price, p.price), stock = coalesce(c.stock, p.stock),
         category = CASE WHEN c.sets_category THEN c.category ELSE p.category END,
         brand = CASE WHEN c.sets_brand THEN c.brand ELSE p.brand END,
         fields = CASE WHEN c.fields IS NULL THEN p.fields ELSE jsonb_strip_nulls(p.fields || c.fields) END,
         version = p.version + 1, updated_at = $3
    FROM jsonb_to_recordset($2::jsonb) AS c (
           product_id uuid, version int, sku text, name text, price numeric, stock int, category text, brand text,
           sets_category boolean, sets_brand boolean, fields jsonb)
   WHERE p.workspace_id = $1 AND p.product_id = c.product_id AND p.version = c.version AND NOT p.deleted`;
const RETURNING_TEXT = ' RETURNING p.product_id, p.sku, p.name, p.category, p.brand, p.fields';

async function updateProducts(
  { transaction, workspaceId, changedAt }: Context,
  changes: ProductChange[],
): Promise<void> {
  const retold = new Set(changes.filter(changesText).map(({ productId }) => productId));
  const { rowCount, rows } = await transaction.query<TextRow & { [column: string]: unknown }>(
    retold.size > 0 ? UPDATE + RETURNING_TEXT : UPDATE,
    [workspaceId, JSON.stringify(changes.map(columnsOf)), changedAt],
  );
  assertAll(rowCount, changes, workspaceId);
  if (retold.size > 0)
    await putTerms(
      transaction,
      workspaceId,
      rows.filter((row) => retold.has(row.product_id)),
    );
}

/** $1 workspace, $2 every column by product, $3 changed at. A version above 0 takes a deleted product's place. */
const ADD = `
  INSERT INTO products AS p (workspace_id, product_id, sku, name, price, stock, category, brand, fields, version,
                             deleted, created_at, updated_at)
  SELECT $1, c.product_id, c.sku, c.name, c.price, c.stock, c.category, c.brand, jsonb_strip_nulls(c.fields),
         c.version + 1, false, $3, $3
    FROM jsonb_to_recordset($2::jsonb) AS c (
           product_id uuid, version int, sku text, name text, price numeric, stock int, category text, brand text,
           fields jsonb)
  ON CONFLICT (workspace_id, product_id) DO UPDATE
     SET sku = excluded.sku, name = excluded.name, price = excluded.price, stock = excluded.stock,
         category = excluded.category, brand = excluded.brand, fields = excluded.fields,
         version = excluded.version, deleted = false, updated_at = excluded.updated_at
   WHERE p.deleted AND p.version = excluded.version - 1`;

async function addProducts(
  { transaction, workspaceId, changedAt }: Context,
  changes: ProductChange[],
): Promise<void> {
  const columns = changes.map((change) => ({ fields: {}, ...columnsOf(change) }));
  const { rowCount } = await transaction.query(ADD, [workspaceId, JSON.stringify(columns), changedAt]);
  assertAll(rowCount, changes, workspaceId);
  await putTerms(transaction, workspaceId, changes.map(textRowOf));
}

/** $1 workspace, $2 terms by product. */
const PUT_TERMS = `
  INSERT INTO product_terms (workspace_id, product_id, terms, numbers, folded_name)
  SELECT $1, c.product_id, c.terms, c.numbers, c.folded_name
    FROM jsonb_to_recordset($2::jsonb) AS c (product_id uuid, terms text[], numbers jsonb, folded_name text)
  ON CONFLICT (workspace_id, product_id) DO UPDATE
     SET terms = excluded.terms, numbers = excluded.numbers, folded_name = excluded.folded_name`;

async function putTerms(transaction: Queryable, workspaceId: string, products: TextRow[]): Promise<void> {
  const rows = products.map((product) => {
    const { terms, numbers, foldedName } = productTerms(product);
    return { product_id: product.product_id, terms, numbers, folded_name: foldedName };
  });
  await transaction.query(PUT_TERMS, [workspaceId, JSON.stringify(rows)]);
}

function columnsOf({ productId, baseVersion, after }: ProductChange): Record<string, unknown> {
  const row: Record<string, unknown> = { product_id: productId, version: baseVersion };
  const fields: FieldChanges = {};
  for (const [field, value] of Object.entries(after ?? {})) {
    if (!isCoreField(field)) fields[field] = value === null ? null : String(value);
    else row[field] = value;
    if (field === 'category' || field === 'brand') row[`sets_${field}`] = true;
  }
  return Object.keys(fields).length > 0 ? { ...row, fields } : row;
}

function textRowOf({ productId, after }: ProductChange): TextRow {
  const values = after ?? {};
  const text = (field: string) =>
    values[field] === null || values[field] === undefined ? null : String(values[field]);
  const custom = Object.entries(values).filter(([field, value]) => !isCoreField(field) && value !== null);
  return {
    product_id: productId,
    sku: text('sku') ?? '',
    name: text('name') ?? '',
    category: text('category'),
    brand: text('brand'),
    fields: Object.fromEntries(custom.map(([field, value]) => [field, String(value)])),
  };
}

function changesText({ after }: ProductChange): boolean {
  return Object.keys(after ?? {}).some((field) => field !== 'price' && field !== 'stock');
}

/** A change that met another version means that the log and this read model disagree: stop, and be rebuilt. */
function assertAll(rowCount: number | null, changes: readonly ProductChange[], workspaceId: string): void {
  if (rowCount !== changes.length)
    throw new Error(
      `${changes.length} product changes of workspace ${workspaceId} met ${rowCount ?? 0} products at their version`,
    );
}
