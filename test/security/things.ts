/** What a workspace has that somebody else might ask for, and the whole of it by which a change would be seen. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { scopedSchema } from '../support/scope-check/scoped-schema.js';
import type { SecondWorkspace } from '../support/server.js';
import type { Database } from '../../src/platform/database/database.js';
import { PostgresFileStore } from '../../src/platform/files/postgres-file-store.js';
import { PHONES } from '../journeys/shop.js';
import type { People } from './callers.js';

/** Names of one workspace's things; `Things` of nowhere are as well formed and name nothing. */
export interface Things {
  workspaceId: string;
  userId: string;
  /** In preview, and its seal. */
  draftId: string;
  planHash: string;
  /** Executed, as this change set. */
  doneDraftId: string;
  changeSetId: string;
  productId: string;
  importId: string;
  deadLetterId: string;
  archiveId: string;
  /** Of people and credentials that are there for nothing else. */
  memberId: string;
  invitationId: string;
  apiKeyId: string;
  sessionId: string;
  /** What the workspace's owner called a draft of theirs. */
  clientRequestId: string;
}

export async function makeThings(
  { client: api, workspaceId, userId }: SecondWorkspace,
  people: People,
  database: Database,
): Promise<Things> {
  const importId = await api.startImport(
    PHONES.map((product) => JSON.stringify(product)).join('\n'),
    'application/x-ndjson',
  );
  await api.finishedImport(importId);
  const done = await api.apply('increase the price of Leather Case by 10%');
  const clientRequestId = randomUUID();
  const preview = await api.previewOf(
    await api.create('decrease the price of silver iPhone 17 by 10%', { clientRequestId }),
  );
  const product = await api.product('IP17-S');
  return {
    workspaceId,
    userId,
    draftId: preview.draftId,
    planHash: preview.preview.planHash,
    doneDraftId: done.draftId,
    changeSetId: done.changeSetId!,
    productId: product.productId,
    importId,
    deadLetterId: await setAside(database, { workspaceId, draftId: preview.draftId }),
    archiveId: await archive(database, workspaceId),
    memberId: await people.member('viewer'),
    invitationId: await people.invitation(),
    apiKeyId: await people.keyId(userId),
    sessionId: (await people.signIn(userId)).sessionId,
    clientRequestId,
  };
}

/** A dead letter of a consumer group that nobody runs: it stays as it is, whatever is asked of it. */
async function setAside(
  database: Database,
  { workspaceId, draftId }: Pick<Things, 'workspaceId' | 'draftId'>,
): Promise<string> {
  const { rows } = await database.query<{ id: string }>(
    `INSERT INTO dead_letters (id, group_name, topic, partition, key, position, workspace_id, headers, event, reason,
                               error_class, error_message, attempts)
     SELECT gen_random_uuid(), 'projection.nobody', 'drafthorse.drafts', 0, $2, position, workspace_id, '{}',
            to_jsonb(events) - 'position', 'failed', 'Error', 'made for this test', 1
       FROM events WHERE workspace_id = $1 AND stream_id = 'draft-' || $2 AND revision = 0
     RETURNING id`,
    [workspaceId, draftId],
  );
  return rows[0]!.id;
}

/** An archive that no age would have made yet: the row that its read model has, and the file. */
async function archive(database: Database, workspaceId: string): Promise<string> {
  const archiveId = randomUUID();
  const content = Readable.from([Buffer.from('{}\n')]);
  const files = new PostgresFileStore(database);
  const { bytes, sha256 } = await files.put({ fileId: archiveId, workspaceId, content, bytesMax: 100 });
  await database.query(
    `INSERT INTO archives (workspace_id, archive_id, kind, "from", "to", count, bytes, sha256, archived_at, position)
     VALUES ($1, $2, 'drafts', now(), now(), 1, $3, $4, now(), 1)`,
    [workspaceId, archiveId, bytes, sha256],
  );
  return archiveId;
}

/** Well-formed names of what never was. */
export const thingsOfNowhere = (): Things => ({
  workspaceId: randomUUID(),
  userId: randomUUID(),
  draftId: randomUUID(),
  planHash: `sha256:${randomBytes(32).toString('hex')}`,
  doneDraftId: randomUUID(),
  changeSetId: randomUUID(),
  productId: randomUUID(),
  importId: randomUUID(),
  deadLetterId: randomUUID(),
  archiveId: randomUUID(),
  memberId: randomUUID(),
  invitationId: randomUUID(),
  apiKeyId: randomUUID(),
  sessionId: randomUUID(),
  clientRequestId: randomUUID(),
});

/** What every key that is used changes about itself. */
const LAST_USE = 'last_used_at';

/**
 * Every row of every table that the workspace has, as one hash per table, and the end of its log. Nothing can be changed in
 * the workspace without a change here.
 */
export async function fingerprint(database: Database, workspaceId: string): Promise<Record<string, string>> {
  const prints: Record<string, string> = {};
  for (const table of [...scopedSchema().tables].toSorted()) {
    const { rows } = await database.query<{ row: string }>(
      `SELECT (to_jsonb(t) - '${LAST_USE}')::text AS row FROM ${table} t WHERE workspace_id = $1 ORDER BY 1`,
      [workspaceId],
    );
    const hash = createHash('sha256').update(rows.map(({ row }) => row).join('\n'));
    prints[table] = `${rows.length} rows, ${hash.digest('hex').slice(0, 16)}`;
  }
  return prints;
}
