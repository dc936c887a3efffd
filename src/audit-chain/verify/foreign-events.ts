/** Events of other workspaces in streams of this one: no chain of this workspace misses them, and its streams hold them. */
import type { Database } from '../../platform/database/database.js';
import { found, type Finding } from '../chain-walk.js';
import type { StoredEvent } from '../encoding.js';

/** $1 workspace; $2, $3 streams and revisions: the one that follows each. Index: events_stream_revision_key. */
const FOREIGN = {
  name: 'audit-chain-foreign',
  text: `
  SELECT next.position::text AS position
    FROM unnest($2::text[], $3::integer[]) AS e (stream_id, revision)
   CROSS JOIN LATERAL (SELECT n.position, n.workspace_id FROM events n
                        WHERE n.stream_id = e.stream_id AND n.revision > e.revision
                        ORDER BY n.revision LIMIT 1) AS next
   WHERE next.workspace_id <> $1
   ORDER BY next.position LIMIT 1`,
};

/** The first of them behind one of these events, which are sound. */
export async function foreignEvent(
  database: Database,
  workspaceId: string,
  events: readonly StoredEvent[],
): Promise<Finding | null> {
  if (events.length === 0) return null;
  const { rows } = await database.query<{ position: string }>(FOREIGN, [
    workspaceId,
    events.map(({ streamId }) => streamId),
    events.map(({ revision }) => revision),
  ]);
  const detail = 'an event that names another workspace stands in a stream of this one';
  return rows[0] ? found('EVENT_INSERTED', { ...rows[0], seq: null }, detail) : null;
}
