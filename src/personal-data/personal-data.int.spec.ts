import { createSecretKey, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import type { DraftEvent } from '../events/draft.events.js';
import { draftStream } from '../events/streams.js';
import { PostgresEventStore } from '../event-store/postgres/postgres-event-store.js';
import { StreamWriter } from '../commands/stream-writer.js';
import { draftRef } from '../commands/draft/draft-stream.js';
import type { Draft } from '../commands/draft/draft.decider.js';
import { eventStoreContract } from '../../test/contracts/event-store.contract.js';
import { testDatabase, type TestDatabase } from '../../test/support/database.js';
import { claimMasterKey, MasterKeyRefused } from './master-key.js';
import { PersonalEventStore } from './personal-event-store.js';
import { KEYS_REMEMBERED_MS, PersonalKeys, type Person } from './personal-keys.js';
import { ERASED, PersonalTexts, UNREADABLE } from './personal-texts.js';

eventStoreContract(async () => {
  const { database, drop } = await testDatabase({ poolSizeMax: 20 });
  const texts = new PersonalTexts(new PersonalKeys(database, createSecretKey(randomBytes(32))));
  const store = new PersonalEventStore(new PostgresEventStore(database), texts);
  return {
    store,
    close: async () => {
      await store.close();
      await drop();
    },
  };
});

const master = createSecretKey(randomBytes(32));
const NOW = '2026-03-01T10:00:00.000Z';
const PROMPT = 'قیمت آیفون ۱۷ نقره‌ای رو ۱۰ درصد کم کن';
let data: TestDatabase;
let log: PostgresEventStore;
let keys: PersonalKeys;
let writer: StreamWriter;
let asked: string[];
let clock: number;

beforeAll(async () => {
  data = await testDatabase();
  log = new PostgresEventStore(data.database);
});
afterAll(async () => {
  await log?.close();
  await data?.drop();
});
beforeEach(() => {
  asked = [];
  clock = 0;
  keys = keysOf();
  writer = writerOf(keys);
});

/** Another process, as far as keys are concerned. */
function keysOf(): PersonalKeys {
  const query: typeof data.database.query = (statement, values) => {
    asked.push(typeof statement === 'string' ? statement : statement.name);
    return data.database.query(statement, values);
  };
  return new PersonalKeys({ query }, master, () => clock);
}
const writerOf = (of: PersonalKeys) =>
  new StreamWriter(new PersonalEventStore(log, new PersonalTexts(of)), () => new Date(NOW));

const person = (workspaceId = uuidv7()): Person => ({ workspaceId, userId: uuidv7() });
const contextOf = ({ workspaceId, userId }: Person) => ({
  workspaceId,
  userId,
  commandId: uuidv7(),
  correlationId: 'spec',
  causationId: null,
});

const created = (draftId: string, by: Person, over: object = {}): DraftEvent => ({
  type: 'DraftCreated',
  data: {
    draftId,
    ...by,
    prompt: PROMPT,
    clientRequestId: null,
    undoOf: null,
    explanation: null,
    createdAt: NOW,
    ...over,
  },
});

async function said(by: Person, ...events: DraftEvent[]): Promise<string> {
  const draftId = uuidv7();
  await writer.append(draftStream(draftId), [created(draftId, by), ...events], contextOf(by), 'none');
  return draftId;
}
const read = async (draftId: string, { workspaceId }: Person, by = writer) =>
  (await by.load(draftRef(draftId, workspaceId))).state as Draft;
const stored = async (draftId: string) =>
  JSON.stringify((await log.readStream(draftStream(draftId))).map((e) => e.data));
const answered = (by: Person): DraftEvent => ({
  type: 'ClarificationAnswered',
  data: { text: 'the silver one', answeredBy: by.userId, answeredAt: NOW },
});
const asks: DraftEvent = {
  type: 'ClarificationAsked',
  data: {
    language: 'en',
    question: 'I do not know “blarghs”. What do you mean?',
    options: [{ label: 'blarghs, silver', task: null }],
    interpreter: { kind: 'rules', version: '1' },
    askedAt: NOW,
    expiresAt: NOW,
  },
};

describe('what a person says', () => {
  it('stands sealed in the log and is read as it was said', async () => {
    const ali = person();
    const draftId = await said(ali, asks, answered(ali));
    const text = await stored(draftId);
    for (const words of [PROMPT, 'blarghs', 'silver']) expect(text).not.toContain(words);
    expect(await read(draftId, ali)).toMatchObject({
      prompt: PROMPT,
      conversation: [
        { question: asks.data.question, options: [{ label: 'blarghs, silver' }], answer: 'the silver one' },
      ],
    });
  });

  it('that cannot be stored is refused as it would be without being sealed', async () => {
    const ali = person();
    for (const prompt of ['half a \ud800 pair', 'nothing \0 here']) {
      const draftId = uuidv7();
      const append = writer.append(
        draftStream(draftId),
        [created(draftId, ali, { prompt })],
        contextOf(ali),
        'none',
      );
      await expect(append).rejects.toMatchObject({ code: 'EVENT_NOT_STORABLE' });
    }
  });

  it('from before there were keys is read as it stands, whatever it looks like', async () => {
    const ali = person();
    const draftId = uuidv7();
    const prompt = `personal:v1:${uuidv7()}:${'A'.repeat(60)}`;
    await new StreamWriter(log, () => new Date(NOW)).append(
      draftStream(draftId),
      [created(draftId, ali, { prompt })],
      contextOf(ali),
      'none',
    );
    expect((await read(draftId, ali)).prompt).toBe(prompt);
  });

  it('does not read where it was moved to another draft', async () => {
    const ali = person();
    const [event] = await log.readStream(draftStream(await said(ali)));
    const { prompt } = event!.data as { prompt: string };
    const draftId = uuidv7();
    await new StreamWriter(log, () => new Date(NOW)).append(
      draftStream(draftId),
      [created(draftId, ali, { prompt })],
      contextOf(ali),
      'none',
    );
    expect((await read(draftId, ali)).prompt).toBe(UNREADABLE);
  });

  it('asks for a key once, however much is said and read, until it is time to look again', async () => {
    const ali = person();
    await said(ali);
    asked.length = 0;
    const drafts = await Promise.all([said(ali), said(ali), said(ali)]);
    for (const draftId of drafts) await read(draftId, ali);
    expect(asked).toEqual(['personal-keys-by-id']);
    clock += KEYS_REMEMBERED_MS;
    await said(ali);
    expect(asked).toEqual(['personal-keys-by-id', 'personal-key-in-use']);
  });

  it('is under one key, however many processes begin at once', async () => {
    const ali = person();
    const found = await Promise.all(Array.from({ length: 8 }, () => keysOf().forWriting(ali)));
    expect(new Set(found.map(({ keyId }) => keyId)).size).toBe(1);
  });
});

describe('a key that is destroyed', () => {
  const erasureOf = (of: Person) => ({ ...of, erasureId: uuidv7() });

  it('takes the person’s words with it and nobody else’s, and leaves the log as it was', async () => {
    const [ali, sara] = [person(), person()];
    const here = { ...sara, workspaceId: ali.workspaceId };
    const [hers, his] = [await said(here), await said(ali, asks, answered(here))];
    const before = await stored(his);
    await keys.destroy(erasureOf(ali));
    expect(await read(his, ali)).toMatchObject({
      prompt: ERASED,
      conversation: [{ question: ERASED, options: [{ label: ERASED }], answer: 'the silver one' }],
    });
    expect((await read(hers, here)).prompt).toBe(PROMPT);
    expect(await stored(his)).toBe(before);
  });

  it('stays destroyed in another workspace only where it was destroyed', async () => {
    const ali = person();
    const elsewhere = { ...ali, workspaceId: uuidv7() };
    const there = await said(elsewhere);
    await keys.destroy(erasureOf(ali));
    expect((await read(there, elsewhere)).prompt).toBe(PROMPT);
  });

  it('is in no row any more', async () => {
    const ali = person();
    const { keyId } = await keys.forWriting(ali);
    await keys.destroy(erasureOf(ali));
    const { rows } = await data.database.query('SELECT * FROM personal_keys WHERE key_id = $1', [keyId]);
    expect(rows).toEqual([expect.objectContaining({ wrapped_key: null, destroyed_at: expect.any(Date) })]);
  });

  it('is followed by another one for what is said later, which the same erasure does not reach', async () => {
    const ali = person();
    const before = await said(ali);
    const erasure = erasureOf(ali);
    await keys.destroy(erasure);
    const after = await said(ali);
    await keys.destroy(erasure);
    expect((await read(before, ali)).prompt).toBe(ERASED);
    expect((await read(after, ali)).prompt).toBe(PROMPT);
  });

  it('takes with it what is written afterwards about words from before, by whoever had read them', async () => {
    const ali = person();
    const heard = await said(ali, asks);
    await keys.destroy(erasureOf(ali));
    const elsewhere = writerOf(keysOf());
    await elsewhere.append(draftStream(heard), [asks], contextOf(ali), 1);
    expect((await read(heard, ali)).conversation.map(({ question }) => question)).toEqual([ERASED, ERASED]);
    const undone = await said(ali);
    const { state: original } = await writer.load(draftRef(undone, ali.workspaceId));
    await keys.destroy(erasureOf(ali));
    const takenBack = uuidv7();
    const { prompt } = original as Draft;
    const undoOf = { changeSetId: uuidv7(), draftId: undone };
    const undo = created(takenBack, ali, { prompt, promptBy: ali.userId, explanation: prompt, undoOf });
    await elsewhere.append(draftStream(takenBack), [undo], contextOf(ali), 'none');
    expect(await read(takenBack, ali)).toMatchObject({ prompt: ERASED, explanation: ERASED });
  });

  it('takes with it what was recorded in the millisecond before, which the log rounds up', async () => {
    const ali = person();
    const draftId = await said(ali);
    await keys.destroy(erasureOf(ali));
    await data.database.query(
      `UPDATE personal_erasures SET erased_at = e.recorded_at - interval '400 microseconds'
         FROM events e WHERE e.stream_id = $1 AND user_id = $2`,
      [draftStream(draftId), ali.userId],
    );
    await writerOf(keysOf()).append(draftStream(draftId), [asks], contextOf(ali), 0);
    expect((await read(draftId, ali)).conversation.map(({ question }) => question)).toEqual([ERASED]);
  });

  it('takes with it a recording’s words, though none of them had been written when it was destroyed', async () => {
    const ali = person();
    const draftId = uuidv7();
    const audio = { fileId: draftId, contentType: 'audio/wav', bytes: 4, seconds: 2, language: null };
    const voice = created(draftId, ali, { prompt: '', audio });
    await writer.append(draftStream(draftId), [voice], contextOf(ali), 'none');
    await keys.destroy(erasureOf(ali));
    const heard: DraftEvent = {
      type: 'Transcribed',
      data: { text: PROMPT, language: 'fa', model: 'm', seconds: 2, latencyMs: 9, transcribedAt: NOW },
    };
    await writer.append(draftStream(draftId), [heard], contextOf(ali), 0);
    expect((await read(draftId, ali)).prompt).toBe(ERASED);
  });

  it('is forgotten by a process that hears of it, and by one that does not after a while', async () => {
    const ali = person();
    const draftId = await said(ali);
    const [hearing, deaf] = [keysOf(), keysOf()];
    for (const each of [hearing, deaf])
      expect((await read(draftId, ali, writerOf(each))).prompt).toBe(PROMPT);
    await keys.destroy(erasureOf(ali));
    hearing.forget();
    expect((await read(draftId, ali, writerOf(hearing))).prompt).toBe(ERASED);
    expect((await read(draftId, ali, writerOf(deaf))).prompt).toBe(PROMPT);
    clock += KEYS_REMEMBERED_MS;
    expect((await read(draftId, ali, writerOf(deaf))).prompt).toBe(ERASED);
  });
});

describe('the master key', () => {
  it('is the one of the first start, or the process does not start', async () => {
    await claimMasterKey(data.database, master);
    await claimMasterKey(data.database, master);
    const other = createSecretKey(randomBytes(32));
    await expect(claimMasterKey(data.database, other)).rejects.toThrow(MasterKeyRefused);
  });
});
