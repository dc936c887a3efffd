/**
 * Undo: the inverse of an executed draft's change set as a new draft, already in preview. And what the
 * record-undo saga writes on the original once the inverse was executed.
 */
import type { DraftEvent } from '../../events/draft.events.js';
import { accept, refuse, type Decision } from '../decision.js';
import type { DraftNotFound, DraftState, DraftStatus } from './draft.decider.js';

type DataOf<Type extends DraftEvent['type']> = Extract<DraftEvent, { type: Type }>['data'];

export type UndoDraftRefusal = DraftNotFound | { code: 'DRAFT_NOT_EXECUTED'; status: DraftStatus };

/** What an undo takes back. A draft that only answered a question has nothing to. */
export function undoable(
  draft: DraftState,
):
  | { accepted: true; original: { changeSetId: string; prompt: string } }
  | { accepted: false; refusal: UndoDraftRefusal } {
  if (draft.status === 'absent') return refuse({ code: 'DRAFT_NOT_FOUND' });
  const { changeSetId, prompt } = draft;
  if (draft.status !== 'done' || !changeSetId)
    return refuse({ code: 'DRAFT_NOT_EXECUTED', status: draft.status });
  return { accepted: true, original: { changeSetId, prompt } };
}

/** Opens the undo's own draft with its preview in one append. */
export function openUndo(
  created: DataOf<'DraftCreated'>,
  preview: DataOf<'PreviewBuilt'>,
  state: DraftState,
): Decision<DraftEvent, never> {
  if (state.status !== 'absent') return accept();
  return accept<DraftEvent>({ type: 'DraftCreated', data: created }, { type: 'PreviewBuilt', data: preview });
}

export function markUndone(undone: DataOf<'Undone'>, draft: DraftState): Decision<DraftEvent, DraftNotFound> {
  if (draft.status === 'absent') return refuse({ code: 'DRAFT_NOT_FOUND' });
  return draft.status === 'done' && draft.changeSetId ? accept({ type: 'Undone', data: undone }) : accept();
}

export function reinstate(
  reinstated: DataOf<'Reinstated'>,
  draft: DraftState,
): Decision<DraftEvent, DraftNotFound> {
  if (draft.status === 'absent') return refuse({ code: 'DRAFT_NOT_FOUND' });
  return draft.status === 'undone' ? accept({ type: 'Reinstated', data: reinstated }) : accept();
}
