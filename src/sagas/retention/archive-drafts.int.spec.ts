import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { StreamWriter } from '../../commands/stream-writer.js';
import { PostgresEventStore } from '../../event-store/postgres/postgres-event-store.js';
import { upcastEvent } from '../../events/registry.js';
import { draftStream, routeOf, workspaceStream } from '../../events/streams.js';
import { PostgresFileStore } from '../../platform/files/postgres-file-store.js';
import type { WorkspaceReads } from '../../platform/database/workspace-scope.js';
import { draftsProjection } from '../../projections/drafts/drafts.projection.js';
import { project } from '../../projections/projection.js';
import { archiveDrafts } from './archive-drafts.js';
import { stepOf, type RetentionPorts } from './retention-ports.js';

const NOW = '2026-03-01T10:00:00.000Z';
const workspaceId = randomUUID();
const userId = randomUUID();
let data: TestDatabase;
let store: PostgresEventStore;
let writer: StreamWriter;
beforeAll(async () => {
  data = await testDatabase();
  store = new PostgresEventStore(data.database);
  writer = new StreamWriter(store, () => new Date());
});
afterAll(async () => {
  await store?.close();
  await data?.drop();
});

async function projected(): Promise<void> {
  const log = await store.readAll({ after: 0n, limit: 500, kinds: ['draft'] });
  const deliveries = log.map((recorded) => ({
    ...routeOf(recorded.streamId),
    partition: 0,
    headers: {},
    event: upcastEvent(recorded),
  }));
  await project(data.database, draftsProjection, deliveries);
}

async function endedDraft(): Promise<void> {
  const draftId = randomUUID();
  const texts = { prompt: 'p', clientRequestId: null, undoOf: null, explanation: null };
  await writer.append(
    draftStream(draftId),
    [
      { type: 'DraftCreated', data: { draftId, workspaceId, userId, ...texts, createdAt: NOW } },
      { type: 'Cancelled', data: { cancelledBy: userId, cancelledAt: NOW } },
    ],
    stepOf(workspaceId, randomUUID()),
    'none',
  );
}

const portsOf = (reads: WorkspaceReads): RetentionPorts => ({
  writer,
  log: store,
  files: new PostgresFileStore(data.database),
  reads,
  isShown: async () => {
    await projected();
    return true;
  },
  draftsKeptMs: 1,
  changeSetsKeptMs: null,
  now: () => new Date(),
});

/** As seen by a run that stands still between its choice and writing it down, while another one begins and ends. */
function overtaken(by: () => Promise<unknown>): WorkspaceReads {
  return {
    scope: (id) => {
      const scope = data.database.scope(id);
      const query: typeof scope.query = async (statement, values) => {
        if (String(statement).includes('INSERT INTO archive_batches')) await by();
        return scope.query(statement, values);
      };
      return Object.assign(Object.create(scope) as typeof scope, { query });
    },
  };
}

it('a run that was overtaken archives nothing a second time', async () => {
  await endedDraft();
  await endedDraft();
  await projected();
  const another = () => archiveDrafts(portsOf(data.database), workspaceId);
  expect(await archiveDrafts(portsOf(overtaken(another)), workspaceId)).toBe(false);
  const archived = await store.readStream(workspaceStream(workspaceId));
  expect(archived.map(({ type, data: of }) => [type, (of as { count: number }).count])).toEqual([
    ['DraftsArchived', 2],
  ]);
  expect((await data.database.query('SELECT FROM archive_batches')).rowCount).toBe(0);
});
