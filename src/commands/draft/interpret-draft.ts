/**
 * What the interpret-prompt saga records: that reading began, what it took of models, and how it ended: a task, a
 * question or a failure. But for the account, each is accepted again without effect once the draft has moved past it, so
 * a job may run twice.
 */
import type { DraftEvent } from '../../events/draft.events.js';
import { accept, refuse, type Decision } from '../decision.js';
import { awaitsTranscription, type Draft, type DraftNotFound, type DraftState } from './draft.decider.js';

type DataOf<Type extends DraftEvent['type']> = Extract<DraftEvent, { type: Type }>['data'];
type InterpretDecision = Decision<DraftEvent, DraftNotFound>;

const isOpen = (draft: Draft) =>
  (draft.status === 'pending' || draft.status === 'parsing') && !awaitsTranscription(draft);

/** A draft waits for its reading while it has words and no task yet. */
const awaitsReading = (draft: Draft) => isOpen(draft) && draft.task === null;

export function startParsing(draft: DraftState, now: string): InterpretDecision {
  if (draft.status === 'absent') return refuse({ code: 'DRAFT_NOT_FOUND' });
  if (!awaitsReading(draft)) return accept();
  return accept({ type: 'ParsingStarted', data: { attempt: draft.parsingAttempts + 1, startedAt: now } });
}

/** What a reading took of language models counts whatever has become of the draft meanwhile. */
export function recordModelsAsked(asked: DataOf<'ModelsAsked'>, draft: DraftState): InterpretDecision {
  if (draft.status === 'absent') return refuse({ code: 'DRAFT_NOT_FOUND' });
  return accept({ type: 'ModelsAsked', data: asked });
}

export function recordParsed(reading: DataOf<'Parsed'>, draft: DraftState): InterpretDecision {
  if (draft.status === 'absent') return refuse({ code: 'DRAFT_NOT_FOUND' });
  return awaitsReading(draft) ? accept({ type: 'Parsed', data: reading }) : accept();
}

/** A question from the interpreter, or from the preview when the task found nothing. */
export function askClarification(
  question: DataOf<'ClarificationAsked'>,
  draft: DraftState,
): InterpretDecision {
  if (draft.status === 'absent') return refuse({ code: 'DRAFT_NOT_FOUND' });
  return isOpen(draft) ? accept({ type: 'ClarificationAsked', data: question }) : accept();
}
