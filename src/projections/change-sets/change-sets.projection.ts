/** What was changed, by whom and why: every change set, and every product's history. */
import type { ProductChange } from '../../catalogue/product.js';
import {
  CHANGES_PER_EVENT_MAX,
  type CatalogueEvent,
  type ChangeOrigin,
} from '../../events/catalogue.events.js';
import type { ReadEvent } from '../../events/registry.js';
import type { Queryable } from '../../platform/database/database.js';
import type { Projection } from '../projection.js';

export const changeSetsProjection: Projection = {
  name: 'change_sets',
  topics: ['drafthorse.catalogue'],
  tables: ['change_sets', 'product_history'],
  async apply(transaction, deliveries) {
    for (const { event } of deliveries)
      if (event.type === 'ProductsChanged') await applyEvent(transaction, event);
  },
};

/** The first chunk makes the row, those after it add to its counts. $10 … $12: added, updated, deleted. */
const PUT_CHANGE_SET = `
  INSERT INTO change_sets AS c (workspace_id, change_set_id, revision, position, origin, draft_id, undone_change_set_id,
                                import_id, user_id, added, updated, deleted, total, changed_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
  ON CONFLICT (workspace_id, change_set_id) DO UPDATE
     SET added = c.added + excluded.added, updated = c.updated + excluded.updated,
         deleted = c.deleted + excluded.deleted`;

/** $1 workspace, $2 change set, $3 changed at, $4 rows. */
const ADD_HISTORY = `
  INSERT INTO product_history
    (workspace_id, product_id, version, change_set_id, ordinal, op, before, after, changed_at)
  SELECT $1, h.product_id, h.version, $2, h.ordinal, h.op, h.before, h.after, $3
    FROM jsonb_to_recordset($4::jsonb) AS h (product_id uuid, version int, ordinal int, op text, before jsonb, after jsonb)`;

async function applyEvent(
  transaction: Queryable,
  { workspaceId, revision, position, data }: ReadEvent<CatalogueEvent>,
): Promise<void> {
  const { changeSetId, origin, userId, changes, chunk, total, changedAt } = data;
  const count = (op: ProductChange['op']) => changes.filter((change) => change.op === op).length;
  await transaction.query(PUT_CHANGE_SET, [
    workspaceId,
    changeSetId,
    revision,
    position.toString(),
    ...originColumns(origin),
    userId,
    count('add'),
    count('update'),
    count('delete'),
    total,
    changedAt,
  ]);
  const first = (chunk - 1) * CHANGES_PER_EVENT_MAX;
  const rows = changes.map(({ productId, baseVersion, op, before, after }, index) => ({
    product_id: productId,
    version: baseVersion + 1,
    ordinal: first + index,
    op,
    before,
    after,
  }));
  await transaction.query(ADD_HISTORY, [workspaceId, changeSetId, changedAt, JSON.stringify(rows)]);
}

/** Origin, draft, undone change set, import. */
function originColumns(origin: ChangeOrigin): [string, string | null, string | null, string | null] {
  switch (origin.kind) {
    case 'draft':
      return ['draft', origin.draftId, null, null];
    case 'undo':
      return ['undo', origin.draftId, origin.undoneChangeSetId, null];
    case 'import':
      return ['import', null, null, origin.importId];
    case 'manual':
      return ['manual', null, null, null];
  }
}
