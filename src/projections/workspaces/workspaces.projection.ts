/** Read models `workspaces` and `custom_fields`: which workspaces there are and which fields each one knows. */
import type { Delivery } from '../../event-bus/event-bus.js';
import type { Queryable } from '../../platform/database/database.js';
import type { Projection } from '../projection.js';

async function applyOne(transaction: Queryable, { event }: Delivery): Promise<void> {
  if (event.type === 'WorkspaceCreated') {
    const { workspaceId, name, ownerId, createdAt } = event.data;
    await transaction.query(
      `INSERT INTO workspaces (workspace_id, name, owner_id, created_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT DO NOTHING`,
      [workspaceId, name, ownerId, createdAt],
    );
  } else if (event.type === 'CustomFieldsDefined') {
    await transaction.query(
      `INSERT INTO custom_fields (workspace_id, key, defined_at) SELECT $1, unnest($2::text[]), $3
       ON CONFLICT DO NOTHING`,
      [event.workspaceId, event.data.keys, event.data.definedAt],
    );
  }
}

export const workspacesProjection: Projection = {
  name: 'workspaces',
  topics: ['drafthorse.workspaces'],
  tables: ['workspaces', 'custom_fields'],
  async apply(transaction, deliveries) {
    for (const delivery of deliveries) await applyOne(transaction, delivery);
  },
};
