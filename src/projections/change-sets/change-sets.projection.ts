/**
 * What was changed, by whom and why: every change set, and every product's history. Two statements a batch. What was archived
 * goes, and does not come back: events of the catalogue and of the workspace come in any order.
 */
import type { ProductChange } from '../../catalogue/product.js';
import {
  CHANGES_PER_EVENT_MAX,
  type CatalogueEvent,
  type ChangeOrigin,
} from '../../events/catalogue.events.js';
import type { ReadEvent } from '../../events/registry.js';
import type { WorkspaceEvent } from '../../events/workspace.events.js';
import type { Prepared, Queryable } from '../../platform/database/database.js';
import type { Projection } from '../projection.js';

type ProductsChanged = ReadEvent<CatalogueEvent>;

export const changeSetsProjection: Projection = {
  name: 'change_sets',
  topics: ['drafthorse.catalogue', 'drafthorse.workspaces'],
  tables: ['change_sets', 'product_history', 'change_sets_archived'],
  async apply(transaction, deliveries) {
    const events = deliveries.flatMap(({ event }) => (event.type === 'ProductsChanged' ? [event] : []));
    if (events.length > 0) {
      await transaction.query(PUT_CHANGE_SETS, [JSON.stringify(changeSetsOf(events))]);
      await transaction.query(ADD_HISTORY, [JSON.stringify(events.flatMap(historyOf))]);
    }
    for (const { event } of deliveries)
      if (event.type === 'ChangeSetsArchived') await dropArchived(transaction, event);
  },
};

/** $1 change sets. One that was begun in an earlier batch adds to its counts. */
const PUT_CHANGE_SETS: Prepared = {
  name: 'change-sets-put',
  text: `
  INSERT INTO change_sets AS c (workspace_id, change_set_id, revision, position, origin, draft_id, undone_change_set_id,
                                import_id, user_id, added, updated, deleted, total, changed_at)
  SELECT workspace_id, change_set_id, revision, position, origin, draft_id, undone_change_set_id, import_id, user_id, added,
         updated, deleted, total, changed_at
    FROM jsonb_to_recordset($1::jsonb) AS s (
           workspace_id uuid, change_set_id uuid, revision int, position bigint, origin text, draft_id uuid,
           undone_change_set_id uuid, import_id uuid, user_id uuid, added int, updated int, deleted int, total int,
           changed_at timestamptz)
   WHERE NOT EXISTS (SELECT FROM change_sets_archived a WHERE a.workspace_id = s.workspace_id AND a.revision >= s.revision)
  ON CONFLICT (workspace_id, change_set_id) DO UPDATE
     SET added = c.added + excluded.added, updated = c.updated + excluded.updated,
         deleted = c.deleted + excluded.deleted`,
};

/** $1 changes. */
const ADD_HISTORY: Prepared = {
  name: 'change-sets-add-history',
  text: `
  INSERT INTO product_history
    (workspace_id, product_id, version, change_set_id, ordinal, op, before, after, changed_at)
  SELECT workspace_id, product_id, version, change_set_id, ordinal, op, before, after, changed_at
    FROM jsonb_to_recordset($1::jsonb) AS h (
           workspace_id uuid, product_id uuid, version int, change_set_id uuid, ordinal int, op text, before jsonb,
           after jsonb, changed_at timestamptz, revision int)
   WHERE NOT EXISTS (SELECT FROM change_sets_archived a WHERE a.workspace_id = h.workspace_id AND a.revision >= h.revision)`,
};

/** $1 workspace, $2 revision, $3 time. */
const ADVANCE_ARCHIVED = `
  INSERT INTO change_sets_archived AS a (workspace_id, revision, changed_at) VALUES ($1, $2, $3)
  ON CONFLICT (workspace_id) DO UPDATE
     SET revision = greatest(a.revision, excluded.revision), changed_at = greatest(a.changed_at, excluded.changed_at)`;

/** $1 workspace, $2 revision. A change set lies on one side of it whole. */
const DROP_HISTORY = `
  DELETE FROM product_history h USING change_sets c
   WHERE h.workspace_id = $1 AND c.workspace_id = $1 AND h.change_set_id = c.change_set_id AND c.revision <= $2`;
const DROP_CHANGE_SETS = 'DELETE FROM change_sets WHERE workspace_id = $1 AND revision <= $2';

async function dropArchived(
  transaction: Queryable,
  { workspaceId, data }: Extract<ReadEvent<WorkspaceEvent>, { type: 'ChangeSetsArchived' }>,
): Promise<void> {
  await transaction.query(ADVANCE_ARCHIVED, [workspaceId, data.toRevision, data.to]);
  await transaction.query(DROP_HISTORY, [workspaceId, data.toRevision]);
  await transaction.query(DROP_CHANGE_SETS, [workspaceId, data.toRevision]);
}

/** One row a change set: its first chunk makes it, those after it add to its counts. */
function changeSetsOf(events: readonly ProductsChanged[]) {
  const rows = new Map<string, ReturnType<typeof rowOf>>();
  for (const event of events) {
    const row = rowOf(event);
    const key = `${row.workspace_id} ${row.change_set_id}`;
    const begun = rows.get(key);
    if (begun) for (const count of ['added', 'updated', 'deleted'] as const) begun[count] += row[count];
    else rows.set(key, row);
  }
  return [...rows.values()];
}

function rowOf({ workspaceId, revision, position, data }: ProductsChanged) {
  const count = (op: ProductChange['op']) => data.changes.filter((change) => change.op === op).length;
  return {
    workspace_id: workspaceId,
    change_set_id: data.changeSetId,
    revision,
    position: position.toString(),
    ...originColumns(data.origin),
    user_id: data.userId,
    added: count('add'),
    updated: count('update'),
    deleted: count('delete'),
    total: data.total,
    changed_at: data.changedAt,
  };
}

function originColumns(origin: ChangeOrigin) {
  return {
    origin: origin.kind,
    draft_id: origin.kind === 'draft' || origin.kind === 'undo' ? origin.draftId : null,
    undone_change_set_id: origin.kind === 'undo' ? origin.undoneChangeSetId : null,
    import_id: origin.kind === 'import' ? origin.importId : null,
  };
}

function historyOf({ workspaceId, revision, data }: ProductsChanged) {
  const first = (data.chunk - 1) * CHANGES_PER_EVENT_MAX;
  return data.changes.map(({ productId, baseVersion, op, before, after }, index) => ({
    workspace_id: workspaceId,
    product_id: productId,
    version: baseVersion + 1,
    change_set_id: data.changeSetId,
    ordinal: first + index,
    op,
    before,
    after,
    changed_at: data.changedAt,
    revision,
  }));
}
