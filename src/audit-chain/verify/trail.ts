/** The rows of the audit trail beside those that its projection would write for the same events. */
import { upcastEvent } from '../../events/registry.js';
import { routeOf } from '../../events/streams.js';
import type { EventMetadata } from '../../events/contract.js';
import type { Database } from '../../platform/database/database.js';
import { auditProjection, TRAIL_TOPICS } from '../../projections/audit/audit.projection.js';
import { trailRow } from '../../projections/audit/trail-row.js';
import { found, type Finding, type FindingCode } from '../chain-walk.js';
import type { StoredEvent } from '../encoding.js';

/**
 * $1 workspace, $2 expected rows, $3 after, $4 up to. As texts, because two jsonb may be equal and not the same; whole
 * rows, so that no column can be forgotten.
 */
const DIFFERENCES = {
  name: 'audit-chain-trail',
  text: `
  SELECT coalesce(expected.position, stored.position)::text AS position,
         CASE WHEN stored.position IS NULL THEN 'TRAIL_ROW_MISSING'
              WHEN expected.position IS NULL THEN 'TRAIL_ROW_INSERTED'
              ELSE 'TRAIL_ROW_CHANGED' END AS what,
         expected.stream_id AS "streamId", expected.revision
    FROM jsonb_populate_recordset(NULL::audit_trail, $2::jsonb) AS expected
    FULL JOIN (SELECT * FROM audit_trail WHERE workspace_id = $1 AND position > $3 AND position <= $4) AS stored
      ON stored.position = expected.position
   WHERE to_jsonb(expected)::text IS DISTINCT FROM to_jsonb(stored)::text
   ORDER BY coalesce(expected.position, stored.position)`,
};

interface Difference {
  position: string;
  what: FindingCode;
  streamId: string;
  revision: number;
}

/** $1 projection, $2 streams. */
const APPLIED = `
  SELECT stream_id AS "streamId", revision FROM projection_streams WHERE projection = $1 AND stream_id = ANY ($2)`;

/** $1 workspace, $2 after: the first row of no event. */
const FORGED = `
  SELECT t.position::text AS position FROM audit_trail t
   WHERE t.workspace_id = $1 AND t.position > $2
     AND NOT EXISTS (SELECT FROM events e WHERE e.workspace_id = $1 AND e.position = t.position)
   ORDER BY t.position LIMIT 1`;

const DETAILS: Partial<Record<FindingCode, string>> = {
  TRAIL_ROW_CHANGED: 'the row of the audit trail is not the one that the event gives',
  TRAIL_ROW_MISSING: 'the audit trail has lost the row of the event',
  TRAIL_ROW_INSERTED: 'the audit trail has a row that no event gives',
};

/** Of sound events in the stretch of the log behind `after` up to `to`. `pending`: rows that are still to be written. */
export async function compareTrail(
  database: Database,
  workspaceId: string,
  { events, after, to }: { events: readonly StoredEvent[]; after: bigint; to: bigint },
): Promise<{ finding: Finding | null; pending: number }> {
  const expected = events
    .filter(({ streamId }) => TRAIL_TOPICS.includes(routeOf(streamId).topic))
    .map((event) => trailRow(upcastEvent(recordedOf(event))));
  const differ = () =>
    database.scope(workspaceId).query<Difference>(DIFFERENCES, [JSON.stringify(expected), after, to]);
  const atFirst = await differ();
  if (atFirst.length === 0) return { finding: null, pending: 0 };
  // Looked at again after asking how far the projection is: what it had applied by then must be there now.
  const applied = await appliedRevisions(database, atFirst);
  const differences = await differ();
  const isPending = ({ what, streamId, revision }: Difference) =>
    what === 'TRAIL_ROW_MISSING' && revision > (applied.get(streamId) ?? -1);
  const wrong = differences.find((difference) => !isPending(difference));
  return { finding: wrong ? findingOf(wrong) : null, pending: differences.filter(isPending).length };
}

/** Behind the chain's end: rows may be there that are not yet to be compared, but none without an event. */
export async function forgedTrailRow(
  database: Database,
  workspaceId: string,
  after: bigint,
): Promise<Finding | null> {
  const [row] = await database.scope(workspaceId).query<{ position: string }>(FORGED, [after]);
  return row ? findingOf({ ...row, what: 'TRAIL_ROW_INSERTED' }) : null;
}

const findingOf = ({ what, position }: Pick<Difference, 'what' | 'position'>) =>
  found(what, { position, seq: null }, DETAILS[what] ?? what);

async function appliedRevisions(database: Database, differences: readonly Difference[]) {
  const missing = differences.filter(({ what }) => what === 'TRAIL_ROW_MISSING');
  const { rows } = await database.query<{ streamId: string; revision: number }>(APPLIED, [
    auditProjection.name,
    [...new Set(missing.map(({ streamId }) => streamId))],
  ]);
  return new Map(rows.map(({ streamId, revision }) => [streamId, revision]));
}

const recordedOf = ({ position, data, metadata, ...rest }: StoredEvent) => ({
  ...rest,
  position: BigInt(position),
  data: JSON.parse(data) as unknown,
  metadata: JSON.parse(metadata) as EventMetadata,
});
