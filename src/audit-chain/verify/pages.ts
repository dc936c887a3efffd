/** What verification and export read of one workspace, in pages. */
import type { Database } from '../../platform/database/database.js';
import { EVENT_COLUMNS } from '../chain-log.js';
import { CHECKPOINT_COLUMNS, checkpointOf, type CheckpointRow } from '../checkpoints.js';
import type { Checkpoint, Link, StoredEvent } from '../encoding.js';

export const EVENTS_PER_PAGE_MAX = 500;
/** As stored (compressed): a page takes several times as much in memory. */
const PAGE_BYTES_MAX = 1024 * 1024;

/** $1 workspace, $2 after, $3 up to, $4 rows, $5 bytes. One event always, however large. */
const EVENTS = {
  name: 'audit-chain-events',
  text: `
  SELECT ${EVENT_COLUMNS}, e.data::text AS data
    FROM (SELECT *, sum(pg_column_size(data)) OVER (ORDER BY position ROWS UNBOUNDED PRECEDING)
                    - pg_column_size(data) AS bytes_before
            FROM events
           WHERE workspace_id = $1 AND position > $2 AND position <= $3
           ORDER BY position
           LIMIT $4) AS e
   WHERE e.bytes_before < $5
   ORDER BY e.position`,
};

/** $1 workspace, $2 positions, $3 bytes. One event always; the others behind it as far as the bytes go. */
const EVENTS_AT = {
  name: 'audit-chain-events-at',
  text: `
  SELECT ${EVENT_COLUMNS}, e.data::text AS data
    FROM (SELECT *, sum(pg_column_size(data)) OVER (ORDER BY position ROWS UNBOUNDED PRECEDING)
                    - pg_column_size(data) AS bytes_before
            FROM events WHERE workspace_id = $1 AND position = ANY ($2::bigint[])) AS e
   WHERE e.bytes_before < $3
   ORDER BY e.position`,
};

/** $1 workspace, $2 after, $3 rows. */
const LINKS = {
  name: 'audit-chain-links',
  text: `
  SELECT seq::text AS seq, position::text AS position, encode(event_hash, 'hex') AS "eventHash",
         encode(chain_hash, 'hex') AS "chainHash"
    FROM audit_chain c WHERE c.workspace_id = $1 AND c.seq > $2 ORDER BY c.seq LIMIT $3`,
};

/** $1 workspace. */
const HEAD = `
  SELECT position::text AS position FROM audit_chain WHERE workspace_id = $1 ORDER BY seq DESC LIMIT 1`;

/** $1 workspace, $2 after, $3 up to (sequence numbers), $4 rows. */
const CHECKPOINTS = {
  name: 'audit-chain-checkpoints',
  text: `
  SELECT ${CHECKPOINT_COLUMNS} FROM audit_checkpoints p
   WHERE p.workspace_id = $1 AND p.seq > $2 AND p.seq <= $3 ORDER BY p.seq LIMIT $4`,
};

/** $1 workspace, $2 before, $3 rows. Newest first. */
const NEWEST_CHECKPOINTS = `
  SELECT ${CHECKPOINT_COLUMNS} FROM audit_checkpoints p
   WHERE p.workspace_id = $1 AND p.seq < $2 ORDER BY p.seq DESC LIMIT $3`;

/** $1 workspace, $2 the last link walked: the first checkpoint of a link that is not there. */
const CHECKPOINT_WITHOUT_LINK = `
  SELECT ${CHECKPOINT_COLUMNS} FROM audit_checkpoints p
   WHERE p.workspace_id = $1 AND p.seq > $2
     AND NOT EXISTS (SELECT FROM audit_chain c WHERE c.workspace_id = $1 AND c.seq = p.seq)
   ORDER BY p.seq LIMIT 1`;

/** $1 workspace, $2 after, $3 rows counted at most. */
const PENDING = `
  SELECT count(*)::int AS events
    FROM (SELECT FROM events WHERE workspace_id = $1 AND position > $2 ORDER BY position LIMIT $3) AS behind`;

const LAST_SEQ = 2n ** 63n - 1n;

export class WorkspacePages {
  constructor(
    private readonly database: Database,
    readonly workspaceId: string,
  ) {}

  /** Behind `after` up to `upTo`, oldest first; only an empty page is the last. */
  events(after: bigint, upTo: bigint): Promise<StoredEvent[]> {
    return this.scope().query<StoredEvent>(EVENTS, [after, upTo, EVENTS_PER_PAGE_MAX, PAGE_BYTES_MAX]);
  }

  /** By position; those of the last positions may be left for another page. */
  async eventsAt(positions: string[]): Promise<Map<string, StoredEvent>> {
    const rows = await this.scope().query<StoredEvent>(EVENTS_AT, [positions, PAGE_BYTES_MAX]);
    return new Map(rows.map((event) => [event.position, event]));
  }

  async links(afterSeq: bigint, limit: number): Promise<Link[]> {
    const rows = await this.scope().query<{ [Key in keyof Link]: string }>(LINKS, [afterSeq, limit]);
    return rows.map((row) => ({ ...row, seq: BigInt(row.seq) }));
  }

  async linkAt(seq: bigint): Promise<Link | null> {
    const [link] = await this.links(seq - 1n, 1);
    return link?.seq === seq ? link : null;
  }

  /** Position of the last link; 0n without one. */
  async head(): Promise<bigint> {
    const [row] = await this.scope().query<{ position: string }>(HEAD);
    return BigInt(row?.position ?? 0);
  }

  /** Behind one link up to another. */
  async checkpoints(afterSeq: bigint, upToSeq: bigint): Promise<Checkpoint[]> {
    if (upToSeq <= afterSeq) return [];
    const limit = upToSeq - afterSeq;
    return (await this.scope().query<CheckpointRow>(CHECKPOINTS, [afterSeq, upToSeq, limit])).map(
      checkpointOf,
    );
  }

  async newestCheckpoints(beforeSeq: bigint | null, limit: number): Promise<Checkpoint[]> {
    const values = [beforeSeq ?? LAST_SEQ, limit];
    return (await this.scope().query<CheckpointRow>(NEWEST_CHECKPOINTS, values)).map(checkpointOf);
  }

  async checkpointWithoutLink(afterSeq: bigint): Promise<Checkpoint | null> {
    const [row] = await this.scope().query<CheckpointRow>(CHECKPOINT_WITHOUT_LINK, [afterSeq]);
    return row ? checkpointOf(row) : null;
  }

  /** Events behind a position, counted up to `max`. */
  async pending(after: bigint, max: number): Promise<number> {
    const [row] = await this.scope().query<{ events: number }>(PENDING, [after, max]);
    return row?.events ?? 0;
  }

  private scope() {
    return this.database.scope(this.workspaceId);
  }
}
