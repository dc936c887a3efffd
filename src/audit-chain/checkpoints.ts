/** Checkpoints in PostgreSQL: what is due, signed and read. */
import type { KeyObject } from 'node:crypto';
import type { Queryable } from '../platform/database/database.js';
import type { Checkpoint } from './encoding.js';
import { encodedKey, publicKeyOf, signed } from './keys.js';

/** The end of a chain that no checkpoint covers. */
export interface Unsigned {
  workspaceId: string;
  seq: bigint;
  position: string;
  chainHash: string;
  /** Of the last checkpoint, 0 without one. */
  previousSeq: bigint;
}

/** Columns of a checkpoint named `p`. */
export const CHECKPOINT_COLUMNS = `
  p.workspace_id AS "workspaceId", p.seq::text AS seq, p.previous_seq::text AS "previousSeq",
  p.position::text AS position, encode(p.chain_hash, 'hex') AS "chainHash",
  CASE WHEN isfinite(p.signed_at)
       THEN to_char(p.signed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
            || CASE WHEN p.signed_at < '0001-01-01 00:00:00Z' THEN ' BC' ELSE '' END
       ELSE p.signed_at::text END AS "signedAt",
  p.key_id AS "keyId", encode(p.signature, 'hex') AS signature`;

export type CheckpointRow = { [Key in keyof Checkpoint]: string };

export const checkpointOf = (row: CheckpointRow): Checkpoint => ({
  ...row,
  seq: BigInt(row.seq),
  previousSeq: BigInt(row.previousSeq),
});

/** $1 workspaces, or null for all. Workspaces are stepped through by index: links are many, workspaces few. */
const UNSIGNED = `
  WITH RECURSIVE workspaces AS (
    (SELECT workspace_id FROM audit_chain ORDER BY workspace_id LIMIT 1)
     UNION ALL
    SELECT (SELECT c.workspace_id FROM audit_chain c WHERE c.workspace_id > w.workspace_id ORDER BY c.workspace_id LIMIT 1)
      FROM workspaces w WHERE w.workspace_id IS NOT NULL),
  wanted AS (
    SELECT workspace_id FROM workspaces WHERE $1::uuid[] IS NULL AND workspace_id IS NOT NULL
     UNION ALL
    SELECT workspace_id FROM unnest($1::uuid[]) AS named (workspace_id))
  SELECT w.workspace_id AS "workspaceId", head.seq::text AS seq, head.position::text AS position,
         encode(head.chain_hash, 'hex') AS "chainHash", coalesce(last.seq, 0)::text AS "previousSeq"
    FROM wanted w
   CROSS JOIN LATERAL (SELECT c.seq, c.position, c.chain_hash FROM audit_chain c
                        WHERE c.workspace_id = w.workspace_id ORDER BY c.seq DESC LIMIT 1) AS head
    LEFT JOIN LATERAL (SELECT p.seq FROM audit_checkpoints p
                        WHERE p.workspace_id = w.workspace_id ORDER BY p.seq DESC LIMIT 1) AS last ON true
   WHERE head.seq > coalesce(last.seq, 0)`;

/** Only for a link that stands as it was signed. Of two that follow the same one the first stays. */
const RECORD = `
  INSERT INTO audit_checkpoints
    (workspace_id, seq, previous_seq, position, chain_hash, signed_at, key_id, signature)
  SELECT s.workspace_id, s.seq, s.previous_seq, s.position, decode(s.chain_hash, 'hex'), s.signed_at, s.key_id,
         decode(s.signature, 'hex')
    FROM jsonb_to_recordset($1::jsonb) AS s (workspace_id uuid, seq bigint, previous_seq bigint, position bigint,
           chain_hash text, signed_at timestamptz(3), key_id text, signature text)
    JOIN audit_chain c ON c.workspace_id = s.workspace_id AND c.seq = s.seq AND c.position = s.position
     AND c.chain_hash = decode(s.chain_hash, 'hex')
  ON CONFLICT DO NOTHING`;

/** Of the workspaces named, or of all. */
export async function unsignedEnds(database: Queryable, workspaceIds: string[] | null): Promise<Unsigned[]> {
  const { rows } = await database.query<{ [Key in keyof Unsigned]: string }>(UNSIGNED, [workspaceIds]);
  return rows.map((row) => ({ ...row, seq: BigInt(row.seq), previousSeq: BigInt(row.previousSeq) }));
}

export async function signEnds(
  database: Queryable,
  ends: readonly Unsigned[],
  { key, now }: { key: KeyObject; now: Date },
): Promise<void> {
  const signedAt = now.toISOString();
  const rows = ends.map((end) => {
    const checkpoint = signed({ ...end, signedAt }, key);
    return {
      workspace_id: checkpoint.workspaceId,
      seq: String(checkpoint.seq),
      previous_seq: String(checkpoint.previousSeq),
      position: checkpoint.position,
      chain_hash: checkpoint.chainHash,
      signed_at: signedAt,
      key_id: checkpoint.keyId,
      signature: checkpoint.signature,
    };
  });
  await database.query(RECORD, [JSON.stringify(rows)]);
}

/** Idempotent. */
export async function registerKey(database: Queryable, key: KeyObject): Promise<void> {
  const own = publicKeyOf(key);
  await database.query(
    `INSERT INTO audit_keys (key_id, public_key) VALUES ($1, decode($2, 'base64')) ON CONFLICT DO NOTHING`,
    [own.keyId, encodedKey(own)],
  );
}

export async function registeredKeys(database: Queryable): Promise<{ keyId: string; publicKey: string }[]> {
  const { rows } = await database.query<{ keyId: string; publicKey: string }>(
    `SELECT key_id AS "keyId", translate(encode(public_key, 'base64'), E'\\n', '') AS "publicKey"
       FROM audit_keys ORDER BY created_at, key_id`,
  );
  return rows;
}
