/**
 * What is hashed and signed, byte by byte. Pure; the server, the export and the offline verifier share it. A format is
 * for ever: another encoding gets another name in its first field. Written down for others in docs/audit.md.
 */
import { createHash, hash } from 'node:crypto';

/**
 * An event as PostgreSQL prints its columns: what is stored, not what a program reads from it. `data` and `metadata` are
 * the text of the jsonb, in which numbers keep digits that a double would lose.
 */
export interface StoredEvent {
  position: string;
  streamId: string;
  revision: number;
  eventId: string;
  workspaceId: string;
  type: string;
  schemaVersion: number;
  data: string;
  metadata: string;
  /** ISO 8601 UTC, milliseconds. */
  recordedAt: string;
}

/** As StoredEvent, where the database has hashed the data (SHA-256 of its UTF-8, lower-case hex) instead of sending it. */
export type DigestedEvent = Omit<StoredEvent, 'data'> & { dataHash: string };

/** Hashes are lower-case hex of SHA-256 wherever they are text. */
export interface Link {
  seq: bigint;
  position: string;
  eventHash: string;
  chainHash: string;
}

/** What a checkpoint says, before it is signed. */
export interface Statement {
  workspaceId: string;
  seq: bigint;
  /** 0: the first one. */
  previousSeq: bigint;
  position: string;
  chainHash: string;
  /** ISO 8601 UTC, milliseconds. */
  signedAt: string;
  keyId: string;
}

export interface Checkpoint extends Statement {
  /** Ed25519 (RFC 8032), lower-case hex. */
  signature: string;
}

export const sha256 = (content: string | Uint8Array): string => hash('sha256', content, 'hex');

/** One text for several, such that no two lists have the same one: each with its length in bytes before it. */
const netstrings = (parts: readonly string[]): string =>
  parts.map((part) => `${Buffer.byteLength(part)}:${part},`).join('');

export const digested = ({ data, ...event }: StoredEvent): DigestedEvent => ({
  ...event,
  dataHash: sha256(data),
});

export function eventHash(event: DigestedEvent): string {
  return sha256(
    netstrings([
      'drafthorse event 1',
      event.position,
      event.streamId,
      String(event.revision),
      event.eventId,
      event.workspaceId,
      event.type,
      String(event.schemaVersion),
      event.dataHash,
      event.metadata,
      event.recordedAt,
    ]),
  );
}

/** What the first link of a workspace follows. */
export const genesisHash = (workspaceId: string): string =>
  sha256(netstrings(['drafthorse chain 1', workspaceId]));

/** Over 72 bytes: the hash before, seq as a big-endian 64-bit number, and the event's hash. */
export function chainHash(previous: string, seq: bigint, event: string): string {
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(seq);
  return createHash('sha256').update(previous, 'hex').update(number).update(event, 'hex').digest('hex');
}

export function statementBytes(statement: Statement): Buffer {
  const { workspaceId, seq, previousSeq, position, signedAt, keyId } = statement;
  return Buffer.from(
    netstrings([
      'drafthorse checkpoint 1',
      workspaceId,
      String(seq),
      String(previousSeq),
      position,
      statement.chainHash,
      signedAt,
      keyId,
    ]),
  );
}
