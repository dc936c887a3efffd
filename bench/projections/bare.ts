/**
 * What one would write without events in mind: a loop that reads the log in the same pages, keeps its rows in memory and
 * writes those that a page touched by one upsert per table, with its checkpoint in the same transaction. No repeated
 * delivery is noticed, no version checked, no bad event set aside, and a restart begins again from the beginning.
 */
import { withChanges } from '../../src/catalogue/difference.js';
import type { ProductValues } from '../../src/catalogue/product.js';
import { BATCH_EVENTS_MAX } from '../../src/event-bus/event-bus.js';
import type { RecordedEvent } from '../../src/events/contract.js';
import type { CatalogueEvent } from '../../src/events/catalogue.events.js';
import type { DraftEvent } from '../../src/events/draft.events.js';
import { parseStreamId, type StreamKind } from '../../src/events/streams.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import type { Database, Prepared, Queryable } from '../../src/platform/database/database.js';
import { evolveStoredDraft, type StoredDraft } from '../../src/projections/drafts/archived-draft.js';
import { productTerms } from '../../src/projections/products/terms.js';

/** Consumes one page; a consumer lives for one catching-up. */
type Consumer = (transaction: Queryable, page: RecordedEvent[]) => Promise<void>;

/** The tables that `bareCatchUp` writes: like those of the read models, indexes included. */
export const BARE_TABLES = ['drafts', 'products', 'product_terms', 'catalogue_heads'] as const;

export async function createBareTables(database: Database): Promise<void> {
  await database.query('CREATE SCHEMA bare');
  for (const table of BARE_TABLES)
    await database.query(`CREATE TABLE bare.${table} (LIKE public.${table} INCLUDING ALL)`);
  await database.query('CREATE TABLE bare.checkpoint (name text PRIMARY KEY, position bigint NOT NULL)');
}

const CHECKPOINT: Prepared = {
  name: 'bare-checkpoint',
  text: `INSERT INTO bare.checkpoint VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET position = excluded.position`,
};

/** Milliseconds. */
export async function bareCatchUp(
  database: Database,
  store: Pick<EventStore, 'readAll'>,
  { name, kind, consumer }: { name: string; kind: StreamKind; consumer: () => Consumer },
): Promise<number> {
  await database.query(`TRUNCATE ${BARE_TABLES.map((table) => `bare.${table}`).join(', ')}, bare.checkpoint`);
  const consume = consumer();
  const startedAt = performance.now();
  for (let after = 0n; ;) {
    const page = await store.readAll({ after, limit: BATCH_EVENTS_MAX, kinds: [kind] });
    const last = page.at(-1);
    if (!last) return performance.now() - startedAt;
    after = last.position;
    await database.transaction(async (transaction) => {
      await consume(transaction, page);
      await transaction.query(CHECKPOINT, [name, after]);
    });
  }
}

const PUT_DRAFTS: Prepared = {
  name: 'bare-drafts',
  text: `
  INSERT INTO bare.drafts (workspace_id, draft_id, user_id, revision, status, created_at, view)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::text[], $6::timestamptz[], $7::jsonb[])
  ON CONFLICT (workspace_id, draft_id)
  DO UPDATE SET revision = excluded.revision, status = excluded.status, view = excluded.view`,
};

export function bareDrafts(): Consumer {
  const views = new Map<string, { workspaceId: string; revision: number; view: StoredDraft }>();
  return async (transaction, page) => {
    const touched = new Set<string>();
    for (const { streamId, workspaceId, revision, type, data, recordedAt } of page) {
      const { id } = parseStreamId(streamId);
      const view = evolveStoredDraft(views.get(id)?.view ?? null, { type, data } as DraftEvent, recordedAt);
      views.set(id, { workspaceId, revision, view });
      touched.add(id);
    }
    const rows = [...touched].map((id) => ({ id, ...views.get(id)! }));
    await transaction.query(PUT_DRAFTS, [
      rows.map(({ workspaceId }) => workspaceId),
      rows.map(({ id }) => id),
      rows.map(({ view }) => view.userId),
      rows.map(({ revision }) => revision),
      rows.map(({ view }) => view.status),
      rows.map(({ view }) => view.createdAt),
      rows.map(({ view }) => JSON.stringify(view)),
    ]);
  };
}

const PUT_PRODUCTS: Prepared = {
  name: 'bare-products',
  text: `
  INSERT INTO bare.products (workspace_id, product_id, sku, name, price, stock, category, brand, fields, version,
                             deleted, created_at, updated_at)
  SELECT $1, id, sku, name, price, stock, category, brand, fields, version, false, created_at, updated_at
    FROM unnest($2::uuid[], $3::text[], $4::text[], $5::numeric[], $6::int[], $7::text[], $8::text[], $9::jsonb[],
                $10::int[], $11::timestamptz[], $12::timestamptz[])
         AS p (id, sku, name, price, stock, category, brand, fields, version, created_at, updated_at)
  ON CONFLICT (workspace_id, product_id) DO UPDATE
     SET sku = excluded.sku, name = excluded.name, price = excluded.price, stock = excluded.stock,
         category = excluded.category, brand = excluded.brand, fields = excluded.fields,
         version = excluded.version, updated_at = excluded.updated_at`,
};
const PUT_TERMS: Prepared = {
  name: 'bare-terms',
  text: `
  INSERT INTO bare.product_terms (workspace_id, product_id, terms, numbers, folded_name)
  SELECT $1, id, ARRAY(SELECT jsonb_array_elements_text(terms)), numbers, folded_name
    FROM unnest($2::uuid[], $3::jsonb[], $4::jsonb[], $5::text[]) AS t (id, terms, numbers, folded_name)
  ON CONFLICT (workspace_id, product_id) DO UPDATE
     SET terms = excluded.terms, numbers = excluded.numbers, folded_name = excluded.folded_name`,
};
const PUT_HEAD: Prepared = {
  name: 'bare-head',
  text: `
  INSERT INTO bare.catalogue_heads VALUES ($1, $2, $3)
  ON CONFLICT (workspace_id) DO UPDATE SET revision = excluded.revision, products = excluded.products`,
};

interface BareProduct {
  id: string;
  values: ProductValues;
  version: number;
  createdAt: string;
  updatedAt: string;
}

/** Of one catalogue in which nothing is deleted. */
export function bareProducts(): Consumer {
  const products = new Map<string, BareProduct>();
  return async (transaction, page) => {
    const touched = new Set<string>();
    const retold = new Set<string>();
    for (const event of page)
      for (const { productId, op, baseVersion, after } of (event.data as CatalogueEvent['data']).changes) {
        const { changedAt } = event.data as CatalogueEvent['data'];
        const now = products.get(productId);
        products.set(productId, {
          id: productId,
          values: withChanges(now?.values ?? ({ fields: {} } as ProductValues), after ?? {}),
          version: baseVersion + 1,
          createdAt: now?.createdAt ?? changedAt,
          updatedAt: changedAt,
        });
        touched.add(productId);
        if (op === 'add' || Object.keys(after ?? {}).some((field) => field !== 'price' && field !== 'stock'))
          retold.add(productId);
      }
    const { workspaceId, revision } = page.at(-1)!;
    await putProducts(
      transaction,
      workspaceId,
      [...touched].map((id) => products.get(id)!),
    );
    if (retold.size > 0)
      await putTerms(
        transaction,
        workspaceId,
        [...retold].map((id) => products.get(id)!),
      );
    await transaction.query(PUT_HEAD, [workspaceId, revision, products.size]);
  };
}

async function putProducts(transaction: Queryable, workspaceId: string, rows: BareProduct[]): Promise<void> {
  await transaction.query(PUT_PRODUCTS, [
    workspaceId,
    rows.map(({ id }) => id),
    rows.map(({ values }) => values.sku),
    rows.map(({ values }) => values.name),
    rows.map(({ values }) => values.price),
    rows.map(({ values }) => values.stock),
    rows.map(({ values }) => values.category),
    rows.map(({ values }) => values.brand),
    rows.map(({ values }) => JSON.stringify(values.fields)),
    rows.map(({ version }) => version),
    rows.map(({ createdAt }) => createdAt),
    rows.map(({ updatedAt }) => updatedAt),
  ]);
}

async function putTerms(transaction: Queryable, workspaceId: string, rows: BareProduct[]): Promise<void> {
  const told = rows.map(({ id, values }) => ({ id, ...productTerms(values) }));
  await transaction.query(PUT_TERMS, [
    workspaceId,
    told.map(({ id }) => id),
    told.map(({ terms }) => JSON.stringify(terms)),
    told.map(({ numbers }) => JSON.stringify(numbers)),
    told.map(({ foldedName }) => foldedName),
  ]);
}
