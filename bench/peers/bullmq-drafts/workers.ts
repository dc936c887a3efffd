/** The slow half: reading a prompt into a preview, and executing a confirmed one. */
import { Worker } from 'bullmq';
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import {
  failDraft,
  finishDraft,
  insertChangeSet,
  lockConfirmed,
  selectProducts,
  selectToParse,
  storePreview,
  updateProducts,
  type Preview,
  type ProductRow,
} from './drafts.js';
import { readPrompt, type Task } from './model.js';
import { EXECUTE, PARSE, type DraftJob } from './queues.js';
import { settings } from './settings.js';

export function startWorkers(pool: Pool): Worker<DraftJob>[] {
  const options = { connection: settings.redis, concurrency: settings.concurrency };
  const workers = [
    new Worker<DraftJob>(PARSE, ({ data }) => parse(pool, data.draftId), options),
    new Worker<DraftJob>(EXECUTE, ({ data }) => execute(pool, data.draftId), options),
  ];
  for (const worker of workers) {
    worker.on('error', (error) => console.error(error));
    worker.on('failed', (job, error) => {
      if (job && job.attemptsMade >= (job.opts.attempts ?? 1))
        failDraft(pool, job.data.draftId, error.message).catch((cause: unknown) => console.error(cause));
    });
  }
  return workers;
}

async function parse(pool: Pool, draftId: string): Promise<void> {
  const draft = await selectToParse(pool, draftId);
  if (draft?.status !== 'pending') return;
  const task = await readPrompt(draft.prompt);
  const products = await selectProducts(pool, draft.workspace_id, task);
  await storePreview(pool, draftId, task, previewOf(products, task));
}

function previewOf(products: ProductRow[], { set }: Task): Preview {
  const rows = products
    .filter(({ stock }) => stock !== set.stock)
    .map(({ product_id: productId, sku, name, stock }) => ({
      productId,
      sku,
      name,
      before: { stock },
      after: { stock: set.stock },
    }));
  return { summary: { matched: products.length, changed: rows.length }, rows };
}

async function execute(pool: Pool, draftId: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const draft = await lockConfirmed(client, draftId);
    if (draft) {
      const { workspace_id: workspaceId, preview } = draft;
      const changeSetId = randomUUID();
      const changed = await updateProducts(client, workspaceId, preview.rows);
      if (changed !== preview.rows.length) throw new Error('products of the preview are gone');
      await insertChangeSet(client, { changeSetId, workspaceId, draftId, rows: preview.rows });
      await finishDraft(client, draftId, changeSetId);
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}
