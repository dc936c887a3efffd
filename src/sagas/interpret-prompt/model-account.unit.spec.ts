import { beforeEach, describe, expect, it } from 'vitest';
import {
  CREATED_AT,
  DRAFT_ID,
  draftCreated,
  EXPIRES_AT,
  modelsAsked,
  parsed,
  USER_ID,
  WORKSPACE_ID,
} from '../../../test/support/draft-events.js';
import { answerClarification } from '../../commands/draft/answer-clarification.js';
import { draftRef } from '../../commands/draft/draft-stream.js';
import { cancelDraft } from '../../commands/draft/end-draft.js';
import {
  askClarification,
  recordModelsAsked,
  recordParsed,
  startParsing,
} from '../../commands/draft/interpret-draft.js';
import { StreamWriter, type CommandContext } from '../../commands/stream-writer.js';
import { derivedId } from '../../events/event-ids.js';
import { draftStream } from '../../events/streams.js';
import { MemoryEventStore } from '../../event-store/memory/memory-event-store.js';
import { DraftWork, type Step } from '../draft-work.js';

let store: MemoryEventStore;
let writer: StreamWriter;
let commands = 0;

const context = (): CommandContext => ({
  workspaceId: WORKSPACE_ID,
  userId: USER_ID,
  commandId: derivedId('command', commands++),
  correlationId: 'c',
  causationId: null,
});
const cause = {
  eventId: derivedId('cause'),
  workspaceId: WORKSPACE_ID,
  metadata: { userId: USER_ID, commandId: derivedId('cause'), correlationId: 'c', causationId: null },
};
const meanwhile = (step: Step) => writer.decide(draftRef(DRAFT_ID, WORKSPACE_ID), context(), step);
const types = async () => (await store.readStream(draftStream(DRAFT_ID))).map(({ type }) => type);

const asking: Step = (draft) =>
  askClarification(
    {
      language: 'en',
      question: 'Which?',
      options: [],
      interpreter: { kind: 'rules', version: '1' },
      askedAt: CREATED_AT,
      expiresAt: EXPIRES_AT,
    },
    draft,
  );

async function reading(): Promise<DraftWork> {
  const work = await DraftWork.open(writer, DRAFT_ID, { cause, name: 'read', attempt: 1 });
  if (!work) throw new Error('no draft');
  work.record(startParsing);
  await work.save();
  work.account((draft) => recordModelsAsked(modelsAsked().data, draft));
  work.record((draft) => recordParsed(parsed().data, draft));
  return work;
}

beforeEach(async () => {
  store = new MemoryEventStore();
  writer = new StreamWriter(store, () => new Date());
  await writer.append(draftStream(DRAFT_ID), [draftCreated()], context(), 'none');
});

describe('what a reading took of models', () => {
  it('is recorded with what came of it, in one append and in order', async () => {
    const work = await reading();
    expect(await work.save()).toBe(true);
    expect(await types()).toEqual(['DraftCreated', 'ParsingStarted', 'ModelsAsked', 'Parsed']);
  });

  it('is recorded of a draft that was cancelled meanwhile, and nothing else is', async () => {
    const work = await reading();
    await meanwhile((draft, now) => cancelDraft(USER_ID, draft, now));
    expect(await work.isAwaited()).toBe(false);
    expect(await work.save()).toBe(false);
    expect(await types()).toEqual(['DraftCreated', 'ParsingStarted', 'Cancelled', 'ModelsAsked']);
    expect(work.draft.status).toBe('cancelled');
  });

  it('is recorded of a turn that is over, and its reading is not', async () => {
    const work = await reading();
    await meanwhile(asking);
    const answer = { text: 'all', userId: USER_ID };
    await meanwhile((draft, now) => answerClarification(answer, draft, now < EXPIRES_AT ? now : CREATED_AT));
    expect(await work.save()).toBe(false);
    expect((await types()).slice(2)).toEqual(['ClarificationAsked', 'ClarificationAnswered', 'ModelsAsked']);
  });
});
