/** Reads of what was changed: change sets, their rows, a product's history. */
import { z } from 'zod';
import type { FieldChanges, ProductChange } from '../../catalogue/product.js';
import type { ChangeOrigin } from '../../events/catalogue.events.js';
import type { WorkspaceScope } from '../../platform/database/workspace-scope.js';
import { decodeCursor, pageOf, type Page } from '../cursor.js';

export const CHANGES_PER_PAGE_MAX = 500;

export interface ChangeSetView {
  changeSetId: string;
  origin: ChangeOrigin;
  userId: string;
  changedAt: string;
  total: number;
  added: number;
  updated: number;
  deleted: number;
}

export interface ChangeView {
  productId: string;
  /** The product's version after the change. */
  version: number;
  op: ProductChange['op'];
  before: FieldChanges | null;
  after: FieldChanges | null;
}

/** A change in a product's history, with what caused it. */
export interface HistoryEntry extends ChangeView {
  changeSetId: string;
  origin: ChangeOrigin;
  userId: string;
  changedAt: string;
}

interface OriginRow {
  change_set_id: string;
  origin: ChangeOrigin['kind'];
  draft_id: string | null;
  undone_change_set_id: string | null;
  import_id: string | null;
  user_id: string;
  changed_at: Date;
}

interface ChangeSetRow extends OriginRow {
  revision: number;
  total: number;
  added: number;
  updated: number;
  deleted: number;
}

interface ChangeRow {
  product_id: string;
  version: number;
  ordinal: number;
  op: ProductChange['op'];
  before: FieldChanges | null;
  after: FieldChanges | null;
}

const ORIGIN_COLUMNS =
  'c.change_set_id, c.origin, c.draft_id, c.undone_change_set_id, c.import_id, c.user_id, c.changed_at';
const CHANGE_SET_COLUMNS = `${ORIGIN_COLUMNS}, c.revision, c.total, c.added, c.updated, c.deleted`;

const RevisionCursor = z.int32().min(0);

/** Newest first. Throws InvalidCursorError. */
export async function listChangeSets(
  scope: WorkspaceScope,
  options: { limit: number; cursor?: string | undefined },
): Promise<Page<ChangeSetView>> {
  const limit = Math.min(options.limit, CHANGES_PER_PAGE_MAX);
  const before = options.cursor === undefined ? null : decodeCursor(options.cursor, RevisionCursor);
  const rows = await scope.query<ChangeSetRow>(
    `SELECT ${CHANGE_SET_COLUMNS} FROM change_sets c
      WHERE c.workspace_id = $1 AND ($2::int IS NULL OR c.revision < $2) ORDER BY c.revision DESC LIMIT $3`,
    [before, limit + 1],
  );
  return pageOf(rows, limit, changeSetOf, (row) => row.revision);
}

export async function changeSet(scope: WorkspaceScope, changeSetId: string): Promise<ChangeSetView | null> {
  const rows = await scope.query<ChangeSetRow>(
    `SELECT ${CHANGE_SET_COLUMNS} FROM change_sets c WHERE c.workspace_id = $1 AND c.change_set_id = $2`,
    [changeSetId],
  );
  return rows[0] ? changeSetOf(rows[0]) : null;
}

const OrdinalCursor = z.int32().min(0);

/** Rows of a change set in its own order; none when there is no such change set. Throws InvalidCursorError. */
export async function changeSetRows(
  scope: WorkspaceScope,
  changeSetId: string,
  options: { limit: number; cursor?: string | undefined },
): Promise<Page<ChangeView>> {
  const limit = Math.min(options.limit, CHANGES_PER_PAGE_MAX);
  const after = options.cursor === undefined ? -1 : decodeCursor(options.cursor, OrdinalCursor);
  const rows = await selectChanges(scope, changeSetId, after, limit + 1);
  return pageOf(rows, limit, changeOf, (row) => row.ordinal);
}

/** The read model does not hold the whole change set yet (or there is none): wait for it and ask again. */
export class ChangeSetIncompleteError extends Error {
  readonly code = 'READ_MODEL_BEHIND';
  readonly retryable = true;
  constructor(readonly changeSetId: string) {
    super(`change set ${changeSetId} is not complete in the read model`);
    this.name = 'ChangeSetIncompleteError';
  }
}

/** Whether every change of the change set has arrived; what a caller of `changeSetChanges` waits for. */
export async function isChangeSetComplete(scope: WorkspaceScope, changeSetId: string): Promise<boolean> {
  const found = await changeSet(scope, changeSetId);
  return found !== null && found.added + found.updated + found.deleted === found.total;
}

/**
 * Every change of a change set, as the catalogue's events carried them; a page in memory at a time. Throws
 * ChangeSetIncompleteError before the first: half of a change set must not be taken for all of it.
 */
export async function* changeSetChanges(
  scope: WorkspaceScope,
  changeSetId: string,
): AsyncGenerator<ProductChange> {
  if (!(await isChangeSetComplete(scope, changeSetId))) throw new ChangeSetIncompleteError(changeSetId);
  let after = -1;
  for (;;) {
    const rows: ChangeRow[] = await selectChanges(scope, changeSetId, after, CHANGES_PER_PAGE_MAX);
    for (const { product_id, version, op, before, after: values } of rows)
      yield { productId: product_id, baseVersion: version - 1, op, before, after: values };
    if (rows.length < CHANGES_PER_PAGE_MAX) return;
    after = rows.at(-1)?.ordinal ?? after;
  }
}

function selectChanges(
  scope: WorkspaceScope,
  changeSetId: string,
  after: number,
  rows: number,
): Promise<ChangeRow[]> {
  return scope.query<ChangeRow>(
    `SELECT product_id, version, ordinal, op, before, after FROM product_history
      WHERE workspace_id = $1 AND change_set_id = $2 AND ordinal > $3 ORDER BY ordinal LIMIT $4`,
    [changeSetId, after, rows],
  );
}

const VersionCursor = z.int32().min(1);

/** A product's changes, newest first; none for a product that never was. Throws InvalidCursorError. */
export async function productHistory(
  scope: WorkspaceScope,
  productId: string,
  options: { limit: number; cursor?: string | undefined },
): Promise<Page<HistoryEntry>> {
  const limit = Math.min(options.limit, CHANGES_PER_PAGE_MAX);
  const before = options.cursor === undefined ? null : decodeCursor(options.cursor, VersionCursor);
  const rows = await scope.query<ChangeRow & OriginRow>(
    `SELECT h.product_id, h.version, h.ordinal, h.op, h.before, h.after, ${ORIGIN_COLUMNS}
       FROM product_history h
       JOIN change_sets c ON c.workspace_id = h.workspace_id AND c.change_set_id = h.change_set_id
      WHERE h.workspace_id = $1 AND h.product_id = $2 AND ($3::int IS NULL OR h.version < $3)
      ORDER BY h.version DESC LIMIT $4`,
    [productId, before, limit + 1],
  );
  return pageOf(
    rows,
    limit,
    (row) => ({ ...changeOf(row), ...causeOf(row) }),
    (row) => row.version,
  );
}

function changeSetOf(row: ChangeSetRow): ChangeSetView {
  const { total, added, updated, deleted } = row;
  return { ...causeOf(row), total, added, updated, deleted };
}

function changeOf({ product_id, version, op, before, after }: ChangeRow): ChangeView {
  return { productId: product_id, version, op, before, after };
}

function causeOf(row: OriginRow): Pick<HistoryEntry, 'changeSetId' | 'origin' | 'userId' | 'changedAt'> {
  return {
    changeSetId: row.change_set_id,
    origin: originOf(row),
    userId: row.user_id,
    changedAt: row.changed_at.toISOString(),
  };
}

/** The columns were written from an origin: what its kind has is there. */
function originOf({ origin, draft_id, undone_change_set_id, import_id }: OriginRow): ChangeOrigin {
  switch (origin) {
    case 'draft':
      return { kind: 'draft', draftId: draft_id ?? '' };
    case 'undo':
      return { kind: 'undo', draftId: draft_id ?? '', undoneChangeSetId: undone_change_set_id ?? '' };
    case 'import':
      return { kind: 'import', importId: import_id ?? '' };
    case 'manual':
      return { kind: 'manual' };
  }
}
