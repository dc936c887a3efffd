/** The real program, and a read model that cannot take one workspace's events. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ApiClient, Page } from '../../../test/support/api-client.js';
import { TestServer } from '../../../test/support/server.js';
import { until } from '../../../test/support/until.js';
import type { AuditEntry } from '../../projections/audit/audit.queries.js';
import type { Usage } from '../../projections/usage/usage.queries.js';
import type { DeadLetterSummary, DeadLetterWhole, Redrive } from './dead-letters.schemas.js';

const WAIT_MS_MAX = 60_000;
const GROUP = 'projection.usage';

let server: TestServer;
let owner: { client: ApiClient; workspaceId: string; userId: string };
let stranger: ApiClient;
beforeAll(async () => {
  server = await TestServer.start();
  owner = await server.createWorkspace('stuck');
  stranger = (await server.createWorkspace('other')).client;
});
afterAll(() => server?.stop());

const letters = async (api = owner.client) =>
  (await api.get<Page<DeadLetterSummary>>(`/dead-letters?group=${GROUP}`)).items;
const usage = () => owner.client.get<Usage>('/usage');
const redrives = async () =>
  (await owner.client.get<Page<AuditEntry>>('/audit?limit=200')).items.filter(
    ({ type }) => type === 'DeadLettersRedriven',
  );

/** From now on the read model refuses this workspace, as a bug of ours or a full disk would. */
async function poison(): Promise<void> {
  await server.data.database.query(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'no usage for this one'; END $$`);
  await server.data.database.query(
    `CREATE TRIGGER refuse BEFORE INSERT ON usage_hours FOR EACH ROW
       WHEN (NEW.workspace_id = '${owner.workspaceId}') EXECUTE FUNCTION refuse()`,
  );
}
const cure = () => server.data.database.query('DROP TRIGGER refuse ON usage_hours');

it('an owner finds what is stuck, why, and gets it going again once the cause is gone; all on record', async () => {
  await poison();
  const draftId = await owner.client.create('what is the price of everything?');
  await owner.client.parsed(draftId);
  const events = await owner.client.events(draftId);
  const stuck = await until(
    'every event of the draft is set aside',
    async () => {
      const found = (await letters()).filter(({ key }) => key === draftId);
      return found.length === events.length ? found : null;
    },
    WAIT_MS_MAX,
  );

  // The first one is the cause; what follows in the same stream waits behind it, in order.
  expect(stuck.map(({ position }) => position)).toEqual(events.map(({ position }) => position));
  expect(stuck.map(({ reason }) => reason)).toEqual(['failed', ...events.slice(1).map(() => 'waiting')]);
  expect(stuck[0]).toMatchObject({ eventType: 'DraftCreated', topic: 'drafthorse.drafts', attempts: 5 });
  const id = stuck[0]!.deadLetterId;
  expect(await owner.client.get<DeadLetterWhole>(`/dead-letters/${id}`)).toMatchObject({
    errorMessage: 'no usage for this one',
    headers: { ce_type: 'DraftCreated', ce_subject: `draft-${draftId}` },
    event: { type: 'DraftCreated', data: { draftId } },
  });
  const firstPage = await owner.client.get<Page<DeadLetterSummary>>(`/dead-letters?key=${draftId}&limit=1`);
  const nextPage = await owner.client.get<Page<DeadLetterSummary>>(
    `/dead-letters?key=${draftId}&limit=1&cursor=${firstPage.nextCursor}`,
  );
  expect([firstPage, nextPage].map(({ items }) => items[0]?.deadLetterId)).toEqual([
    id,
    stuck[1]!.deadLetterId,
  ]);

  // Of another workspace, it does not exist.
  const key = { group: GROUP, topic: 'drafthorse.drafts', key: draftId };
  expect(await letters(stranger)).toEqual([]);
  await stranger.refused('DEAD_LETTER_NOT_FOUND', 'GET', `/dead-letters/${id}`);
  await stranger.refused('DEAD_LETTER_NOT_FOUND', 'POST', `/dead-letters/${id}/redrive`);
  await stranger.refused('DEAD_LETTER_NOT_FOUND', 'POST', '/dead-letters/redrive', key);

  // Too early: it fails again, and stays.
  await owner.client.expectStatus(202, 'POST', `/dead-letters/${id}/redrive`);
  await until(
    'it was tried again',
    async () => (await letters()).find(({ deadLetterId }) => deadLetterId === id)!.attempts > 5,
    WAIT_MS_MAX,
  );

  await cure();
  const headers = { 'idempotency-key': randomUUID() };
  const redriven = await owner.client.expectStatus<Redrive>(202, 'POST', '/dead-letters/redrive', key, {
    headers,
  });
  expect(redriven.body).toEqual({ ...key, letters: events.length });
  await until(
    'nothing of the draft is stuck',
    async () => {
      return !(await letters()).some((letter) => letter.key === draftId);
    },
    WAIT_MS_MAX,
  );
  expect((await usage()).total.drafts).toMatchObject({ created: 1, answered: 0 });

  // A repeated request has the same answer, although the letters are gone, and is on record once.
  const again = await owner.client.expectStatus<Redrive>(202, 'POST', '/dead-letters/redrive', key, {
    headers,
  });
  expect(again.body).toEqual(redriven.body);
  const recorded = await until(
    'both re-drives are in the audit trail',
    async () => {
      const found = await redrives();
      return found.length >= 2 ? found : null;
    },
    WAIT_MS_MAX,
  );
  expect(recorded).toHaveLength(2);
  expect(recorded).toMatchObject([
    { userId: owner.userId, facts: { ...key, upToLetterId: null, letters: events.length } },
    { userId: owner.userId, facts: { ...key, upToLetterId: id, letters: 1 } },
  ]);
});
