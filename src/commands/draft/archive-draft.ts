/** A draft that ended long ago goes into an archive; one that has not ended, or no longer, stays. */
import type { DraftEvent } from '../../events/draft.events.js';
import { accept, refuse, type Decision } from '../decision.js';
import { ENDED, type DraftNotFound, type DraftState } from './draft.decider.js';

export function archiveDraft(
  archiveId: string,
  draft: DraftState,
  now: string,
): Decision<DraftEvent, DraftNotFound> {
  if (draft.status === 'absent') return refuse({ code: 'DRAFT_NOT_FOUND' });
  if (!ENDED.has(draft.status)) return accept();
  return accept({ type: 'DraftArchived', data: { archiveId, archivedAt: now } });
}
