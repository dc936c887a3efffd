/** Whatever commands a draft is given in whatever order, its history keeps the laws. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validated } from '../../../test/support/decider-spec.js';
import {
  answered,
  approvalRequest,
  approved,
  APPROVER_ID,
  CHANGE_SET_ID,
  clarificationAsked,
  confirmed,
  DRAFT_ID,
  draftCreated,
  executed,
  executionStarted,
  expired,
  failed,
  hashOf,
  HISTORIES,
  LATER,
  MOMENTS,
  OTHER_PLAN_HASH,
  OTHER_PRODUCT_ID,
  modelsAsked,
  parsed,
  previewBuilt,
  PRODUCT_ID,
  reinstated,
  spoken,
  transcribed,
  undone,
  USER_ID,
  WORKSPACE_ID,
} from '../../../test/support/draft-events.js';
import { brokenLaw } from '../../../test/support/draft-laws.js';
import { DRAFT_EVENTS, type DraftEvent } from '../../events/draft.events.js';
import type { Decision } from '../decision.js';
import { answerClarification } from './answer-clarification.js';
import { approveDraft, rejectDraft } from './approve-draft.js';
import { confirmDraft } from './confirm-draft.js';
import { createDraft } from './create-draft.js';
import { createVoiceDraft } from './create-voice-draft.js';
import { awaitsTranscription, draftEvolution, type DraftState, type DraftStatus } from './draft.decider.js';
import { cancelDraft, expireDraft, failDraft } from './end-draft.js';
import { queueExecution, recordExecuted, startExecution } from './execute-draft.js';
import { askClarification, recordModelsAsked, recordParsed, startParsing } from './interpret-draft.js';
import { recordAnswer, recordPreview, refreshPreview } from './preview-draft.js';
import { rescheduleDraft } from './reschedule-draft.js';
import {
  failTranscription,
  mayDeleteAudio,
  recordAudioDeleted,
  recordTranscribed,
  retryTranscription,
} from './transcribe-draft.js';
import { markUndone, openUndo, reinstate } from './undo-draft.js';

const MINUTE_MS = 60_000;
const START_MS = Date.parse('2026-03-01T10:00:00.000Z');

interface Chance {
  planHash: string;
  exclude: string[];
  secondConfirmation: boolean;
  waitMinutes: number;
  asksSomebody: boolean;
  /** 0: at once. */
  inMinutes: number;
  judgeId: string;
}
type Decide = (
  draft: DraftState,
  chance: Chance,
  clock: { now: string; expiresAt: string },
) => Decision<DraftEvent, unknown>;

const preview = ({ planHash }: Chance, expiresAt: string) =>
  previewBuilt({
    planHash,
    expiresAt,
    requires: planHash === hashOf('c') ? ['confirmation', 'second_confirmation'] : ['confirmation'],
  }).data;

/** Minutes from now, as a clock in Greenwich shows it. */
const inUtc = (now: string, minutes: number) => ({
  at: new Date(Date.parse(now) + minutes * MINUTE_MS).toISOString().slice(0, 19),
  zone: 'UTC',
});

const confirm: Decide = (
  draft,
  { planHash, exclude, secondConfirmation, asksSomebody, inMinutes },
  { now },
) =>
  confirmDraft(
    {
      planHash,
      exclude,
      editedPreview: [],
      userId: USER_ID,
      approval: asksSomebody ? { reasons: approvalRequest().reasons, planHash } : null,
      approvalTtlMs: 20 * MINUTE_MS,
      ...(inMinutes > 0 && { schedule: inUtc(now, inMinutes) }),
      ...(secondConfirmation && { secondConfirmation }),
    },
    draft,
    now,
  );
const recordPreviewNow: Decide = (draft, chance, { expiresAt }) =>
  recordPreview(preview(chance, expiresAt), draft);
const account: Decide = (draft) => recordModelsAsked(modelsAsked().data, draft);
const parse: Decide = (draft) => recordParsed(parsed().data, draft);

const create: Decide = (draft, _, { now }) =>
  createDraft({ draftId: DRAFT_ID, workspaceId: WORKSPACE_ID, userId: USER_ID, prompt: 'x' }, draft, now);
const answer: Decide = (draft, _, { now }) => answerClarification({ text: 'x', userId: USER_ID }, draft, now);
const start: Decide = (draft, _, { now }) => startExecution(CHANGE_SET_ID, draft, now);
const finish: Decide = (draft) => recordExecuted(executed().data, draft);
const undo: Decide = (draft) => markUndone(undone().data, draft);
const redo: Decide = (draft) => reinstate(reinstated().data, draft);

const speak: Decide = (draft, _, { now }) =>
  createVoiceDraft(
    {
      draftId: DRAFT_ID,
      workspaceId: WORKSPACE_ID,
      userId: USER_ID,
      clientRequestId: null,
      audio: spoken().data.audio!,
    },
    draft,
    now,
  );

const hear: Decide = (draft) => recordTranscribed(transcribed().data, draft);

/** What usually comes next; without it, random commands seldom get far. */
const NEXT: Partial<Record<DraftState['status'], Decide>> = {
  absent: (draft, chance, clock) => (chance.secondConfirmation ? speak : create)(draft, chance, clock),
  pending: (draft, chance, clock) =>
    draft.status !== 'absent' && awaitsTranscription(draft)
      ? hear(draft, chance, clock)
      : parse(draft, chance, clock),
  parsing: (draft, chance, clock) =>
    'task' in draft && draft.task ? recordPreviewNow(draft, chance, clock) : parse(draft, chance, clock),
  clarify: answer,
  preview: (draft, chance, clock) => {
    const shown = 'preview' in draft ? draft.preview?.planHash : undefined;
    return confirm(draft, { ...chance, planHash: shown ?? chance.planHash }, clock);
  },
  confirmed: (draft, chance, clock) => {
    if (draft.status === 'absent' || draft.approval?.state === 'requested')
      return approve(draft, chance, clock);
    return draft.schedule && chance.secondConfirmation
      ? reschedule(draft, chance, clock)
      : queueExecution(draft, clock.now);
  },
  queued: start,
  executing: finish,
  done: undo,
  undone: redo,
};
const proceed: Decide = (draft, chance, clock) =>
  NEXT[draft.status]?.(draft, chance, clock) ?? { accepted: true, events: [] };

const approve: Decide = (draft, { judgeId, planHash, exclude }, { now }) => {
  // Mostly what was asked for.
  const asked = 'approval' in draft && exclude.length < 2 ? draft.approval?.planHash : undefined;
  return approveDraft({ planHash: asked ?? planHash, userId: judgeId }, draft, now);
};

const reschedule: Decide = (draft, { inMinutes }, { now }) =>
  rescheduleDraft({ schedule: inUtc(now, inMinutes + 1), userId: USER_ID }, draft, now);

const COMMANDS: Record<string, Decide> = {
  approve,
  reject: (draft, { judgeId }, { now }) => rejectDraft({ reason: 'no', userId: judgeId }, draft, now),
  reschedule,
  account,
  create,
  speak,
  hear,
  failToHear: (draft, _, { now }) => failTranscription({ code: 'X', message: 'x' }, draft, now),
  hearAgain: (draft, _, { now }) => retryTranscription(USER_ID, draft, now),
  deleteAudio: (draft, _, { now }) =>
    draft.status === 'absent' || mayDeleteAudio(draft)
      ? recordAudioDeleted(draft, now)
      : { accepted: true, events: [] },
  openUndo: (draft, chance, { expiresAt }) =>
    openUndo(draftCreated().data, preview(chance, expiresAt), draft),
  startParsing: (draft, _, { now }) => startParsing(draft, now),
  parse,
  ask: (draft, _, { expiresAt }) => askClarification(clarificationAsked({ expiresAt }).data, draft),
  answer,
  recordPreview: recordPreviewNow,
  refreshPreview: (draft, chance, { expiresAt }) => refreshPreview(preview(chance, expiresAt), draft),
  recordAnswer: (draft) => recordAnswer(answered().data, draft),
  confirm,
  queue: (draft, _, { now }) => queueExecution(draft, now),
  start,
  finish,
  fail: (draft, _, { now }) => failDraft({ code: 'X', message: 'x' }, draft, now),
  cancel: (draft, _, { now }) => cancelDraft(USER_ID, draft, now),
  expire: (draft, _, { now }) => expireDraft(draft, now),
  undo,
  redo,
};

/** The model knows the clock and how often the draft was executed; the real thing is the stream. */
interface Model {
  nowMs: number;
}
interface Stream {
  events: DraftEvent[];
}

const fold = (events: readonly DraftEvent[]) => events.reduce(draftEvolution.evolve, draftEvolution.initial);

class Command implements fc.Command<Model, Stream> {
  constructor(
    private readonly name: string,
    private readonly decide: Decide,
    private readonly chance: Chance,
  ) {}

  check = () => true;

  run(model: Model, stream: Stream): void {
    model.nowMs += this.chance.waitMinutes * MINUTE_MS;
    const now = new Date(model.nowMs).toISOString();
    const expiresAt = new Date(model.nowMs + 30 * MINUTE_MS).toISOString();
    const before = fold(stream.events);
    const decision = this.decide(before, this.chance, { now, expiresAt });
    if (!decision.accepted) return;
    stream.events.push(...decision.events.map(validated));
    expect(brokenLaw(stream.events)).toBeNull();
    const after = fold(stream.events);
    mayMove(before.status, after.status);
    // The log keeps JSON: what it gives back folds to the same draft.
    expect(fold(JSON.parse(JSON.stringify(stream.events)) as DraftEvent[])).toEqual(after);
    // Saying it again changes nothing, but for readings and differences that really are new.
    const again = this.decide(after, this.chance, { now, expiresAt });
    if (REPEATABLE.has(this.name) && again.accepted) expect(again.events).toEqual([]);
  }

  toString = () => `${this.name}(${JSON.stringify(this.chance)})`;
}

/** `startParsing` counts attempts, `account` requests, `proceed` goes on, `ask` may come from the reading and from the preview. */
const REPEATABLE = new Set(
  Object.keys(COMMANDS).filter((name) => name !== 'startParsing' && name !== 'account'),
);

function mayMove(from: DraftState['status'], to: DraftState['status']): void {
  const ended: (DraftStatus | 'absent')[] = ['done', 'undone', 'failed', 'cancelled', 'expired'];
  if (from === to || !ended.includes(from) || (from === 'failed' && to === 'pending')) return;
  expect([from, to]).toEqual(from === 'done' ? ['done', 'undone'] : ['undone', 'done']);
}

const chance = fc.record<Chance>({
  planHash: fc.constantFrom('a', 'b', 'c').map(hashOf),
  exclude: fc.subarray([PRODUCT_ID, OTHER_PRODUCT_ID]),
  secondConfirmation: fc.boolean(),
  asksSomebody: fc.boolean(),
  inMinutes: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 6 })),
  judgeId: fc.oneof({ weight: 4, arbitrary: fc.constant(APPROVER_ID) }, fc.constant(USER_ID)),
  waitMinutes: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 3 }) }, fc.constant(31)),
});
const proceeding = chance.map((by) => new Command('proceed', proceed, by));
const commands = fc.commands(
  [
    ...Object.entries(COMMANDS).map(([name, decide]) => chance.map((by) => new Command(name, decide, by))),
    ...Array.from({ length: 20 }, () => proceeding),
  ],
  { maxCommands: 40, size: 'max' },
);

describe('the history of a draft', () => {
  it(
    'keeps the laws and folds without error, whatever the commands and their order',
    { timeout: 60_000 },
    () => {
      const seen = new Set<string>();
      fc.assert(
        fc.property(commands, (sequence) => {
          const stream: Stream = { events: [] };
          fc.modelRun(() => ({ model: { nowMs: START_MS }, real: stream }), sequence);
          stream.events.forEach(({ type }) => seen.add(type));
        }),
        { numRuns: 500 },
      );
      // A property over histories in which nothing happened would hold as well.
      // Archiving takes no part: it comes long after, and changes nothing of what the laws are about.
      const types = DRAFT_EVENTS.map(({ type }) => type).filter((type) => type !== 'DraftArchived');
      expect([...seen].toSorted()).toEqual(types.toSorted());
    },
  );

  it.each(MOMENTS)('that leads to %s in the other specs keeps them', (moment) =>
    expect(brokenLaw(HISTORIES[moment])).toBeNull(),
  );
});

describe('the laws themselves', () => {
  it.each<[string, DraftEvent[]]>([
    ['executed twice', [...HISTORIES.done, undone(), reinstated(), executed()]],
    ['Executed after Confirmed', [...HISTORIES.confirmed, executed()]],
    ['Confirmed after Parsed', [...HISTORIES.read, confirmed()]],
    ['Confirmed after Confirmed', [...HISTORIES.confirmed, confirmed()]],
    ['Failed after Cancelled', [...HISTORIES.cancelled, failed()]],
    ['Undone after Failed', [...HISTORIES.failedExecuting, undone()]],
    [
      'confirmed another plan than the one shown',
      [...HISTORIES.preview, confirmed({ planHash: OTHER_PLAN_HASH })],
    ],
    ['confirmed after its time', [...HISTORIES.preview, confirmed({ confirmedAt: LATER })]],
    ['expired before its time', [...HISTORIES.preview, expired('2026-03-01T10:00:00.000Z')]],
    ['executed another change set', [...HISTORIES.executing, executed({ changeSetId: DRAFT_ID })]],
    ['judged though nobody was asked', [...HISTORIES.confirmed, approved()]],
    ['judged by no second person', [...HISTORIES.awaiting, approved({ approvedBy: USER_ID })]],
    ['judged after its time', [...HISTORIES.awaiting, approved({ approvedAt: LATER })]],
    [
      'approved other rows than will be applied',
      [...HISTORIES.awaiting, approved({ planHash: OTHER_PLAN_HASH })],
    ],
    ['begun without the second person', [...HISTORIES.awaiting, executionStarted()]],
    ['begun before its time', [...HISTORIES.scheduled, executionStarted()]],
    ['expired though nobody was asked', [...HISTORIES.scheduled, expired()]],
    ['starts with ExecutionStarted', [executionStarted()]],
  ])('notice that a draft %s', (law, events) => expect(brokenLaw(events)).toBe(law));
});
