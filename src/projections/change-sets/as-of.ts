/**
 * The catalogue at a past moment: products as they are now with every later change taken back. Needs the history only
 * back to that moment: what is older may be archived. Moments before that are refused (HistoryArchivedError).
 */
import { z } from 'zod';
import { withChanges } from '../../catalogue/difference.js';
import type { FieldChanges, Product, ProductChange } from '../../catalogue/product.js';
import type { Query } from '../../catalogue/task.js';
import { matcher } from '../../planning/match.js';
import type { WorkspaceScope } from '../../platform/database/workspace-scope.js';
import { decodeCursor, encodeCursor, type Page } from '../cursor.js';
import { archivedHistory, HistoryArchivedError } from './archived-history.js';
import { productOf, VIEW_COLUMNS, type ProductView, type ViewRow } from '../products/product-row.js';

/** Products looked at per round; a list goes on until its page is full. */
const ROUND_ROWS = 500;
export const AS_OF_PAGE_MAX = 500;

/** The history has not caught up with the products yet: wait for `change_sets` and ask again. */
export class HistoryBehindError extends Error {
  readonly code = 'READ_MODEL_BEHIND';
  readonly retryable = true;
  constructor(productId: string) {
    super(`the history of product ${productId} is behind the product`);
    this.name = 'HistoryBehindError';
  }
}

type CurrentRow = ViewRow & { deleted: boolean };

interface LaterChange {
  product_id: string;
  version: number;
  op: ProductChange['op'];
  before: FieldChanges | null;
}

/** One product as it was at `time` (ISO 8601, inclusive); null when it was not there. */
export async function productAsOf(
  scope: WorkspaceScope,
  productId: string,
  time: string,
): Promise<ProductView | null> {
  const rows = await scope.query<CurrentRow>(
    `SELECT ${VIEW_COLUMNS}, p.deleted FROM products p
      WHERE p.workspace_id = $1 AND p.product_id = $2 AND p.created_at <= $3`,
    [productId, time],
  );
  return (await takeBack(scope, rows, time))[0] ?? null;
}

const IdCursor = z.tuple([z.literal('as-of'), z.uuid()]);

/** Products as they were at `time`, those that satisfied every query then, by id. Throws InvalidCursorError. */
export async function listProductsAsOf(
  scope: WorkspaceScope,
  options: { time: string; queries: readonly Query[]; limit: number; cursor?: string | undefined },
): Promise<Page<ProductView>> {
  const limit = Math.min(options.limit, AS_OF_PAGE_MAX);
  const matches = matcher({ all: [...options.queries] });
  const items: ProductView[] = [];
  let idAfter = options.cursor === undefined ? null : decodeCursor(options.cursor, IdCursor)[1];
  for (;;) {
    const rows = await scope.query<CurrentRow>(
      `SELECT ${VIEW_COLUMNS}, p.deleted FROM products p
        WHERE p.workspace_id = $1 AND p.created_at <= $2 AND ($3::uuid IS NULL OR p.product_id > $3)
        ORDER BY p.product_id LIMIT $4`,
      [options.time, idAfter, ROUND_ROWS],
    );
    items.push(...(await takeBack(scope, rows, options.time)).filter(matches));
    if (items.length > limit) break;
    if (rows.length < ROUND_ROWS) break;
    idAfter = rows.at(-1)?.product_id ?? null;
  }
  const kept = items.slice(0, limit);
  const last = kept.at(-1);
  const nextCursor = items.length > limit && last ? encodeCursor(['as-of', last.productId]) : null;
  return { items: kept, nextCursor };
}

async function takeBack(scope: WorkspaceScope, rows: CurrentRow[], time: string): Promise<ProductView[]> {
  const moment = new Date(time);
  // After the products were read: what is archived meanwhile must not look as if it had never been.
  const archived = await archivedHistory(scope);
  if (archived && moment < archived.changedAt)
    throw new HistoryArchivedError(archived.changedAt.toISOString());
  const moved = rows.filter((row) => row.updated_at > moment);
  const later = moved.length > 0 ? await laterChanges(scope, moved, time) : new Map<string, LaterChange[]>();
  const then = rows.flatMap(
    (row) => stateAt(row, row.updated_at > moment ? (later.get(row.product_id) ?? []) : null) ?? [],
  );
  const changedAt =
    moved.length > 0
      ? await timesOf(
          scope,
          then.filter(({ product }) => later.has(product.productId)),
        )
      : new Map();
  return then.map(({ row, product }) => ({
    ...product,
    createdAt: row.created_at.toISOString(),
    // When that was, may be archived: by then it was so.
    updatedAt: (
      changedAt.get(product.productId) ??
      (later.has(product.productId) ? archived?.changedAt : undefined) ??
      row.updated_at
    ).toISOString(),
  }));
}

/** Newest first, by product. */
async function laterChanges(
  scope: WorkspaceScope,
  rows: CurrentRow[],
  time: string,
): Promise<Map<string, LaterChange[]>> {
  const changes = await scope.query<LaterChange>(
    `SELECT product_id, version, op, before FROM product_history
      WHERE workspace_id = $1 AND product_id = ANY ($2::uuid[]) AND changed_at > $3
      ORDER BY product_id, version DESC`,
    [rows.map(({ product_id }) => product_id), time],
  );
  return Map.groupBy(changes, ({ product_id }) => product_id);
}

/** `later` null: nothing changed since. Null when the product was not there. */
function stateAt(
  row: CurrentRow,
  later: readonly LaterChange[] | null,
): { row: CurrentRow; product: Product } | null {
  let product = productOf(row);
  let isThere = !row.deleted;
  // A change that arrived after the product was read is not one of the product's yet.
  const changes = (later ?? []).filter(({ version }) => version <= row.version);
  if (later && changes[0]?.version !== row.version) throw new HistoryBehindError(row.product_id);
  for (const { version, op, before } of changes) {
    // Clocks differ: an older change with a later time ends the way back, like any that is not later.
    if (version !== product.version) break;
    isThere = op !== 'add';
    // What a deletion took is the whole product: fields it got when it was added again do not belong to it.
    const values = op === 'delete' ? { ...product, fields: {} } : product;
    product = { ...withChanges(values, before ?? {}), productId: product.productId, version: version - 1 };
  }
  return isThere ? { row, product } : null;
}

async function timesOf(
  scope: WorkspaceScope,
  states: readonly { product: Product }[],
): Promise<Map<string, Date>> {
  const rows = await scope.query<{ product_id: string; changed_at: Date }>(
    `SELECT h.product_id, h.changed_at
       FROM product_history h
       JOIN unnest($2::uuid[], $3::int[]) AS at (product_id, version) ON at.product_id = h.product_id AND at.version = h.version
      WHERE h.workspace_id = $1`,
    [states.map(({ product }) => product.productId), states.map(({ product }) => product.version)],
  );
  return new Map(rows.map(({ product_id, changed_at }) => [product_id, changed_at]));
}
