/** The ways a draft ends without its change: failed, cancelled, expired. */
import type { DraftError, DraftEvent } from '../../events/draft.events.js';
import { accept, refuse, type Decision } from '../decision.js';
import { ENDED, type Draft, type DraftNotFound, type DraftState, type DraftStatus } from './draft.decider.js';

/** Accepted without effect when the draft has ended already. */
export function failDraft(
  error: DraftError,
  draft: DraftState,
  now: string,
): Decision<DraftEvent, DraftNotFound> {
  if (draft.status === 'absent') return refuse({ code: 'DRAFT_NOT_FOUND' });
  return ENDED.has(draft.status) ? accept() : accept({ type: 'Failed', data: { error, failedAt: now } });
}

export type CancelDraftRefusal = DraftNotFound | { code: 'DRAFT_NOT_CANCELLABLE'; status: DraftStatus };

/** Possible until execution starts; a repeated cancel is accepted again. */
export function cancelDraft(
  userId: string,
  draft: DraftState,
  now: string,
): Decision<DraftEvent, CancelDraftRefusal> {
  if (draft.status === 'absent') return refuse({ code: 'DRAFT_NOT_FOUND' });
  if (draft.status === 'cancelled') return accept();
  if (draft.status === 'executing' || ENDED.has(draft.status))
    return refuse({ code: 'DRAFT_NOT_CANCELLABLE', status: draft.status });
  return accept({ type: 'Cancelled', data: { cancelledBy: userId, cancelledAt: now } });
}

/** For its user's answer or confirmation, or for a second person's. */
export const awaitsSomebody = ({ status, approval }: Draft) =>
  status === 'clarify' || status === 'preview' || (status === 'confirmed' && approval?.state === 'requested');

/** Only a draft that waits for somebody expires; one whose deadline moved (a refreshed preview) does so later. */
export function expireDraft(draft: DraftState, now: string): Decision<DraftEvent, DraftNotFound> {
  if (draft.status === 'absent') return refuse({ code: 'DRAFT_NOT_FOUND' });
  const due = awaitsSomebody(draft) && draft.expiresAt !== null && draft.expiresAt <= now;
  return due ? accept({ type: 'Expired', data: { expiredAt: now } }) : accept();
}
