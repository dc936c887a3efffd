/** What the handlers add to the decisions: ids, the look at the catalogue before confirming, races between users. */
import { beforeEach, describe, expect, it } from 'vitest';
import {
  approvalRequest,
  draftCreated,
  DRAFT_ID,
  EXPIRES_AT,
  HISTORIES,
  LATER,
  NOW,
  OTHER_PLAN_HASH,
  OTHER_PRODUCT_ID,
  PLAN_HASH,
  parsed,
  planRow,
  previewBuilt,
  PRODUCT_ID,
  undone,
  USER_ID,
  WORKSPACE_ID,
  type DataOf,
} from '../../../test/support/draft-events.js';
import type { DraftError, DraftEvent, Language } from '../../events/draft.events.js';
import { derivedId } from '../../events/event-ids.js';
import { catalogueStream, draftStream } from '../../events/streams.js';
import { MemoryEventStore } from '../../event-store/memory/memory-event-store.js';
import { StreamWriter } from '../stream-writer.js';
import {
  AnswerClarification,
  AnswerClarificationHandler,
  ConfirmDraft,
  ConfirmDraftHandler,
  CreateDraft,
  CreateDraftHandler,
  UndoDraft,
  UndoDraftHandler,
  type UserContext,
} from './draft.handlers.js';
import type { ApprovalNeeded } from './confirm-draft.js';
import type { PreviewPlanner } from './preview-planner.js';

const OTHER_WORKSPACE_ID = '0197a000-0000-7000-8000-0000000000a2';
/** The preview of the histories was built at this revision. */
const SEEN_REVISION = 7;

const context = (command: number, over: Partial<UserContext> = {}): UserContext => ({
  workspaceId: WORKSPACE_ID,
  userId: USER_ID,
  commandId: derivedId('test', command),
  correlationId: 'request-1',
  causationId: null,
  ...over,
});

/** Answers what it is told to; `meanwhile` happens while it plans. */
class ToldPlanner implements PreviewPlanner {
  answer: { preview: DataOf<'PreviewBuilt'> } | { error: DraftError } = { preview: previewBuilt().data };
  rowsError: DraftError | null = null;
  approval: ApprovalNeeded | null = null;
  meanwhile: () => Promise<unknown> = async () => undefined;
  plans = 0;
  /** Language of the last inverse. */
  inverseIn: Language | null = null;

  async replan() {
    this.plans += 1;
    await this.meanwhile();
    return this.answer;
  }

  async inverse({ language }: { language: Language }) {
    this.inverseIn = language;
    this.plans += 1;
    return previewBuilt().data;
  }

  async confirmedRows() {
    return this.rowsError ? { error: this.rowsError } : { rows: [planRow()] };
  }

  async approvalOf(_: unknown, { exclude }: { exclude: string[] }) {
    return this.rowsError && exclude.length > 0 ? { error: this.rowsError } : { approval: this.approval };
  }

  async recheck() {
    return null;
  }

  archived = false;
  async isArchived() {
    return this.archived;
  }
}

let store: MemoryEventStore;
let writer: StreamWriter;
let planner: ToldPlanner;
let now: string;
let commands: number;

const draftEvents = async (draftId = DRAFT_ID) =>
  (await store.readStream(draftStream(draftId))).map(({ type }) => type);
const given = (events: DraftEvent[]) =>
  writer.append(draftStream(DRAFT_ID), events, context((commands += 1)), 'any');

async function catalogueAt(revision: number) {
  const change = {
    changeSetId: derivedId('any'),
    origin: { kind: 'manual' as const },
    userId: USER_ID,
    chunk: 1,
    chunks: 1,
    total: 1,
    changes: [
      {
        productId: PRODUCT_ID,
        baseVersion: 1,
        op: 'update' as const,
        before: { stock: 1 },
        after: { stock: 2 },
      },
    ],
    changedAt: NOW,
  };
  for (let at = (await store.streamEnd(catalogueStream(WORKSPACE_ID))).revision; at < revision; at++)
    await writer.append(
      catalogueStream(WORKSPACE_ID),
      [{ type: 'ProductsChanged', data: change }],
      context((commands += 1)),
      'any',
    );
}

beforeEach(() => {
  store = new MemoryEventStore();
  now = NOW;
  commands = 1_000;
  writer = new StreamWriter(store, () => new Date(now));
  planner = new ToldPlanner();
});

describe('creating a draft', () => {
  const create = (command: number, clientRequestId?: string, over: Partial<UserContext> = {}) =>
    new CreateDraftHandler(writer).execute(
      new CreateDraft(
        { prompt: `prompt ${command}`, ...(clientRequestId && { clientRequestId }) },
        context(command, over),
      ),
    );

  it('twice under one client request id is one draft, the first', async () => {
    const first = await create(1, 'phone-1');
    const second = await create(2, 'phone-1');
    expect(second).toEqual(first);
    expect(first).toMatchObject({ state: { prompt: 'prompt 1' } });
    expect(await draftEvents(first.draftId)).toEqual(['DraftCreated']);
  });

  it('without one is another draft each time', async () => {
    const [first, second] = [await create(1), await create(2)];
    expect(first.draftId).not.toBe(second.draftId);
  });

  it('under the same client request id by another user is another draft', async () => {
    const mine = await create(1, 'phone-1');
    const theirs = await create(2, 'phone-1', { userId: OTHER_PRODUCT_ID });
    expect(theirs.draftId).not.toBe(mine.draftId);
  });

  it('under the same client request id in another workspace is another draft, and is there', async () => {
    const here = await create(1, 'phone-1');
    const there = await create(2, 'phone-1', { workspaceId: OTHER_WORKSPACE_ID });
    expect(there.draftId).not.toBe(here.draftId);
    expect(there).toMatchObject({ accepted: true, state: { status: 'pending', prompt: 'prompt 2' } });
  });
});

describe('answering a question', () => {
  it('again under the same id is accepted, though the draft has moved on', async () => {
    await given(HISTORIES.clarify);
    const answer = (command: number) =>
      new AnswerClarificationHandler(writer).execute(
        new AnswerClarification(DRAFT_ID, 'silver', context(command)),
      );
    expect(await answer(1)).toMatchObject({ accepted: true, state: { status: 'pending' } });
    expect(await answer(1)).toMatchObject({ accepted: true, state: { status: 'pending' } });
    expect(await answer(2)).toMatchObject({ accepted: false, refusal: { code: 'DRAFT_NOT_IN_CLARIFY' } });
  });
});

describe('confirming', () => {
  type Input = ConstructorParameters<typeof ConfirmDraft>[1];
  const confirm = (command: number, over: Partial<Input> = {}, by: Partial<UserContext> = {}) =>
    new ConfirmDraftHandler(writer, store, planner, { ttlMs: 3_600_000 }).execute(
      new ConfirmDraft(
        DRAFT_ID,
        { planHash: PLAN_HASH, exclude: [], editedPreview: [], ...over },
        context(command, by),
      ),
    );
  const moved = { preview: previewBuilt({ planHash: OTHER_PLAN_HASH, expiresAt: LATER }).data };

  beforeEach(async () => {
    await given(HISTORIES.preview);
    await catalogueAt(SEEN_REVISION);
  });

  it('does not plan again while the catalogue stands still', async () => {
    expect(await confirm(1)).toMatchObject({ accepted: true, state: { status: 'confirmed' } });
    expect(planner.plans).toBe(0);
  });

  it('goes on when the catalogue moved but the plan came out the same', async () => {
    await catalogueAt(SEEN_REVISION + 1);
    expect(await confirm(1)).toMatchObject({ accepted: true, state: { status: 'confirmed' } });
    expect(planner.plans).toBe(1);
  });

  it('is refused with the new difference when the plan came out otherwise', async () => {
    await catalogueAt(SEEN_REVISION + 1);
    planner.answer = moved;
    expect(await confirm(1)).toEqual({
      accepted: false,
      refusal: { code: 'PLAN_CHANGED', planHash: OTHER_PLAN_HASH },
    });
    expect((await draftEvents()).slice(-2)).toEqual(['PreviewBuilt', 'PreviewBuilt']);
  });

  it('of the new difference is accepted', async () => {
    await catalogueAt(SEEN_REVISION + 1);
    planner.answer = { preview: { ...moved.preview, catalogueRevision: SEEN_REVISION + 1 } };
    await confirm(1);
    expect(await confirm(2, { planHash: OTHER_PLAN_HASH })).toMatchObject({ accepted: true });
  });

  it('fails the draft when it can no longer be planned', async () => {
    await catalogueAt(SEEN_REVISION + 1);
    planner.answer = { error: { code: 'NOTHING_FOUND', message: 'all of them are gone' } };
    expect(await confirm(1)).toEqual({
      accepted: false,
      refusal: { code: 'DRAFT_NOT_IN_PREVIEW', status: 'failed' },
    });
    expect((await draftEvents()).at(-1)).toBe('Failed');
  });

  it('never fails a draft that somebody else has confirmed meanwhile', async () => {
    planner.answer = { error: { code: 'NOTHING_FOUND', message: 'all of them are gone' } };
    planner.meanwhile = () => given([{ type: 'Confirmed', data: HISTORIES.confirmed.at(-1)!.data as never }]);
    await catalogueAt(SEEN_REVISION + 1);
    expect(await confirm(1)).toMatchObject({ accepted: true, state: { status: 'confirmed' } });
    expect(await draftEvents()).not.toContain('Failed');
  });

  it('gives a preview past its time no new one', async () => {
    await catalogueAt(SEEN_REVISION + 1);
    planner.answer = moved;
    now = EXPIRES_AT;
    expect(await confirm(1)).toEqual({
      accepted: false,
      refusal: { code: 'DRAFT_NOT_IN_PREVIEW', status: 'expired' },
    });
    expect(await draftEvents()).toEqual(HISTORIES.preview.map(({ type }) => type));
  });

  it('lets no preview past the policies that came about after they were asked', async () => {
    store = new MemoryEventStore();
    writer = new StreamWriter(store, () => new Date(now));
    await given(HISTORIES.read);
    const { load } = writer;
    writer.load = async (stream) => {
      const loaded = await load.call(writer, stream);
      writer.load = load;
      await given([previewBuilt()]);
      return loaded as never;
    };
    expect(await confirm(1)).toMatchObject({ accepted: false, refusal: { code: 'PLAN_CHANGED' } });
    expect(await confirm(2)).toMatchObject({ accepted: true });
  });

  it('asks a second person for what the policies say, and for no longer than is set', async () => {
    planner.approval = { reasons: approvalRequest().reasons, planHash: OTHER_PLAN_HASH };
    expect(await confirm(1)).toMatchObject({
      accepted: true,
      state: {
        approval: { state: 'requested', planHash: OTHER_PLAN_HASH, expiresAt: '2026-03-01T11:05:00.000Z' },
      },
    });
  });

  it('checks excluded and edited rows against the sealed ones', async () => {
    planner.rowsError = { code: 'ROW_UNKNOWN', message: 'no such row' };
    expect(await confirm(1, { exclude: [OTHER_PRODUCT_ID] })).toEqual({
      accepted: false,
      refusal: { code: 'CONFIRMATION_INVALID', message: 'no such row' },
    });
    expect(await confirm(2)).toMatchObject({ accepted: true });
  });

  it('is not possible from another workspace, which sees no draft at all', async () =>
    expect(await confirm(1, {}, { workspaceId: OTHER_WORKSPACE_ID })).toEqual({
      accepted: false,
      refusal: { code: 'DRAFT_NOT_FOUND' },
    }));

  it('by two at once counts once', async () => {
    const [one, other] = await Promise.all([confirm(1), confirm(2)]);
    expect([one.accepted, other.accepted]).toEqual([true, true]);
    expect((await draftEvents()).filter((type) => type === 'Confirmed')).toHaveLength(1);
  });
});

describe('undoing', () => {
  const undo = (command: number, by: Partial<UserContext> = {}) =>
    new UndoDraftHandler(writer, planner).execute(new UndoDraft(DRAFT_ID, context(command, by)));

  it('opens a new draft in preview that says what it takes back', async () => {
    await given(HISTORIES.done);
    const opened = await undo(1);
    expect(opened).toMatchObject({
      accepted: true,
      state: { status: 'preview', undoOf: { draftId: DRAFT_ID } },
    });
    expect(await draftEvents(opened.draftId)).toEqual(['DraftCreated', 'PreviewBuilt']);
  });

  it('is refused for a change that is in an archive', async () => {
    await given(HISTORIES.done);
    planner.archived = true;
    expect(await undo(1)).toEqual({ accepted: false, refusal: { code: 'CHANGE_SET_ARCHIVED' } });
  });

  it('by somebody else repeats whose words they are', async () => {
    await given(HISTORIES.done);
    const opened = await undo(1, { userId: derivedId('somebody else') });
    const [created] = await store.readStream(draftStream(opened.draftId ?? ''));
    expect(created?.data).toMatchObject({ userId: derivedId('somebody else'), promptBy: USER_ID });
  });

  it('speaks the language of the original and says what it takes back', async () => {
    const explanation = 'کاهش ۱۰٪ قیمت برای همهٔ محصولات';
    await given(
      HISTORIES.done.map((event) =>
        event.type === 'Parsed' ? parsed({ language: 'fa', explanation }) : (event as DraftEvent),
      ),
    );
    const opened = await undo(1);
    expect(planner.inverseIn).toBe('fa');
    expect(opened).toMatchObject({ state: { language: 'fa', explanation: `برگرداندن: ${explanation}` } });
    const [created] = await store.readStream(draftStream(opened.draftId ?? ''));
    expect(created?.data).toMatchObject({ language: 'fa', explanation: `برگرداندن: ${explanation}` });
  });

  it('repeated under the same id is the same draft, planned once, even after the original was undone', async () => {
    await given(HISTORIES.done);
    const first = await undo(1);
    await given([undone()]);
    expect(await undo(1)).toEqual(first);
    expect(planner.plans).toBe(1);
    expect(await undo(2)).toMatchObject({ accepted: false, refusal: { code: 'DRAFT_NOT_EXECUTED' } });
  });

  it('is refused for a draft that was not executed', async () => {
    await given([draftCreated()]);
    expect(await undo(1)).toEqual({
      accepted: false,
      refusal: { code: 'DRAFT_NOT_EXECUTED', status: 'pending' },
    });
  });

  it('is not possible from another workspace', async () => {
    await given(HISTORIES.done);
    expect(await undo(1, { workspaceId: OTHER_WORKSPACE_ID })).toEqual({
      accepted: false,
      refusal: { code: 'DRAFT_NOT_FOUND' },
    });
  });
});
