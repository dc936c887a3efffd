/**
 * The export of a workspace's log, line by line (NDJSON): a header, every link with its event, each checkpoint behind the
 * link that it signs, and a closing line without which the file was cut. Numbers beyond a double are decimal strings.
 */
import { z } from 'zod';
import type { Checkpoint, Link, StoredEvent } from './encoding.js';

export const EXPORT_FORMAT = 'drafthorse-audit';
export const EXPORT_VERSION = 1;

const Decimal = z.string().regex(/^(?:0|[1-9]\d{0,18})$/, 'a decimal number');
const Hash = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256');
const KeyId = z.string().regex(/^[0-9a-f]{16}$/, 'the name of a key');

const HeaderLine = z.strictObject({
  kind: z.literal('header'),
  format: z.literal(EXPORT_FORMAT),
  version: z.literal(EXPORT_VERSION),
  workspaceId: z.uuid(),
  exportedAt: z.iso.datetime(),
  /** Events up to here are in it. */
  upToPosition: Decimal,
  /** Events of the workspace that had no link yet, counted up to a bound. */
  pendingEvents: z.int().min(0),
  /** Base64 of the SubjectPublicKeyInfo. */
  publicKeys: z.array(z.strictObject({ keyId: KeyId, publicKey: z.string() })),
});

const EventInLine = z.strictObject({
  position: Decimal,
  streamId: z.string(),
  revision: z.int(),
  eventId: z.uuid(),
  workspaceId: z.uuid(),
  type: z.string(),
  schemaVersion: z.int(),
  data: z.string().describe('JSON as PostgreSQL prints it: what was hashed'),
  metadata: z.string().describe('JSON as PostgreSQL prints it: what was hashed'),
  recordedAt: z.string(),
}) satisfies z.ZodType<StoredEvent>;

const LinkLine = z.strictObject({
  kind: z.literal('link'),
  seq: Decimal,
  position: Decimal,
  eventHash: Hash,
  chainHash: Hash,
  /** Null: the log has none at this position any more. */
  event: EventInLine.nullable(),
});

/** As `GET /audit/checkpoints` answers it too. */
export const CheckpointShown = z.strictObject({
  workspaceId: z.uuid(),
  seq: Decimal,
  previousSeq: Decimal,
  position: Decimal,
  chainHash: Hash,
  signedAt: z.string().describe('ISO 8601 UTC, milliseconds'),
  keyId: z.string(),
  signature: z
    .string()
    .regex(/^[0-9a-f]{128}$/, 'an Ed25519 signature')
    .describe('Ed25519, hexadecimal'),
});
export type CheckpointShown = z.output<typeof CheckpointShown>;

const CheckpointLine = z.strictObject({ kind: z.literal('checkpoint'), ...CheckpointShown.shape });

const EndLine = z.strictObject({
  kind: z.literal('end'),
  links: Decimal,
  checkpoints: Decimal,
  /** Over every byte before this line. */
  sha256: Hash,
});

export const ExportLine = z.discriminatedUnion('kind', [HeaderLine, LinkLine, CheckpointLine, EndLine]);
export type ExportLine = z.output<typeof ExportLine>;
export type LineOf<Kind extends ExportLine['kind']> = Extract<ExportLine, { kind: Kind }>;

export const shown = (checkpoint: Checkpoint): CheckpointShown => ({
  workspaceId: checkpoint.workspaceId,
  seq: String(checkpoint.seq),
  previousSeq: String(checkpoint.previousSeq),
  position: checkpoint.position,
  chainHash: checkpoint.chainHash,
  signedAt: checkpoint.signedAt,
  keyId: checkpoint.keyId,
  signature: checkpoint.signature,
});

export const checkpointIn = (line: CheckpointShown): Checkpoint => {
  const { workspaceId, position, chainHash, signedAt, keyId, signature } = line;
  const numbers = { seq: BigInt(line.seq), previousSeq: BigInt(line.previousSeq) };
  return { workspaceId, position, chainHash, signedAt, keyId, signature, ...numbers };
};

/** In the order of the line's schema, which is how the verifier expects it. */
export const linkLine = (link: Link, event: StoredEvent | null): LineOf<'link'> => ({
  kind: 'link',
  seq: String(link.seq),
  position: link.position,
  eventHash: link.eventHash,
  chainHash: link.chainHash,
  event: event && {
    position: event.position,
    streamId: event.streamId,
    revision: event.revision,
    eventId: event.eventId,
    workspaceId: event.workspaceId,
    type: event.type,
    schemaVersion: event.schemaVersion,
    data: event.data,
    metadata: event.metadata,
    recordedAt: event.recordedAt,
  },
});
