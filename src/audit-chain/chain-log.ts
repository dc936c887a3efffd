/** The chain in PostgreSQL: what the follower reads and writes. */
import type { Queryable } from '../platform/database/database.js';
import { chainHash, eventHash, genesisHash, type DigestedEvent } from './encoding.js';

export interface Head {
  seq: bigint;
  chainHash: string;
}

/** A link on its way into the table. */
export interface NewLink extends Head {
  workspaceId: string;
  position: string;
  eventHash: string;
}

/** As encoding.ts wants a time: independent of the session's zone, and of what lies outside of the common era. */
export const RECORDED_AT = `
  CASE WHEN isfinite(e.recorded_at)
       THEN to_char(e.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
            || CASE WHEN e.recorded_at < '0001-01-01 00:00:00Z' THEN ' BC' ELSE '' END
       ELSE e.recorded_at::text END AS "recordedAt"`;

/** Columns of StoredEvent but its data. */
export const EVENT_COLUMNS = `
  e.position::text AS position, e.stream_id AS "streamId", e.revision, e.event_id AS "eventId",
  e.workspace_id AS "workspaceId", e.type, e.schema_version AS "schemaVersion", e.metadata::text AS metadata,
  ${RECORDED_AT}`;

const PROGRESS = 'SELECT position::text AS position FROM audit_chain_progress';

/**
 * $1 position, $2 events. Below the watermark, as every reader of the log. The data is hashed where it is: a large
 * preview is 100 kB that nobody here wants to see.
 */
const UNCHAINED = {
  name: 'audit-chain-unchained',
  text: `
  SELECT ${EVENT_COLUMNS}, encode(sha256(convert_to(e.data::text, 'UTF8')), 'hex') AS "dataHash"
    FROM events e
   WHERE e.position > $1 AND e.position < log_watermark()
   ORDER BY e.position
   LIMIT $2`,
};

/** $1 workspaces; one without a link has no row. */
const HEADS = {
  name: 'audit-chain-heads',
  text: `
  SELECT w.workspace_id AS "workspaceId", head.seq::text AS seq, encode(head.chain_hash, 'hex') AS "chainHash"
    FROM unnest($1::uuid[]) AS w (workspace_id)
   CROSS JOIN LATERAL (SELECT seq, chain_hash FROM audit_chain c
                        WHERE c.workspace_id = w.workspace_id ORDER BY seq DESC LIMIT 1) AS head`,
};

/**
 * $1 where the writer began, $2 where it ends; $3 … links. Whoever is second finds the progress moved, and writes
 * nothing. So what is written follows from the heads that were read after $1 was.
 */
const APPEND = {
  name: 'audit-chain-append',
  text: `
  WITH moved AS (UPDATE audit_chain_progress SET position = $2 WHERE position = $1 RETURNING position),
  linked AS (
    INSERT INTO audit_chain (workspace_id, seq, position, event_hash, chain_hash)
    SELECT workspace_id, seq, position, decode(event_hash, 'hex'), decode(chain_hash, 'hex')
      FROM unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::text[], $7::text[])
           AS l (workspace_id, seq, position, event_hash, chain_hash)
     WHERE EXISTS (SELECT FROM moved))
  SELECT position FROM moved`,
};

/** Every event up to it has its link. */
export async function progressOf(database: Queryable): Promise<bigint> {
  const { rows } = await database.query<{ position: string }>(PROGRESS);
  if (!rows[0]) throw new Error('audit_chain_progress has no row');
  return BigInt(rows[0].position);
}

/**
 * Chains the next events of the log, at most `limit`. Answers the links written; none at the end of the log; null when
 * another process was first.
 */
export async function chainNext(database: Queryable, limit: number): Promise<NewLink[] | null> {
  const from = await progressOf(database);
  const { rows: events } = await database.query<DigestedEvent>(UNCHAINED, [from, limit]);
  const last = events.at(-1);
  if (!last) return [];
  const links = linksOf(
    events,
    await headsOf(database, new Set(events.map(({ workspaceId }) => workspaceId))),
  );
  const { rows } = await database.query(APPEND, [
    from,
    last.position,
    links.map(({ workspaceId }) => workspaceId),
    links.map(({ seq }) => seq),
    links.map(({ position }) => position),
    links.map((link) => link.eventHash),
    links.map((link) => link.chainHash),
  ]);
  return rows.length === 0 ? null : links;
}

async function headsOf(database: Queryable, workspaceIds: ReadonlySet<string>): Promise<Map<string, Head>> {
  const { rows } = await database.query<{ workspaceId: string; seq: string; chainHash: string }>(HEADS, [
    [...workspaceIds],
  ]);
  return new Map(
    rows.map(({ workspaceId, seq, chainHash: hash }) => [workspaceId, { seq: BigInt(seq), chainHash: hash }]),
  );
}

/** What the events add to chains that end at `heads`. Pure but for `heads`, which it moves on. */
export function linksOf(events: readonly DigestedEvent[], heads: Map<string, Head>): NewLink[] {
  return events.map((event) => {
    const { workspaceId, position } = event;
    const before = heads.get(workspaceId) ?? { seq: 0n, chainHash: genesisHash(workspaceId) };
    const hash = eventHash(event);
    const seq = before.seq + 1n;
    const head = { seq, chainHash: chainHash(before.chainHash, seq, hash) };
    heads.set(workspaceId, head);
    return { workspaceId, position, eventHash: hash, ...head };
  });
}
