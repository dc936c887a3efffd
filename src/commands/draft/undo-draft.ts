/**
 * Undo: the inverse of an executed draft's change set as a new draft, already in preview. And what the
 * record-undo saga writes on the original once the inverse was executed.
 */
import type { DraftEvent, Language } from '../../events/draft.events.js';
import { accept, refuse, type Decision } from '../decision.js';
import type { Draft, DraftNotFound, DraftState, DraftStatus } from './draft.decider.js';

type DataOf<Type extends DraftEvent['type']> = Extract<DraftEvent, { type: Type }>['data'];

export type UndoDraftRefusal =
  DraftNotFound | { code: 'DRAFT_NOT_EXECUTED'; status: DraftStatus } | { code: 'CHANGE_SET_ARCHIVED' };

/** What the draft of an undo takes over from the one it takes back. */
type UndoneDraft = Pick<Draft, 'prompt' | 'promptBy' | 'language' | 'explanation' | 'undoOf'> & {
  changeSetId: string;
};

/** What an undo takes back. A draft that only answered a question has nothing to. */
export function undoable(
  draft: DraftState,
): { accepted: true; original: UndoneDraft } | { accepted: false; refusal: UndoDraftRefusal } {
  if (draft.status === 'absent') return refuse({ code: 'DRAFT_NOT_FOUND' });
  const { changeSetId, prompt, promptBy, language, explanation, undoOf } = draft;
  if (draft.status !== 'done' || !changeSetId)
    return refuse({ code: 'DRAFT_NOT_EXECUTED', status: draft.status });
  return { accepted: true, original: { changeSetId, prompt, promptBy, language, explanation, undoOf } };
}

const TAKEN_BACK: Readonly<Record<Language, string>> = { en: 'Take back: ', fa: 'برگرداندن: ' };
const DONE_AGAIN: Readonly<Record<Language, string>> = { en: 'Do again: ', fa: 'انجام دوباره: ' };

/** What an undo will do, in the words of what it takes back; however long a chain of undos is, said once. */
export function undoExplanation({
  prompt,
  language,
  explanation,
  undoOf,
}: Omit<UndoneDraft, 'promptBy'>): string {
  const said = explanation ?? prompt;
  const [takenBack, doneAgain] = [TAKEN_BACK[language], DONE_AGAIN[language]];
  if (undoOf && said.startsWith(takenBack)) return `${doneAgain}${said.slice(takenBack.length)}`;
  return `${takenBack}${undoOf && said.startsWith(doneAgain) ? said.slice(doneAgain.length) : said}`;
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
