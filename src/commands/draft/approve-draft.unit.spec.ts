import { describe, expect, it } from 'vitest';
import { deciderSpec } from '../../../test/support/decider-spec.js';
import {
  approvalRequest,
  approved,
  APPROVER_ID,
  cancelled,
  confirmed,
  EXPIRES_AT,
  expired,
  HISTORIES,
  LATER,
  NOW,
  OTHER_PLAN_HASH,
  PLAN_HASH,
  rejected,
  schedule,
  USER_ID,
} from '../../../test/support/draft-events.js';
import { approveDraft, ApproveDraftInput, RejectDraftInput, rejectDraft } from './approve-draft.js';
import { draftEvolution, type DraftState } from './draft.decider.js';
import { expireDraft } from './end-draft.js';
import { queueExecution, startExecution } from './execute-draft.js';
import { rescheduleDraft } from './reschedule-draft.js';

const given = deciderSpec(draftEvolution);
const CONFIRMER_ID = '0197a000-0000-7000-8000-0000000000b2';
const THIRD_ID = '0197a000-0000-7000-8000-0000000000b4';

const approve =
  (by = APPROVER_ID, planHash = PLAN_HASH, now = NOW) =>
  (draft: DraftState) =>
    approveDraft({ planHash, userId: by }, draft, now);
const reject =
  (by = APPROVER_ID, now = NOW) =>
  (draft: DraftState) =>
    rejectDraft({ reason: 'not now', userId: by }, draft, now);
const edited = [
  ...HISTORIES.preview,
  confirmed({ confirmedBy: CONFIRMER_ID, approval: approvalRequest({ planHash: OTHER_PLAN_HASH }) }),
];

describe('the second person', () => {
  it.each([
    ['asked for the change', USER_ID],
    ['confirmed it', CONFIRMER_ID],
  ])('is nobody who %s', (_, by) => {
    given(...edited)
      .when(approve(by, OTHER_PLAN_HASH))
      .thenRefused({ code: 'APPROVAL_BY_ANOTHER_REQUIRED' });
    given(...edited)
      .when(reject(by))
      .thenRefused({ code: 'APPROVAL_BY_ANOTHER_REQUIRED' });
  });

  it('agrees to what will be applied, not to what was shown before it was edited', () => {
    given(...edited)
      .when(approve())
      .thenRefused({ code: 'PLAN_CHANGED', planHash: OTHER_PLAN_HASH });
    given(...edited)
      .when(approve(APPROVER_ID, OTHER_PLAN_HASH))
      .thenEvents(approved({ planHash: OTHER_PLAN_HASH }));
  });

  it('may say so twice, and so may another one', () => {
    given(...HISTORIES.approved)
      .when(approve())
      .thenNothing();
    given(...HISTORIES.approved)
      .when(approve(THIRD_ID))
      .thenNothing();
    given(...HISTORIES.approved)
      .when(approve(USER_ID))
      .thenRefused({ code: 'DRAFT_NOT_AWAITING_APPROVAL', status: 'confirmed' });
  });

  it('has time until the last millisecond', () => {
    given(...HISTORIES.awaiting)
      .when(approve(APPROVER_ID, PLAN_HASH, '2026-03-01T10:59:59.999Z'))
      .thenEvents(approved({ approvedAt: '2026-03-01T10:59:59.999Z' }));
    given(...HISTORIES.awaiting)
      .when(approve(APPROVER_ID, PLAN_HASH, EXPIRES_AT))
      .thenRefused({ code: 'DRAFT_NOT_AWAITING_APPROVAL', status: 'expired' });
  });

  it('says no once', () => {
    given(...HISTORIES.rejected)
      .when(reject())
      .thenNothing();
    given(...HISTORIES.rejected)
      .when(reject(THIRD_ID))
      .thenRefused({ code: 'DRAFT_NOT_AWAITING_APPROVAL', status: 'failed' });
  });

  it('comes too late for what was given up', () =>
    given(...HISTORIES.awaiting, cancelled())
      .when(approve())
      .thenRefused({ code: 'DRAFT_NOT_AWAITING_APPROVAL', status: 'cancelled' }));

  it('is told the reason with the failure', () => {
    const state = [...HISTORIES.awaiting, rejected({ reason: 'too cheap' })].reduce<DraftState>(
      draftEvolution.evolve,
      draftEvolution.initial,
    );
    expect(state).toMatchObject({
      status: 'failed',
      error: { code: 'APPROVAL_REJECTED', message: 'too cheap' },
    });
  });

  it('names when the change is due', () =>
    given(...HISTORIES.preview, confirmed({ approval: approvalRequest(), schedule: schedule() }))
      .when(approve())
      .thenEvents(approved({ runAt: LATER })));
});

describe('a draft that waits for somebody', () => {
  it('is not begun, whatever asks for it', () => {
    given(...HISTORIES.awaiting)
      .when((draft) => queueExecution(draft, LATER))
      .thenNothing();
    given(...HISTORIES.awaiting)
      .when((draft) => startExecution(PLAN_HASH, draft, LATER))
      .thenRefused({ code: 'DRAFT_NOT_EXECUTABLE', status: 'confirmed' });
  });

  it('expires when nobody comes, and not once somebody has', () => {
    given(...HISTORIES.awaiting)
      .when((draft) => expireDraft(draft, EXPIRES_AT))
      .thenEvents(expired(EXPIRES_AT));
    given(...HISTORIES.awaiting)
      .when((draft) => expireDraft(draft, NOW))
      .thenNothing();
    given(...HISTORIES.approved)
      .when((draft) => expireDraft(draft, LATER))
      .thenNothing();
  });
});

describe('a draft that waits for its time', () => {
  const start = (now: string) => (draft: DraftState) => queueExecution(draft, now);
  it('is begun at it and not a millisecond before', () => {
    given(...HISTORIES.scheduled)
      .when(start('2026-03-01T11:59:59.999Z'))
      .thenNothing();
    given(...HISTORIES.scheduled)
      .when(start(LATER))
      .thenEvents({ type: 'ExecutionQueued', data: { queuedAt: LATER } });
  });

  it('gets no other time once somebody is asked about it', () =>
    given(...HISTORIES.preview, confirmed({ approval: approvalRequest(), schedule: schedule() }))
      .when((draft) =>
        rescheduleDraft({ schedule: { at: '2026-03-02T09:00', zone: 'UTC' }, userId: USER_ID }, draft, NOW),
      )
      .thenRefused({ code: 'SCHEDULE_IS_APPROVED' }));

  it('keeps the one it has when it is given the same', () => {
    const { at, zone } = schedule();
    given(...HISTORIES.scheduled)
      .when((draft) => rescheduleDraft({ schedule: { at, zone }, userId: USER_ID }, draft, NOW))
      .thenNothing();
  });
});

describe('the inputs', () => {
  it('name a plan, and a reason of some length', () => {
    expect(ApproveDraftInput.safeParse({ planHash: 'sha256:1' }).success).toBe(false);
    expect(RejectDraftInput.safeParse({ reason: '  ' }).success).toBe(false);
    expect(RejectDraftInput.safeParse({ reason: 'x'.repeat(1_001) }).success).toBe(false);
    expect(RejectDraftInput.safeParse({ reason: ' no ' }).data).toEqual({ reason: 'no' });
  });
});
