import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Verification } from '../../src/audit-chain/verify/verify.js';
import { PostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.js';
import type { DraftView } from '../../src/projections/drafts/draft-view.js';
import { differencesFromARebuild } from '../integrity/findings.js';
import { ApiClient, type Page, type PreviewedDraft } from '../support/api-client.js';
import { everythingStored, tablesWith } from '../support/everything-stored.js';
import { stopProgram, TestServer, type RunningProgram } from '../support/server.js';
import { until } from '../support/until.js';
import { anonymous, login, signUp } from '../identity/people.js';
import { PHONES } from './shop.js';

const DONE = 'Decrease  the price of "iPhone 17 Silver" by 10 percent';
const FA = 'قیمت آیفون ۱۶ نقره‌ای رو ۱۰ درصد کم کن';
const ASKED = 'decrease the price of blarghs by 5 percent';
const ANSWER = 'blorghs';
const WORDS = [DONE, FA, ASKED, 'blarghs', ANSWER];
const ERASED = '[erased]';

let server: TestServer;
let another: RunningProgram;
let owner: ApiClient;
let elsewhere: ApiClient;
let editor: { client: ApiClient; email: string; password: string; userId: string };
let done: DraftView;
let open: PreviewedDraft;
let asked: DraftView;

beforeAll(async () => {
  server = await TestServer.start();
  another = await server.another();
  owner = server.client;
  elsewhere = new ApiClient(() => another.url, server.apiKey);
  await owner.importCatalogue(PHONES);
  const { email, password, userId } = await signUp(server, owner, 'editor');
  const { accessToken } = await login(server, email, password);
  editor = { client: server.clientWithKey(accessToken), email, password, userId };
});
afterAll(async () => {
  if (another) await stopProgram(another);
  await server?.stop();
});

const shown = async (draftId: string, by = owner) => by.get<DraftView>(`/ai/drafts/${draftId}`);

describe('what a person says', () => {
  it('is read, answered and done as ever', async () => {
    done = await editor.client.apply(DONE);
    open = await editor.client.preview(FA);
    asked = await editor.client.say(ASKED);
    expect(asked).toMatchObject({
      status: 'clarify',
      clarification: { question: expect.stringContaining('blarghs') },
    });
    await editor.client.expectStatus(202, 'POST', `/ai/drafts/${asked.draftId}/answer`, { text: ANSWER });
    asked = await editor.client.parsed(asked.draftId);
    expect((await owner.product('IP17-S')).price).toBe('900.00');
  });

  it('stands in no table as it was said', async () => {
    expect((await everythingStored(server.data.database)).get('public.events')).toContain('personal:v1:');
    expect(await tablesWith(server.data.database, WORDS)).toEqual([]);
  });

  it('is shown to the members of the workspace by every process', async () => {
    for (const by of [owner, elsewhere]) {
      expect(await shown(done.draftId, by)).toMatchObject({ prompt: DONE, explanation: done.explanation });
      const { items } = await by.get<Page<DraftView>>('/ai/drafts');
      expect(items.map(({ prompt }) => prompt).toSorted()).toEqual([DONE, FA, ASKED].toSorted());
    }
    const events = await owner.events(asked.draftId);
    expect(events.map(({ data }) => data)).toContainEqual(expect.objectContaining({ text: ANSWER }));
    expect(JSON.stringify(await shown(open.draftId))).not.toContain('personal:v1:');
  });
});

describe('erasing a person', () => {
  it('is for the owner, and for people who are or were there', async () => {
    const erasure = { userId: editor.userId };
    await editor.client.refused('FORBIDDEN', 'POST', '/privacy/erasures', erasure);
    const nobody = { userId: '0197a000-0000-7000-8000-0000000000b9' };
    await owner.refused('MEMBER_NOT_FOUND', 'POST', '/privacy/erasures', nobody);
    const { items } = await owner.get<Page<{ email: string }>>('/workspace/members');
    expect(items).toContainEqual(expect.objectContaining({ email: editor.email }));
  });

  it('leaves their words readable to nobody, in any process', async () => {
    await owner.expectStatus(202, 'POST', '/privacy/erasures', { userId: editor.userId });
    for (const by of [owner, elsewhere])
      await until(
        'the words are erased',
        async () => (await shown(done.draftId, by)).prompt === ERASED,
        20_000,
      );
    for (const by of [owner, elsewhere]) {
      expect(await shown(done.draftId, by)).toMatchObject({
        prompt: ERASED,
        explanation: ERASED,
        status: 'done',
      });
      const { items } = await by.get<Page<DraftView>>('/ai/drafts');
      expect(items.map(({ prompt }) => prompt)).toEqual([ERASED, ERASED, ERASED]);
    }
    const events = JSON.stringify(await owner.events(asked.draftId));
    for (const word of WORDS) expect(events).not.toContain(word);
    expect(events).toContain(ERASED);
  });

  it('cancels what nobody can read any more', async () => {
    expect(await owner.until(open.draftId, 'cancelled')).toMatchObject({ prompt: ERASED });
    const last = await owner.ended(asked.draftId);
    expect(['cancelled', 'failed']).toContain(last.status);
  });

  it('takes their name and address with it', async () => {
    expect(await tablesWith(server.data.database, [editor.email, ...WORDS])).toEqual([]);
    const { email, password } = editor;
    await anonymous(server).refused('INVALID_CREDENTIALS', 'POST', '/auth/login', { email, password });
    const { items } = await owner.get<Page<{ userId: string }>>('/workspace/members');
    expect(items).toContainEqual(
      expect.objectContaining({ userId: editor.userId, name: ERASED, email: null }),
    );
  });

  it('is in the trail, which proves as whole as before', async () => {
    const trail = await owner.audit();
    expect(trail).toContainEqual(
      expect.objectContaining({ type: 'UserDataErased', facts: { memberId: editor.userId } }),
    );
    const proof = await until('everything is in the chain', async () => {
      const proven = await owner.get<Verification>('/audit/verify');
      return proven.pending.events === 0 && proven;
    });
    expect(proof).toMatchObject({ whole: true, complete: true, firstBad: null });
  });

  it('leaves their changes as they are, to be taken back by others', async () => {
    expect((await owner.product('IP17-S')).price).toBe('900.00');
    const undo = await owner.undo(done.draftId);
    await owner.confirm(undo);
    await owner.until(undo.draftId, 'done');
    expect((await owner.product('IP17-S')).price).toBe('1000.00');
    expect(await shown(undo.draftId)).toMatchObject({ prompt: ERASED });
  });

  it('leaves read models that can be made from the log again', async () => {
    const store = new PostgresEventStore(server.data.database);
    try {
      const shop = { database: server.data.database, store };
      await until(
        'the read models are as from the log',
        async () => (await differencesFromARebuild(shop)).length === 0,
      );
    } finally {
      await store.close();
    }
  });

  it('is open to everybody for their own words, who may go on speaking', async () => {
    const before = await owner.preview(DONE);
    const { body } = await owner.expectStatus<{ userId: string }>(202, 'POST', '/me/erasure');
    await until('the words are erased', async () => (await shown(before.draftId)).prompt === ERASED, 20_000);
    await owner.until(before.draftId, 'cancelled');
    expect(body.userId).toEqual(before.userId);
    const after = await owner.preview(DONE);
    expect(after.prompt).toBe(DONE);
  });
});
