/** The same reading and changing in plain SQL, through the same driver: tables like the read model's, with the same rows and indexes. */
import type { Database } from '../../src/platform/database/database.js';
import { PRODUCT_COLUMNS } from '../../src/projections/products/product-row.js';
import type { Sentence } from './catalogue.js';

const TABLES = ['products', 'product_terms'] as const;

/** In a schema of its own: the read model belongs to its projection. */
export async function copyTables(database: Database): Promise<void> {
  await database.query('CREATE SCHEMA plain');
  for (const table of TABLES) {
    await database.query(`CREATE TABLE plain.${table} (LIKE public.${table} INCLUDING ALL)`);
    await database.query(`INSERT INTO plain.${table} TABLE public.${table}`);
  }
  await database.query('VACUUM ANALYZE plain.products, plain.product_terms, products, product_terms');
}

/** Answers how many rows came. In the order in which a preview shows them. */
export async function plainSelect(
  database: Database,
  workspaceId: string,
  { condition }: Sentence,
): Promise<number> {
  const { rows } = await database.query(
    `SELECT ${PRODUCT_COLUMNS}
       FROM plain.products p JOIN plain.product_terms t USING (workspace_id, product_id)
      WHERE p.workspace_id = $1 AND NOT p.deleted AND ${condition}
      ORDER BY p.sku`,
    [workspaceId],
  );
  return rows.length;
}

/** Answers how many rows were changed, on disk. */
export async function plainUpdate(
  database: Database,
  workspaceId: string,
  { condition }: Sentence,
): Promise<number> {
  const { rowCount } = await database.query(
    `UPDATE plain.products p SET price = round(p.price * 1.01, 2), version = p.version + 1, updated_at = now()
       FROM plain.product_terms t
      WHERE p.workspace_id = $1 AND NOT p.deleted AND t.workspace_id = p.workspace_id
        AND t.product_id = p.product_id AND ${condition}`,
    [workspaceId],
  );
  return rowCount ?? 0;
}
