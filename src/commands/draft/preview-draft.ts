/** What planning records: the sealed rows of a change, or the rows that answer a question. */
import type { DraftEvent } from '../../events/draft.events.js';
import { accept, refuse, type Decision } from '../decision.js';
import type { DraftNotFound, DraftState } from './draft.decider.js';

type DataOf<Type extends DraftEvent['type']> = Extract<DraftEvent, { type: Type }>['data'];

/** First preview of a parsed draft. Accepted without effect once the draft has moved past parsing. */
export function recordPreview(
  preview: DataOf<'PreviewBuilt'>,
  draft: DraftState,
): Decision<DraftEvent, DraftNotFound> {
  if (draft.status === 'absent') return refuse({ code: 'DRAFT_NOT_FOUND' });
  return draft.status === 'parsing' && draft.task
    ? accept({ type: 'PreviewBuilt', data: preview })
    : accept();
}

/** A new difference in place of one that no longer holds; the draft stays in preview. */
export function refreshPreview(
  preview: DataOf<'PreviewBuilt'>,
  draft: DraftState,
): Decision<DraftEvent, DraftNotFound> {
  if (draft.status === 'absent') return refuse({ code: 'DRAFT_NOT_FOUND' });
  const stale = draft.status === 'preview' && draft.preview?.planHash !== preview.planHash;
  return stale ? accept({ type: 'PreviewBuilt', data: preview }) : accept();
}

/** The answer to a `get`: nothing to confirm, so the draft is done. */
export function recordAnswer(
  answer: DataOf<'Answered'>,
  draft: DraftState,
): Decision<DraftEvent, DraftNotFound> {
  if (draft.status === 'absent') return refuse({ code: 'DRAFT_NOT_FOUND' });
  return draft.status === 'parsing' && draft.task ? accept({ type: 'Answered', data: answer }) : accept();
}
