import { beforeEach, describe, expect, it } from 'vitest';
import { answerClarification } from '../commands/draft/answer-clarification.js';
import { createDraft } from '../commands/draft/create-draft.js';
import { cancelDraft } from '../commands/draft/end-draft.js';
import { queueExecution, startExecution } from '../commands/draft/execute-draft.js';
import { askClarification, recordParsed, startParsing } from '../commands/draft/interpret-draft.js';
import { draftRef } from '../commands/draft/draft-stream.js';
import { StreamWriter } from '../commands/stream-writer.js';
import { MemoryEventStore } from '../event-store/memory/memory-event-store.js';
import { derivedId } from '../events/event-ids.js';
import { draftStream } from '../events/streams.js';
import { DraftWork } from './draft-work.js';
import type { Cause } from './saga.js';

const WORKSPACE = '0197a000-0000-7000-8000-0000000000a1';
const USER = '0197a000-0000-7000-8000-0000000000b1';
const DRAFT = '0197a000-0000-7000-8000-0000000000d1';
const NOW = '2026-03-01T10:00:00.000Z';
const LATER = '2026-03-01T11:00:00.000Z';
const CAUSE: Cause = {
  eventId: '0197a000-0000-7000-8000-0000000000e1',
  workspaceId: WORKSPACE,
  metadata: { userId: USER, commandId: DRAFT, correlationId: 'request-1', causationId: null },
};
const context = (step: string) => ({
  workspaceId: WORKSPACE,
  ...CAUSE.metadata,
  commandId: derivedId(CAUSE.eventId, step),
});
const QUESTION = {
  language: 'en' as const,
  question: 'Which one?',
  options: [],
  interpreter: { kind: 'rules' as const, version: '1' },
  askedAt: NOW,
  expiresAt: LATER,
};

let store: MemoryEventStore;
let writer: StreamWriter;
const open = (attempt = 1) => DraftWork.open(writer, DRAFT, { cause: CAUSE, name: 'some-job', attempt });
const types = async () => (await store.readStream(draftStream(DRAFT))).map(({ type }) => type);
const elsewhere = <Refusal>(
  step: string,
  decide: Parameters<typeof writer.decide<never, never, Refusal>>[2],
) => writer.decide(draftRef(DRAFT, WORKSPACE) as never, context(step), decide);

beforeEach(async () => {
  store = new MemoryEventStore();
  writer = new StreamWriter(store, () => new Date(NOW));
  await writer.decide(draftRef(DRAFT, WORKSPACE), context('create'), (state, now) =>
    createDraft({ prompt: 'raise all', draftId: DRAFT, workspaceId: WORKSPACE, userId: USER }, state, now),
  );
});

describe('work on a draft', () => {
  it('is nothing where there is no draft', async () => {
    const absent = { cause: CAUSE, name: 'some-job', attempt: 1 };
    expect(await DraftWork.open(writer, '0197a000-0000-7000-8000-0000000000d2', absent)).toBeNull();
  });

  it('shows every step at once, and appends them together when saved', async () => {
    const work = (await open())!;
    work.record(startParsing);
    work.record((draft) => askClarification(QUESTION, draft));
    expect(work.draft.status).toBe('clarify');
    expect(await types()).toEqual(['DraftCreated']);
    expect(await work.save()).toBe(true);
    const events = await store.readStream(draftStream(DRAFT));
    expect(events.map(({ type }) => type)).toEqual(['DraftCreated', 'ParsingStarted', 'ClarificationAsked']);
    expect(events.slice(1).map(({ metadata }) => metadata.causationId)).toEqual([
      CAUSE.eventId,
      CAUSE.eventId,
    ]);
  });

  it('leaves out a step that is refused', async () => {
    const work = (await open())!;
    work.record((draft, now) => startExecution(derivedId('x'), draft, now));
    expect(work.draft.status).toBe('pending');
    expect(await work.save()).toBe(true);
    expect(await types()).toEqual(['DraftCreated']);
  });

  it('that was saved by an earlier run is not recorded again', async () => {
    const [first, second] = [(await open(1))!, (await open(2))!];
    for (const work of [first, second]) {
      work.record(startParsing);
      work.record((draft) => askClarification(QUESTION, draft));
    }
    expect(await first.save()).toBe(true);
    await second.save();
    expect(await types()).toEqual(['DraftCreated', 'ParsingStarted', 'ClarificationAsked']);
  });

  it('says so when the draft was cancelled meanwhile, and records nothing', async () => {
    const work = (await open())!;
    work.record(startParsing);
    await elsewhere('cancel', (draft, now) => cancelDraft(USER, draft, now) as never);
    expect(await work.save()).toBe(false);
    expect(work.draft.status).toBe('cancelled');
    expect(await types()).toEqual(['DraftCreated', 'Cancelled']);
  });

  it('counts for the turn of the conversation that it answers, and for no later one', async () => {
    const late = (await open())!;
    const first = (await open())!;
    first.record((draft) => askClarification(QUESTION, draft));
    await first.save();
    await elsewhere(
      'answer',
      (draft, now) => answerClarification({ text: 'this', userId: USER }, draft, now) as never,
    );
    late.record((draft) => askClarification(QUESTION, draft));
    expect(await late.save()).toBe(false);
    expect(await types()).toEqual(['DraftCreated', 'ClarificationAsked', 'ClarificationAnswered']);
  });

  it('saved in parts goes on where the last part ended', async () => {
    const work = (await open())!;
    work.record(startParsing);
    await work.save();
    const task = { entity: 'product' as const, action: 'get' as const, queries: [], data: [] };
    const parsed = { task, language: 'en' as const, explanation: '', interpreter: QUESTION.interpreter };
    work.record((draft) => recordParsed({ ...parsed, warnings: [], latencyMs: 1 }, draft));
    work.record(queueExecution);
    expect(await work.save()).toBe(true);
    expect(await types()).toEqual(['DraftCreated', 'ParsingStarted', 'Parsed']);
  });
});
