import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.js';
import type { ArchiveView } from '../../src/projections/archives/archives.queries.js';
import type { ChangeSetView } from '../../src/projections/change-sets/change-sets.queries.js';
import type { DraftView } from '../../src/projections/drafts/draft-view.js';
import { differencesFromARebuild } from '../integrity/findings.js';
import { throughDeath } from '../integrity/kill-case.js';
import type { ApiClient, Page } from '../support/api-client.js';
import { crashAt, describePoint } from '../support/crash-point.js';
import { TestServer } from '../support/server.js';
import { until } from '../support/until.js';
import { PHONES } from './shop.js';

const AT_ONCE = '0.000001';
const NEVER = '0';
const PROMPT = 'set the price of sku IP17-S to 500';

interface Line {
  streamId: string;
  type: string;
  revision: number;
}

let server: TestServer;
let api: ApiClient;
/** Read at every start of the program. */
const environment: Record<string, string> = { DRAFTS_KEPT_DAYS: AT_ONCE, CHANGE_SETS_KEPT_DAYS: NEVER };

beforeAll(async () => {
  server = await TestServer.start({ entry: 'test/support/old-at-once-main.ts', environment });
  api = server.client;
  await api.importCatalogue(PHONES);
});
afterAll(() => server?.stop());

/** As the clock does every night. */
const night = () =>
  server.data.database.query(
    `SELECT graphile_worker.add_job('retention', '{}'::json, job_key => 'cron:retention')`,
  );

/** No run is under way or to be tried again: what is done next is old only for the next one. */
const untilMorning = () =>
  until('every run has ended', async () => {
    const { rows } = await server.data.database.query(
      `SELECT FROM graphile_worker.jobs WHERE task_identifier IN ('retention', 'archive-workspace')`,
    );
    return rows.length === 0;
  });

const archives = () => api.all<ArchiveView>('/archives');
const isArchived = async (draftId: string) =>
  (await api.send<{ code: string }>('GET', `/ai/drafts/${draftId}`)).body.code === 'DRAFT_ARCHIVED';

/** The archive, known again by its hash. */
async function opened({ archiveId, sha256, bytes }: ArchiveView): Promise<Line[]> {
  const { body } = await api.expectStatus<string>(200, 'GET', `/archives/${archiveId}`);
  expect(createHash('sha256').update(body).digest('hex')).toBe(sha256);
  expect(Buffer.byteLength(body)).toBe(bytes);
  return body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

async function differences(): Promise<string[]> {
  const store = new PostgresEventStore(server.data.database);
  try {
    return await differencesFromARebuild({ database: server.data.database, store });
  } finally {
    await store.close();
  }
}

describe('drafts that ended long ago', () => {
  let done: DraftView;
  let refused: DraftView;
  let waiting: DraftView;

  it('go into an archive, others stay', async () => {
    done = await api.apply(PROMPT);
    refused = await api.say('delete everything');
    waiting = await api.preview('set the stock of sku CASE-1 to 1');
    await night();
    await until('the draft is archived', () => isArchived(done.draftId));
    expect(await api.draft(waiting.draftId)).toMatchObject({ status: 'preview' });
    const { items } = await api.get<Page<DraftView>>('/ai/drafts');
    expect(items.map(({ draftId }) => draftId)).not.toContain(done.draftId);
  });

  it('are told to be there by every route that had them', async () => {
    for (const path of ['', '/events', '/preview', '?wait=done']) {
      const problem = await api.refused('DRAFT_ARCHIVED', 'GET', `/ai/drafts/${done.draftId}${path}`);
      expect(problem).toMatchObject({ status: 410, archiveId: (await archives())[0]!.archiveId });
    }
  });

  it('are in the archive whole, their words encrypted', async () => {
    const [archive] = await archives();
    const ended = [done, refused].filter(({ status }) => status !== 'clarify');
    expect(archive).toMatchObject({ kind: 'drafts', count: ended.length });
    const lines = await opened(archive!);
    const ofDone = lines.filter(({ streamId }) => streamId === `draft-${done.draftId}`);
    expect(ofDone.map(({ type }) => type)).toEqual(expect.arrayContaining(['DraftCreated', 'Executed']));
    expect(ofDone.map(({ revision }) => revision)).toEqual(ofDone.map((_, index) => index));
    expect(JSON.stringify(lines)).not.toContain(PROMPT);
  });

  it('can still be taken back while their change is kept', async () => {
    const undo = await api.undo(done.draftId);
    await api.confirm(undo);
    await api.until(undo.draftId, 'done');
    expect((await api.product('IP17-S')).price).toBe('1000.00');
    expect(await isArchived(done.draftId)).toBe(true);
  });

  it('are archived in a rebuild, too', async () =>
    until('the read models are as from the log', async () => (await differences()).length === 0));

  it('have no archive for strangers', async () => {
    const [archive] = await archives();
    const other = await server.createWorkspace('other');
    await other.client.refused('ARCHIVE_NOT_FOUND', 'GET', `/archives/${archive!.archiveId}`);
    expect(await other.client.all('/archives')).toEqual([]);
  });
});

describe('changes that were made long ago', () => {
  let before: string;
  let last: DraftView;

  it('go into an archive with their history, and products stay what they are', async () => {
    last = await api.apply('set the price of sku GX-S to 400');
    before = new Date().toISOString();
    await api.apply('set the price of sku GX-S to 450');
    await server.kill('SIGTERM');
    Object.assign(environment, { DRAFTS_KEPT_DAYS: NEVER, CHANGE_SETS_KEPT_DAYS: AT_ONCE });
    await server.restart();
    const made = (await api.changeSets()).length;
    await night();
    await until('there are no change sets', async () => (await api.changeSets()).length === 0);
    const archived = (await archives()).filter(({ kind }) => kind === 'change_sets');
    expect(archived.reduce((sum, { count }) => sum + count, 0)).toBe(made);
    const product = await api.product('GX-S');
    expect(product.price).toBe('450.00');
    expect(await api.history(product.productId)).toEqual([]);
    const lines = (await Promise.all(archived.map(opened))).flat();
    expect(new Set(lines.map(({ type }) => type))).toEqual(new Set(['ProductsChanged']));
  });

  it('leave a past that can no longer be told, and say since when it can', async () => {
    const product = await api.product('GX-S');
    const problem = await api.refused(
      'HISTORY_ARCHIVED',
      'GET',
      `/products/${product.productId}?asOf=${before}`,
    );
    await api.refused('HISTORY_ARCHIVED', 'GET', `/products?asOf=${before}`);
    const since = String(problem['since']);
    expect(await api.get(`/products/${product.productId}?asOf=${since}`)).toMatchObject({ price: '450.00' });
  });

  it('can not be taken back any more', async () => {
    await api.refused('CHANGE_SET_ARCHIVED', 'POST', `/ai/drafts/${last.draftId}/undo`);
    await api.refused('CHANGE_SET_NOT_FOUND', 'GET', `/change-sets/${last.changeSetId}`);
  });

  it('are followed by new ones, known as ever', async () => {
    const product = await api.product('GX-S');
    const moment = new Date().toISOString();
    const done = await api.apply('set the price of sku GX-S to 470');
    expect(await api.get(`/products/${product.productId}?asOf=${moment}`)).toMatchObject({ price: '450.00' });
    expect((await api.get<ChangeSetView>(`/change-sets/${done.changeSetId}`)).total).toBe(1);
    const undo = await api.undo(done.draftId);
    expect(undo.preview.rows[0]).toMatchObject({ after: { price: '450.00' } });
    await until('the read models are as from the log', async () => (await differences()).length === 0);
  });
});

describe('a program that dies while it archives', () => {
  beforeAll(async () => {
    await server.kill('SIGTERM');
    Object.assign(environment, { DRAFTS_KEPT_DAYS: AT_ONCE, CHANGE_SETS_KEPT_DAYS: AT_ONCE });
    await server.restart();
    await night();
    await until('nothing old is left', async () => (await api.changeSets()).length === 0);
  });

  const points = [
    crashAt('before', 'append:DraftsArchived'),
    crashAt('after', 'append:DraftsArchived'),
    crashAt('before', 'append:DraftArchived', 2),
    crashAt('after', 'append:DraftArchived', 2),
    crashAt('before', 'append:ChangeSetsArchived'),
    crashAt('after', 'append:ChangeSetsArchived'),
  ];

  it.each(points.map((point) => [describePoint(point), point] as const))(
    '%s is followed by one that ends what it began, once',
    async (_, point) => {
      await untilMorning();
      const drafts = [
        await api.apply('set the stock of sku CASE-1 to 2'),
        await api.apply('set the stock of sku CASE-1 to 3'),
      ];
      const known = new Set((await archives()).map(({ archiveId }) => archiveId));
      await throughDeath(server, point, async () => {
        await night();
      });
      await until('everything old is archived', async () => {
        const all = await Promise.all(drafts.map(({ draftId }) => isArchived(draftId)));
        return all.every(Boolean) && (await api.changeSets()).length === 0;
      });
      const fresh = (await archives()).filter(({ archiveId }) => !known.has(archiveId));
      const held = await Promise.all(
        fresh.map(async (archive) => ({ archive, lines: await opened(archive) })),
      );
      for (const { draftId } of drafts) {
        const holding = held.filter(({ lines }) =>
          lines.some(({ streamId }) => streamId === `draft-${draftId}`),
        );
        expect(holding).toHaveLength(1);
      }
      const changes = held.filter(({ archive }) => archive.kind === 'change_sets');
      expect(changes.flatMap(({ lines }) => lines.map(({ revision }) => revision))).toHaveLength(2);
      const { rows } = await server.data.database.query('SELECT FROM archive_batches');
      expect(rows).toEqual([]);
      await until('the read models are as from the log', async () => (await differences()).length === 0);
    },
  );

  it('leaves no file that no archive names', async () => {
    const named = (await archives()).map(({ archiveId }) => archiveId);
    const { rows } = await server.data.database.query<{ file_id: string }>('SELECT file_id FROM files');
    expect(rows.map(({ file_id }) => file_id).filter((fileId) => !named.includes(fileId))).toEqual([]);
  });
});
