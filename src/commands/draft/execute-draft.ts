/**
 * What the apply-changes saga records around the one append to the catalogue: queued, started, executed. Each
 * is accepted again without effect once passed, so a crash at any point is repaired by running again.
 */
import type { DraftEvent } from '../../events/draft.events.js';
import { accept, refuse, type Decision } from '../decision.js';
import { isDue, type DraftNotFound, type DraftState, type DraftStatus } from './draft.decider.js';

type ExecuteDecision = Decision<
  DraftEvent,
  DraftNotFound | { code: 'DRAFT_NOT_EXECUTABLE'; status: DraftStatus }
>;
type DataOf<Type extends DraftEvent['type']> = Extract<DraftEvent, { type: Type }>['data'];

/** Without effect on a draft that still waits for its time or for a second person. */
export function queueExecution(draft: DraftState, now: string): ExecuteDecision {
  if (draft.status === 'absent') return refuse({ code: 'DRAFT_NOT_FOUND' });
  return isDue(draft, now) ? accept({ type: 'ExecutionQueued', data: { queuedAt: now } }) : accept();
}

/** From here on the draft can no longer be cancelled. */
export function startExecution(changeSetId: string, draft: DraftState, now: string): ExecuteDecision {
  if (draft.status === 'absent') return refuse({ code: 'DRAFT_NOT_FOUND' });
  if (draft.status === 'executing') return accept();
  if (draft.status !== 'queued' && !isDue(draft, now))
    return refuse({ code: 'DRAFT_NOT_EXECUTABLE', status: draft.status });
  return accept({ type: 'ExecutionStarted', data: { changeSetId, startedAt: now } });
}

export function recordExecuted(executed: DataOf<'Executed'>, draft: DraftState): ExecuteDecision {
  if (draft.status === 'absent') return refuse({ code: 'DRAFT_NOT_FOUND' });
  return draft.status === 'executing' ? accept({ type: 'Executed', data: executed }) : accept();
}
