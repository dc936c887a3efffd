/** Read model `archives`: what was archived, when, and how to know the file again. */
import type { WorkspaceEvent } from '../../events/workspace.events.js';
import type { ReadEvent } from '../../events/registry.js';
import type { Prepared } from '../../platform/database/database.js';
import type { Projection } from '../projection.js';

const PUT: Prepared = {
  name: 'archives-put',
  text: `
  INSERT INTO archives (workspace_id, archive_id, kind, "from", "to", count, bytes, sha256, archived_at, position)
  SELECT workspace_id, archive_id, kind, "from", "to", count, bytes, sha256, archived_at, position
    FROM jsonb_to_recordset($1::jsonb) AS a (
           workspace_id uuid, archive_id uuid, kind text, "from" timestamptz, "to" timestamptz, count int, bytes bigint,
           sha256 text, archived_at timestamptz, position bigint)`,
};

type Archived = Extract<ReadEvent<WorkspaceEvent>, { type: 'DraftsArchived' | 'ChangeSetsArchived' }>;

export const archivesProjection: Projection = {
  name: 'archives',
  topics: ['drafthorse.workspaces'],
  tables: ['archives'],
  async apply(transaction, deliveries) {
    const rows = deliveries.flatMap(({ event }) =>
      event.type === 'DraftsArchived' || event.type === 'ChangeSetsArchived' ? [rowOf(event)] : [],
    );
    if (rows.length > 0) await transaction.query(PUT, [JSON.stringify(rows)]);
  },
};

function rowOf({ type, workspaceId, position, data }: Archived) {
  const { archiveId, archivedAt, from, to, count, bytes, sha256 } = data;
  return {
    workspace_id: workspaceId,
    archive_id: archiveId,
    kind: type === 'DraftsArchived' ? 'drafts' : 'change_sets',
    from,
    to,
    count,
    bytes,
    sha256,
    archived_at: archivedAt,
    position: position.toString(),
  };
}
