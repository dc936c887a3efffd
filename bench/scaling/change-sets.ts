/** Makes a catalogue's stream long: change sets of one product each, straight into the log. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NewEvent } from '../../src/events/contract.js';
import { eventIds } from '../../src/events/event-ids.js';
import { catalogueStream } from '../../src/events/streams.js';
import { PostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.js';
import type { Database } from '../../src/platform/database/database.js';

const PER_APPEND = 100;
/** Above what drafts of the benchmark set. */
const STOCK_FROM = 1_000_000;
const CAUGHT_UP_MS_MAX = 180_000;

interface Known {
  product_id: string;
  version: number;
  stock: number;
}

/** Resolves when the products read model shows the last of them. */
export async function changeMany(database: Database, workspaceId: string, changeSets: number): Promise<void> {
  if (changeSets === 0) return;
  const store = new PostgresEventStore(database);
  try {
    const { rows: known } = await database.query<Known>(
      'SELECT product_id, version, stock FROM products WHERE workspace_id = $1 ORDER BY sku',
      [workspaceId],
    );
    let revision = -1;
    for (let made = 0; made < changeSets; made += PER_APPEND) {
      const count = Math.min(PER_APPEND, changeSets - made);
      const data = Array.from({ length: count }, (_, index) =>
        changeSetOf(known[(made + index) % known.length]!, STOCK_FROM + made + index),
      );
      revision = await appendAll(store, workspaceId, data);
    }
    await shown(database, workspaceId, revision);
  } finally {
    await store.close();
  }
}

function changeSetOf(product: Known, stock: number) {
  const change = {
    productId: product.product_id,
    baseVersion: product.version,
    op: 'update',
    before: { stock: product.stock },
    after: { stock },
  };
  product.version += 1;
  product.stock = stock;
  return {
    changeSetId: randomUUID(),
    origin: { kind: 'manual' },
    userId: randomUUID(),
    chunk: 1,
    chunks: 1,
    total: 1,
    changes: [change],
    changedAt: new Date().toISOString(),
  };
}

async function appendAll(store: PostgresEventStore, workspaceId: string, all: object[]): Promise<number> {
  const commandId = randomUUID();
  const ids = eventIds(commandId, all.length);
  const events = all.map((data, index): NewEvent => ({
    eventId: ids[index]!,
    type: 'ProductsChanged',
    schemaVersion: 1,
    data,
  }));
  const streamId = catalogueStream(workspaceId);
  const metadata = { userId: null, commandId, correlationId: commandId, causationId: null };
  const appended = await store.append({ workspaceId, streamId, expectedRevision: 'any', events, metadata });
  if (appended.outcome !== 'appended') throw new Error(`${streamId}: ${appended.outcome}`);
  return appended.lastRevision;
}

async function shown(database: Database, workspaceId: string, revision: number): Promise<void> {
  for (const deadline = performance.now() + CAUGHT_UP_MS_MAX; performance.now() < deadline;) {
    const { rowCount } = await database.query(
      'SELECT FROM catalogue_heads WHERE workspace_id = $1 AND revision >= $2',
      [workspaceId, revision],
    );
    if (rowCount === 1) return;
    await sleep(50);
  }
  throw new Error(`the products did not reach revision ${revision} within ${CAUGHT_UP_MS_MAX} ms`);
}
