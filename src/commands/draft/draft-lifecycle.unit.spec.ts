/** Every draft command at every moment of a draft's life: what it records, what it lets pass, what it refuses. */
import { describe, expect, it } from 'vitest';
import {
  answered,
  APPROVER_ID,
  CHANGE_SET_ID,
  clarificationAsked,
  confirmed,
  DRAFT_ID,
  draftCreated,
  executed,
  HISTORIES,
  MOMENTS,
  NOW,
  OTHER_PLAN_HASH,
  LATER,
  PLAN_HASH,
  parsed,
  previewBuilt,
  reinstated,
  STATUS_AT,
  undone,
  USER_ID,
  WORKSPACE_ID,
  type Moment,
} from '../../../test/support/draft-events.js';
import { validated } from '../../../test/support/decider-spec.js';
import type { DraftEvent } from '../../events/draft.events.js';
import type { Decision } from '../decision.js';
import { answerClarification } from './answer-clarification.js';
import { approveDraft, rejectDraft } from './approve-draft.js';
import { confirmDraft } from './confirm-draft.js';
import { createDraft } from './create-draft.js';
import { DRAFT_STATUSES, draftEvolution, type DraftState } from './draft.decider.js';
import { cancelDraft, expireDraft, failDraft } from './end-draft.js';
import { queueExecution, recordExecuted, startExecution } from './execute-draft.js';
import { askClarification, recordParsed, startParsing } from './interpret-draft.js';
import { recordAnswer, recordPreview, refreshPreview } from './preview-draft.js';
import { rescheduleDraft } from './reschedule-draft.js';
import { markUndone, openUndo, reinstate, undoable } from './undo-draft.js';

const confirmation = {
  planHash: PLAN_HASH,
  exclude: [],
  editedPreview: [],
  userId: USER_ID,
  approval: null,
  approvalTtlMs: 3_600_000,
};
const error = { code: 'MODEL_GAVE_NO_TASK', message: 'no task came of it' };

/** `undoable` decides nothing about its stream; it only says yes or no. */
function asDecision(answer: ReturnType<typeof undoable>): Decision<DraftEvent, unknown> {
  return answer.accepted ? { accepted: true, events: [] } : answer;
}

const COMMANDS = {
  createDraft: (draft: DraftState) =>
    createDraft({ draftId: DRAFT_ID, workspaceId: WORKSPACE_ID, userId: USER_ID, prompt: 'x' }, draft, NOW),
  startParsing: (draft: DraftState) => startParsing(draft, NOW),
  recordParsed: (draft: DraftState) => recordParsed(parsed().data, draft),
  askClarification: (draft: DraftState) => askClarification(clarificationAsked().data, draft),
  answerClarification: (draft: DraftState) => answerClarification({ text: 'x', userId: USER_ID }, draft, NOW),
  recordPreview: (draft: DraftState) => recordPreview(previewBuilt().data, draft),
  refreshPreview: (draft: DraftState) =>
    refreshPreview(previewBuilt({ planHash: OTHER_PLAN_HASH }).data, draft),
  recordAnswer: (draft: DraftState) => recordAnswer(answered().data, draft),
  confirmDraft: (draft: DraftState) => confirmDraft(confirmation, draft, NOW),
  queueExecution: (draft: DraftState) => queueExecution(draft, NOW),
  startExecution: (draft: DraftState) => startExecution(CHANGE_SET_ID, draft, NOW),
  recordExecuted: (draft: DraftState) => recordExecuted(executed().data, draft),
  failDraft: (draft: DraftState) => failDraft(error, draft, NOW),
  cancelDraft: (draft: DraftState) => cancelDraft(USER_ID, draft, NOW),
  expireDraft: (draft: DraftState) => expireDraft(draft, LATER),
  approveDraft: (draft: DraftState) => approveDraft({ planHash: PLAN_HASH, userId: APPROVER_ID }, draft, NOW),
  rejectDraft: (draft: DraftState) => rejectDraft({ reason: 'not now', userId: APPROVER_ID }, draft, NOW),
  rescheduleDraft: (draft: DraftState) =>
    rescheduleDraft({ schedule: { at: '2026-03-01T13:00', zone: 'UTC' }, userId: USER_ID }, draft, NOW),
  undoable: (draft: DraftState) => asDecision(undoable(draft)),
  openUndo: (draft: DraftState) => openUndo(draftCreated().data, previewBuilt().data, draft),
  markUndone: (draft: DraftState) => markUndone(undone().data, draft),
  reinstate: (draft: DraftState) => reinstate(reinstated().data, draft),
} satisfies Record<string, (draft: DraftState) => Decision<DraftEvent, unknown>>;
type CommandName = keyof typeof COMMANDS;

interface Expectations {
  /** Moments at which the command records these events, and the status that follows. */
  records?: { at: string; events: DraftEvent['type'][]; becomes: DraftState['status'] };
  /** Moments at which it is accepted and has no effect. */
  passes?: string;
  /** Moments at which it is refused, by code. */
  refuses?: Record<string, string>;
}

const ENDINGS = 'failed failedExecuting rejected cancelled cancelledConfirmed expired undone';
const DONE = 'done reinstated answered';
const ABSENT = { DRAFT_NOT_FOUND: 'absent' };

/** Every line names each moment exactly once (there is a test for that). */
const TABLE: Record<CommandName, Expectations> = {
  createDraft: {
    records: { at: 'absent', events: ['DraftCreated'], becomes: 'pending' },
    passes: `pending parsing read clarify replied preview confirmed awaiting approved scheduled queued executing ${DONE} ${ENDINGS}`,
  },
  startParsing: {
    records: { at: 'pending parsing replied', events: ['ParsingStarted'], becomes: 'parsing' },
    passes: `read clarify preview confirmed awaiting approved scheduled queued executing ${DONE} ${ENDINGS}`,
    refuses: ABSENT,
  },
  recordParsed: {
    records: { at: 'pending parsing replied', events: ['Parsed'], becomes: 'parsing' },
    passes: `read clarify preview confirmed awaiting approved scheduled queued executing ${DONE} ${ENDINGS}`,
    refuses: ABSENT,
  },
  askClarification: {
    records: { at: 'pending parsing read replied', events: ['ClarificationAsked'], becomes: 'clarify' },
    passes: `clarify preview confirmed awaiting approved scheduled queued executing ${DONE} ${ENDINGS}`,
    refuses: ABSENT,
  },
  answerClarification: {
    records: { at: 'clarify', events: ['ClarificationAnswered'], becomes: 'pending' },
    refuses: {
      ...ABSENT,
      DRAFT_NOT_IN_CLARIFY: `pending parsing read replied preview confirmed awaiting approved scheduled queued executing ${DONE} ${ENDINGS}`,
    },
  },
  recordPreview: {
    records: { at: 'read', events: ['PreviewBuilt'], becomes: 'preview' },
    passes: `pending parsing clarify replied preview confirmed awaiting approved scheduled queued executing ${DONE} ${ENDINGS}`,
    refuses: ABSENT,
  },
  refreshPreview: {
    records: { at: 'preview', events: ['PreviewBuilt'], becomes: 'preview' },
    passes: `pending parsing read clarify replied confirmed awaiting approved scheduled queued executing ${DONE} ${ENDINGS}`,
    refuses: ABSENT,
  },
  recordAnswer: {
    records: { at: 'read', events: ['Answered'], becomes: 'done' },
    passes: `pending parsing clarify replied preview confirmed awaiting approved scheduled queued executing ${DONE} ${ENDINGS}`,
    refuses: ABSENT,
  },
  confirmDraft: {
    records: { at: 'preview', events: ['Confirmed'], becomes: 'confirmed' },
    // The same confirmation as the one accepted: whatever came of it, it is not an error to repeat it.
    passes: 'confirmed awaiting approved rejected queued executing done reinstated failedExecuting undone',
    refuses: {
      ...ABSENT,
      DRAFT_NOT_IN_PREVIEW:
        'pending parsing read clarify replied scheduled answered failed cancelled cancelledConfirmed expired',
    },
  },
  queueExecution: {
    records: { at: 'confirmed approved', events: ['ExecutionQueued'], becomes: 'queued' },
    passes: `pending parsing read clarify replied preview awaiting scheduled queued executing ${DONE} ${ENDINGS}`,
    refuses: ABSENT,
  },
  startExecution: {
    records: { at: 'confirmed approved queued', events: ['ExecutionStarted'], becomes: 'executing' },
    passes: 'executing',
    refuses: {
      ...ABSENT,
      DRAFT_NOT_EXECUTABLE: `pending parsing read clarify replied preview awaiting scheduled ${DONE} ${ENDINGS}`,
    },
  },
  recordExecuted: {
    records: { at: 'executing', events: ['Executed'], becomes: 'done' },
    passes: `pending parsing read clarify replied preview confirmed awaiting approved scheduled queued ${DONE} ${ENDINGS}`,
    refuses: ABSENT,
  },
  failDraft: {
    records: {
      at: 'pending parsing read clarify replied preview confirmed awaiting approved scheduled queued executing',
      events: ['Failed'],
      becomes: 'failed',
    },
    passes: `${DONE} ${ENDINGS}`,
    refuses: ABSENT,
  },
  cancelDraft: {
    records: {
      at: 'pending parsing read clarify replied preview confirmed awaiting approved scheduled queued',
      events: ['Cancelled'],
      becomes: 'cancelled',
    },
    passes: 'cancelled cancelledConfirmed',
    refuses: {
      ...ABSENT,
      DRAFT_NOT_CANCELLABLE: `executing ${DONE} failed failedExecuting rejected expired undone`,
    },
  },
  expireDraft: {
    records: { at: 'clarify preview awaiting', events: ['Expired'], becomes: 'expired' },
    passes: `pending parsing read replied confirmed approved scheduled queued executing ${DONE} ${ENDINGS}`,
    refuses: ABSENT,
  },
  approveDraft: {
    records: { at: 'awaiting', events: ['Approved'], becomes: 'confirmed' },
    passes: 'approved',
    refuses: {
      ...ABSENT,
      DRAFT_NOT_AWAITING_APPROVAL: `pending parsing read clarify replied preview confirmed scheduled queued executing ${DONE} ${ENDINGS}`,
    },
  },
  rejectDraft: {
    records: { at: 'awaiting', events: ['Rejected'], becomes: 'failed' },
    passes: 'rejected',
    refuses: {
      ...ABSENT,
      DRAFT_NOT_AWAITING_APPROVAL: `pending parsing read clarify replied preview confirmed approved scheduled queued executing ${DONE} failed failedExecuting cancelled cancelledConfirmed expired undone`,
    },
  },
  rescheduleDraft: {
    records: { at: 'scheduled', events: ['Rescheduled'], becomes: 'confirmed' },
    refuses: {
      ...ABSENT,
      DRAFT_NOT_SCHEDULED: `pending parsing read clarify replied preview confirmed awaiting approved queued executing ${DONE} ${ENDINGS}`,
    },
  },
  undoable: {
    passes: 'done reinstated',
    refuses: {
      ...ABSENT,
      DRAFT_NOT_EXECUTED: `pending parsing read clarify replied preview confirmed awaiting approved scheduled queued executing answered ${ENDINGS}`,
    },
  },
  openUndo: {
    records: { at: 'absent', events: ['DraftCreated', 'PreviewBuilt'], becomes: 'preview' },
    passes: `pending parsing read clarify replied preview confirmed awaiting approved scheduled queued executing ${DONE} ${ENDINGS}`,
  },
  markUndone: {
    records: { at: 'done reinstated', events: ['Undone'], becomes: 'undone' },
    passes: `pending parsing read clarify replied preview confirmed awaiting approved scheduled queued executing answered ${ENDINGS}`,
    refuses: ABSENT,
  },
  reinstate: {
    records: { at: 'undone', events: ['Reinstated'], becomes: 'done' },
    passes: `pending parsing read clarify replied preview confirmed awaiting approved scheduled queued executing ${DONE} failed failedExecuting rejected cancelled cancelledConfirmed expired`,
    refuses: ABSENT,
  },
};

const momentsIn = (names = '') => names.split(' ').filter(Boolean) as Moment[];
const fold = (events: DraftEvent[]) =>
  events.map(validated).reduce(draftEvolution.evolve, draftEvolution.initial);

describe.each(Object.entries(TABLE) as [CommandName, Expectations][])('%s', (name, expected) => {
  const decideAt = (moment: Moment) => COMMANDS[name](fold(HISTORIES[moment]));

  it('has an answer for every moment of a draft, and only one', () => {
    const { records, passes, refuses = {} } = expected;
    const named = [records?.at, passes, ...Object.values(refuses)].flatMap(momentsIn);
    expect(named.toSorted()).toEqual(MOMENTS.toSorted());
  });

  const { records } = expected;
  if (records)
    it.each(momentsIn(records.at))(
      `records ${records.events.join(' and ')} on a draft that is %s`,
      (moment) => {
        const decision = decideAt(moment);
        expect(decision).toMatchObject({ accepted: true, events: records.events.map((type) => ({ type })) });
        const events = decision.accepted ? decision.events.map(validated) : [];
        expect(fold([...HISTORIES[moment], ...events]).status).toBe(records.becomes);
      },
    );

  const passes = momentsIn(expected.passes);
  if (passes.length > 0)
    it.each(passes)('is accepted and changes nothing on a draft that is %s', (moment) =>
      expect(decideAt(moment)).toEqual({ accepted: true, events: [] }),
    );

  for (const [code, moments] of Object.entries(expected.refuses ?? {}))
    it.each(momentsIn(moments))(`refuses a draft that is %s: ${code}`, (moment) => {
      const status = STATUS_AT[moment];
      const refusal = status === 'absent' ? { code } : { code, status };
      expect(decideAt(moment)).toEqual({ accepted: false, refusal });
    });
});

describe('the histories of this spec', () => {
  it.each(MOMENTS)('lead a draft to where it is %s', (moment) =>
    expect(fold(HISTORIES[moment]).status).toBe(STATUS_AT[moment]),
  );

  it('reach every status there is', () =>
    expect(new Set(Object.values(STATUS_AT))).toEqual(new Set(['absent', ...DRAFT_STATUSES])));
});

describe('a draft stream', () => {
  it.each([confirmed(), executed(), undone()])('cannot start with $type', (event) =>
    expect(() => draftEvolution.evolve(draftEvolution.initial, event)).toThrow(/starts with DraftCreated/),
  );
});
