/** Products as they are now: one row each, and the terms they are found by. Set-based: a statement per kind of change. */
import { isCoreField, type FieldChanges, type ProductChange } from '../../catalogue/product.js';
import type { Prepared, Queryable } from '../../platform/database/database.js';
import type { Projection } from '../projection.js';
import { foldChanges, type Folded, type FoldedChange } from './folded-changes.js';
import { productTerms } from './terms.js';

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
    const events = deliveries.flatMap(({ event }) => (event.type === 'ProductsChanged' ? [event] : []));
    let isOutgrown = false;
    for (const folded of foldChanges(events))
      isOutgrown = (await applyFolded(transaction, folded)) || isOutgrown;
    // Searching an imported catalogue must not wait for autovacuum to learn that it grew.
    if (isOutgrown) await transaction.query('ANALYZE products, product_terms');
  },
};

/** From this size on, statistics are renewed whenever a catalogue has grown fourfold. */
const ANALYZED_PRODUCTS_MIN = 1_000;

/** $1, $2, $3 workspaces, the revisions they reach, how many products more. */
const MOVE_HEADS: Prepared = {
  name: 'products-move-heads',
  text: `
  INSERT INTO catalogue_heads AS head (workspace_id, revision, products)
  SELECT * FROM unnest($1::uuid[], $2::int[], $3::int[]) AS moved (workspace_id, revision, products)
   ORDER BY workspace_id
  ON CONFLICT (workspace_id) DO UPDATE
     SET revision = excluded.revision, products = head.products + excluded.products
  RETURNING workspace_id, products`,
};

/**
 * Answers whether a catalogue has outgrown its statistics.
 * Deletions first and additions last: within one change set a sku may pass from one product to another.
 */
async function applyFolded(transaction: Queryable, { changes, heads }: Folded): Promise<boolean> {
  const of = (op: ProductChange['op']) => changes.filter((change) => change.op === op);
  const [deleted, updated, added] = [of('delete'), of('update'), of('add')];
  if (deleted.length > 0) await removeProducts(transaction, deleted);
  if (updated.length > 0) await updateProducts(transaction, updated);
  if (added.length > 0) await addProducts(transaction, added);
  const { rows } = await transaction.query<{ workspace_id: string; products: number }>(MOVE_HEADS, [
    heads.map(({ workspaceId }) => workspaceId),
    heads.map(({ revision }) => revision),
    heads.map((head) => head.added - head.deleted),
  ]);
  const products = new Map(rows.map((row) => [row.workspace_id, row.products]));
  return heads.some((head) => {
    const now = products.get(head.workspaceId) ?? 0;
    return growth(now) > growth(now - head.added);
  });
}

/** Times that a catalogue has grown fourfold from the size at which statistics begin to matter. */
function growth(products: number): number {
  return Math.floor(Math.log2(Math.max(products, ANALYZED_PRODUCTS_MIN) / ANALYZED_PRODUCTS_MIN) / 2);
}

interface TextRow {
  workspace_id: string;
  product_id: string;
  sku: string;
  name: string;
  category: string | null;
  brand: string | null;
  fields: Record<string, string>;
}

/** $1, $2 workspaces and products, $3 versions to go from, $4 changed at. */
const REMOVE: Prepared = {
  name: 'products-remove',
  text: `
  UPDATE products p SET deleted = true, version = c.version + 1, updated_at = c.changed_at
    FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::timestamptz[])
         AS c (workspace_id, product_id, version, changed_at)
   WHERE p.workspace_id = c.workspace_id AND p.product_id = c.product_id AND p.version = c.version
     AND NOT p.deleted`,
};
const REMOVE_TERMS: Prepared = {
  name: 'products-remove-terms',
  text: `
  DELETE FROM product_terms t USING unnest($1::uuid[], $2::uuid[]) AS c (workspace_id, product_id)
   WHERE t.workspace_id = c.workspace_id AND t.product_id = c.product_id`,
};

async function removeProducts(transaction: Queryable, changes: FoldedChange[]): Promise<void> {
  const ids = [changes.map(({ workspaceId }) => workspaceId), changes.map(({ productId }) => productId)];
  const { rowCount } = await transaction.query(REMOVE, [
    ...ids,
    changes.map(({ baseVersion }) => baseVersion),
    changes.map(({ changedAt }) => changedAt),
  ]);
  assertAll(rowCount, changes);
  await transaction.query(REMOVE_TERMS, ids);
}

/**
 * $1 changed columns by product. Columns that are not nullable are changed when given; `sets` names the nullable ones
 * that are; `fields` holds changed custom fields, null for removed.
 */
const UPDATE = `
  UPDATE products p
     SET sku = coalesce(c.sku, p.sku), name = coalesce(c.name, p.name),
         price = coalesce(c.price, p.price), stock = coalesce(c.stock, p.stock),
         category = CASE WHEN c.sets_category THEN c.category ELSE p.category END,
         brand = CASE WHEN c.sets_brand THEN c.brand ELSE p.brand END,
         fields = CASE WHEN c.fields IS NULL THEN p.fields ELSE jsonb_strip_nulls(p.fields || c.fields) END,
         version = c.version, updated_at = c.changed_at
    FROM jsonb_to_recordset($1::jsonb) AS c (
           workspace_id uuid, product_id uuid, base_version int, version int, changed_at timestamptz, sku text,
           name text, price numeric, stock int, category text, brand text, sets_category boolean, sets_brand boolean,
           fields jsonb)
   WHERE p.workspace_id = c.workspace_id AND p.product_id = c.product_id AND p.version = c.base_version
     AND NOT p.deleted`;
const UPDATE_NUMBERS: Prepared = { name: 'products-update-numbers', text: UPDATE };
const UPDATE_TEXT: Prepared = {
  name: 'products-update-text',
  text: `${UPDATE} RETURNING p.workspace_id, p.product_id, p.sku, p.name, p.category, p.brand, p.fields`,
};

async function updateProducts(transaction: Queryable, changes: FoldedChange[]): Promise<void> {
  const { true: retold = [], false: counted = [] } = Object.groupBy(
    changes,
    (change) => `${changesText(change)}`,
  );
  if (counted.length > 0) {
    const { rowCount } = await transaction.query(UPDATE_NUMBERS, [JSON.stringify(counted.map(columnsOf))]);
    assertAll(rowCount, counted);
  }
  if (retold.length === 0) return;
  const { rows } = await transaction.query<TextRow>(UPDATE_TEXT, [JSON.stringify(retold.map(columnsOf))]);
  assertAll(rows.length, retold);
  await putTerms(transaction, rows);
}

/** $1 every column by product. A version above 1 takes a deleted product's place. */
const ADD: Prepared = {
  name: 'products-add',
  text: `
  INSERT INTO products AS p (workspace_id, product_id, sku, name, price, stock, category, brand, fields, version,
                             deleted, created_at, updated_at)
  SELECT c.workspace_id, c.product_id, c.sku, c.name, c.price, c.stock, c.category, c.brand,
         coalesce(jsonb_strip_nulls(c.fields), '{}'), c.version, false, c.changed_at, c.changed_at
    FROM jsonb_to_recordset($1::jsonb) AS c (
           workspace_id uuid, product_id uuid, version int, changed_at timestamptz, sku text, name text, price numeric,
           stock int, category text, brand text, fields jsonb)
  ON CONFLICT (workspace_id, product_id) DO UPDATE
     SET sku = excluded.sku, name = excluded.name, price = excluded.price, stock = excluded.stock,
         category = excluded.category, brand = excluded.brand, fields = excluded.fields,
         version = excluded.version, deleted = false, updated_at = excluded.updated_at
   WHERE p.deleted AND p.version = excluded.version - 1`,
};

async function addProducts(transaction: Queryable, changes: FoldedChange[]): Promise<void> {
  const { rowCount } = await transaction.query(ADD, [JSON.stringify(changes.map(columnsOf))]);
  assertAll(rowCount, changes);
  await putTerms(transaction, changes.map(textRowOf));
}

/** $1 terms by product. */
const PUT_TERMS: Prepared = {
  name: 'products-put-terms',
  text: `
  INSERT INTO product_terms (workspace_id, product_id, terms, numbers, folded_name)
  SELECT c.workspace_id, c.product_id, c.terms, c.numbers, c.folded_name
    FROM jsonb_to_recordset($1::jsonb)
         AS c (workspace_id uuid, product_id uuid, terms text[], numbers jsonb, folded_name text)
  ON CONFLICT (workspace_id, product_id) DO UPDATE
     SET terms = excluded.terms, numbers = excluded.numbers, folded_name = excluded.folded_name`,
};

async function putTerms(transaction: Queryable, products: TextRow[]): Promise<void> {
  const rows = products.map((product) => {
    const { terms, numbers, foldedName } = productTerms(product);
    const { workspace_id, product_id } = product;
    return { workspace_id, product_id, terms, numbers, folded_name: foldedName };
  });
  await transaction.query(PUT_TERMS, [JSON.stringify(rows)]);
}

function columnsOf(change: FoldedChange): Record<string, unknown> {
  const row: Record<string, unknown> = {
    workspace_id: change.workspaceId,
    product_id: change.productId,
    base_version: change.baseVersion,
    version: change.version,
    changed_at: change.changedAt,
  };
  const fields: FieldChanges = {};
  for (const [field, value] of Object.entries(change.after ?? {})) {
    if (!isCoreField(field)) fields[field] = value === null ? null : String(value);
    else row[field] = value;
    if (field === 'category' || field === 'brand') row[`sets_${field}`] = true;
  }
  return Object.keys(fields).length > 0 ? { ...row, fields } : row;
}

function textRowOf({ workspaceId, productId, after }: FoldedChange): TextRow {
  const values = after ?? {};
  const text = (field: string) =>
    values[field] === null || values[field] === undefined ? null : String(values[field]);
  const custom = Object.entries(values).filter(([field, value]) => !isCoreField(field) && value !== null);
  return {
    workspace_id: workspaceId,
    product_id: productId,
    sku: text('sku') ?? '',
    name: text('name') ?? '',
    category: text('category'),
    brand: text('brand'),
    fields: Object.fromEntries(custom.map(([field, value]) => [field, String(value)])),
  };
}

function changesText({ after }: FoldedChange): boolean {
  return Object.keys(after ?? {}).some((field) => field !== 'price' && field !== 'stock');
}

/** A change that met another version means that the log and this read model disagree: stop, and be rebuilt. */
function assertAll(rowCount: number | null, changes: readonly FoldedChange[]): void {
  if (rowCount === changes.length) return;
  const workspaces = [...new Set(changes.map(({ workspaceId }) => workspaceId))].join(', ');
  throw new Error(
    `${changes.length} product changes of ${workspaces} met ${rowCount ?? 0} products at their version`,
  );
}
