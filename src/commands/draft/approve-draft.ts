/** A second person's word on a confirmed change: yes to exactly these rows, or no. */
import { z } from 'zod';
import { StorableText } from '../../catalogue/product.js';
import { PlanHash, type DraftEvent } from '../../events/draft.events.js';
import { accept, refuse, type Decision } from '../decision.js';
import type { Draft, DraftNotFound, DraftState, DraftStatus } from './draft.decider.js';

export const REJECTION_REASON_CHARS_MAX = 1_000;

export const ApproveDraftInput = z.strictObject({
  planHash: PlanHash.describe('`approval.planHash` of the draft: what will really be applied'),
});
export const RejectDraftInput = z.strictObject({
  reason: StorableText.trim().min(1).max(REJECTION_REASON_CHARS_MAX),
});

type JudgeRefusal =
  | DraftNotFound
  | { code: 'DRAFT_NOT_AWAITING_APPROVAL'; status: DraftStatus }
  | { code: 'APPROVAL_BY_ANOTHER_REQUIRED' };
export type ApproveDraftRefusal = JudgeRefusal | { code: 'PLAN_CHANGED'; planHash: string };
export type RejectDraftRefusal = JudgeRefusal;

/** Whoever asked for the change or confirmed it is not the second person, whatever their role. */
const isSecondPerson = ({ userId, confirmation }: Draft, judgeId: string) =>
  judgeId !== userId && judgeId !== confirmation?.confirmedBy;

/** Null: the draft waits for this person's word. */
function refusalOf(judgeId: string, draft: Draft, now: string): Exclude<JudgeRefusal, DraftNotFound> | null {
  const { status, approval, expiresAt } = draft;
  if (status !== 'confirmed' || approval?.state !== 'requested')
    return { code: 'DRAFT_NOT_AWAITING_APPROVAL', status };
  if (!isSecondPerson(draft, judgeId)) return { code: 'APPROVAL_BY_ANOTHER_REQUIRED' };
  if (expiresAt !== null && expiresAt <= now)
    return { code: 'DRAFT_NOT_AWAITING_APPROVAL', status: 'expired' };
  return null;
}

/** Once it was approved, any second person who approves the same is accepted without effect. */
export function approveDraft(
  command: { planHash: string; userId: string },
  draft: DraftState,
  now: string,
): Decision<DraftEvent, ApproveDraftRefusal> {
  if (draft.status === 'absent') return refuse({ code: 'DRAFT_NOT_FOUND' });
  const { approval, schedule } = draft;
  const isRepeated = approval?.state === 'approved' && approval.planHash === command.planHash;
  if (isRepeated && draft.status !== 'cancelled' && isSecondPerson(draft, command.userId)) return accept();
  const refusal = refusalOf(command.userId, draft, now);
  if (refusal) return refuse(refusal);
  // Approving what was seen, edits and all, is what the second person is for.
  if (approval && approval.planHash !== command.planHash)
    return refuse({ code: 'PLAN_CHANGED', planHash: approval.planHash });
  return accept({
    type: 'Approved',
    data: {
      planHash: command.planHash,
      runAt: schedule?.runAt ?? null,
      approvedBy: command.userId,
      approvedAt: now,
    },
  });
}

/** Accepted again without effect for whoever rejected it. */
export function rejectDraft(
  command: { reason: string; userId: string },
  draft: DraftState,
  now: string,
): Decision<DraftEvent, RejectDraftRefusal> {
  if (draft.status === 'absent') return refuse({ code: 'DRAFT_NOT_FOUND' });
  if (draft.approval?.state === 'rejected' && draft.approval.judgedBy === command.userId) return accept();
  const refusal = refusalOf(command.userId, draft, now);
  if (refusal) return refuse(refusal);
  return accept({
    type: 'Rejected',
    data: { reason: command.reason, rejectedBy: command.userId, rejectedAt: now },
  });
}
