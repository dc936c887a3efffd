/** The statements on drafts, products and change sets. */
import type { Pool, PoolClient } from 'pg';
import type { Task } from './model.js';

export interface PreviewRow {
  productId: string;
  sku: string;
  name: string;
  before: Record<string, unknown>;
  after: Record<string, unknown>;
}

export interface Preview {
  summary: { matched: number; changed: number };
  rows: PreviewRow[];
}

export interface DraftRow {
  draft_id: string;
  workspace_id: string;
  prompt: string;
  status: string;
  preview: Preview | null;
  change_set_id: string | null;
  error: string | null;
  created_at: Date;
  updated_at: Date;
}

export interface NewDraft {
  draftId: string;
  workspaceId: string;
  prompt: string;
  clientRequestId: string | null;
}

/** The draft's id: of the first, where the same request was made before. */
export async function insertDraft(pool: Pool, draft: NewDraft): Promise<{ draftId: string; fresh: boolean }> {
  const { rows } = await pool.query<{ draft_id: string }>({
    name: 'insert-draft',
    text: `INSERT INTO drafts (draft_id, workspace_id, prompt, client_request_id) VALUES ($1, $2, $3, $4)
           ON CONFLICT (workspace_id, client_request_id) DO NOTHING RETURNING draft_id`,
    values: [draft.draftId, draft.workspaceId, draft.prompt, draft.clientRequestId],
  });
  if (rows[0]) return { draftId: rows[0].draft_id, fresh: true };
  const before = await pool.query<{ draft_id: string }>(
    'SELECT draft_id FROM drafts WHERE workspace_id = $1 AND client_request_id = $2',
    [draft.workspaceId, draft.clientRequestId],
  );
  return { draftId: before.rows[0]!.draft_id, fresh: false };
}

export async function selectDraft(
  pool: Pool,
  workspaceId: string,
  draftId: string,
): Promise<DraftRow | null> {
  const { rows } = await pool.query<DraftRow>({
    name: 'select-draft',
    text: `SELECT draft_id, workspace_id, prompt, status, preview, change_set_id, error, created_at, updated_at
             FROM drafts WHERE draft_id = $1 AND workspace_id = $2`,
    values: [draftId, workspaceId],
  });
  return rows[0] ?? null;
}

export async function selectToParse(pool: Pool, draftId: string) {
  const { rows } = await pool.query<{ workspace_id: string; prompt: string; status: string }>({
    name: 'select-to-parse',
    text: 'SELECT workspace_id, prompt, status FROM drafts WHERE draft_id = $1',
    values: [draftId],
  });
  return rows[0] ?? null;
}

export interface ProductRow {
  product_id: string;
  sku: string;
  name: string;
  price: string;
  stock: number;
  category: string | null;
  brand: string | null;
  fields: Record<string, string>;
}

export async function selectProducts(pool: Pool, workspaceId: string, task: Task): Promise<ProductRow[]> {
  const { rows } = await pool.query<ProductRow>({
    name: 'select-products',
    text: `SELECT product_id, sku, name, price, stock, category, brand, fields
             FROM products WHERE workspace_id = $1 AND fields @> $2::jsonb ORDER BY sku`,
    values: [workspaceId, JSON.stringify({ [task.filter.field]: task.filter.equals })],
  });
  return rows;
}

export async function storePreview(pool: Pool, draftId: string, task: Task, preview: Preview): Promise<void> {
  await pool.query({
    name: 'store-preview',
    text: `UPDATE drafts SET status = 'preview', task = $2, preview = $3, updated_at = now()
            WHERE draft_id = $1 AND status = 'pending'`,
    values: [draftId, JSON.stringify(task), JSON.stringify(preview)],
  });
}

export async function failDraft(pool: Pool, draftId: string, error: string): Promise<void> {
  await pool.query(
    `UPDATE drafts SET status = 'failed', error = $2, updated_at = now() WHERE draft_id = $1`,
    [draftId, error],
  );
}

export async function confirmDraft(pool: Pool, workspaceId: string, draftId: string): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'confirm-draft',
    text: `UPDATE drafts SET status = 'confirmed', updated_at = now()
            WHERE draft_id = $1 AND workspace_id = $2 AND status = 'preview'`,
    values: [draftId, workspaceId],
  });
  return rowCount === 1;
}

/** Null when it is not to be executed: a job may come twice. */
export async function lockConfirmed(client: PoolClient, draftId: string) {
  const { rows } = await client.query<{ workspace_id: string; preview: Preview }>({
    name: 'lock-confirmed',
    text: `SELECT workspace_id, preview FROM drafts WHERE draft_id = $1 AND status = 'confirmed' FOR UPDATE`,
    values: [draftId],
  });
  return rows[0] ?? null;
}

export async function updateProducts(
  client: PoolClient,
  workspaceId: string,
  rows: PreviewRow[],
): Promise<number> {
  const { rowCount } = await client.query({
    name: 'update-products',
    text: `UPDATE products p
              SET name = coalesce(c.after->>'name', p.name), price = coalesce((c.after->>'price')::numeric, p.price),
                  stock = coalesce((c.after->>'stock')::int, p.stock), version = p.version + 1, updated_at = now()
             FROM jsonb_to_recordset($2::jsonb) AS c("productId" uuid, after jsonb)
            WHERE p.workspace_id = $1 AND p.product_id = c."productId"`,
    values: [workspaceId, JSON.stringify(rows)],
  });
  return rowCount ?? 0;
}

export interface NewChangeSet {
  changeSetId: string;
  workspaceId: string;
  draftId: string;
  rows: PreviewRow[];
}

export async function insertChangeSet(client: PoolClient, changeSet: NewChangeSet): Promise<void> {
  const rows = changeSet.rows.map(({ productId, before, after }) => ({ productId, before, after }));
  await client.query({
    name: 'insert-change-set',
    text: 'INSERT INTO change_sets (change_set_id, workspace_id, draft_id, rows) VALUES ($1, $2, $3, $4)',
    values: [changeSet.changeSetId, changeSet.workspaceId, changeSet.draftId, JSON.stringify(rows)],
  });
}

export async function finishDraft(client: PoolClient, draftId: string, changeSetId: string): Promise<void> {
  await client.query({
    name: 'finish-draft',
    text: `UPDATE drafts SET status = 'done', change_set_id = $2, updated_at = now() WHERE draft_id = $1`,
    values: [draftId, changeSetId],
  });
}
