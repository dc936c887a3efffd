/**
 * What becomes of a draft's recording: heard, not heard for now, to be heard again, deleted. What a job records is
 * accepted again without effect once the draft has moved on, so a job may run twice.
 */
import type { DraftError, DraftEvent } from '../../events/draft.events.js';
import { accept, refuse, type Decision } from '../decision.js';
import {
  awaitsTranscription,
  type Draft,
  type DraftNotFound,
  type DraftState,
  type DraftStatus,
} from './draft.decider.js';

type DataOf<Type extends DraftEvent['type']> = Extract<DraftEvent, { type: Type }>['data'];
type VoiceDecision = Decision<DraftEvent, DraftNotFound>;

const isBeingHeard = (draft: Draft) => draft.status === 'pending' && awaitsTranscription(draft);

export function recordTranscribed(heard: DataOf<'Transcribed'>, draft: DraftState): VoiceDecision {
  if (draft.status === 'absent') return refuse({ code: 'DRAFT_NOT_FOUND' });
  return isBeingHeard(draft) ? accept({ type: 'Transcribed', data: heard }) : accept();
}

export function failTranscription(error: DraftError, draft: DraftState, now: string): VoiceDecision {
  if (draft.status === 'absent') return refuse({ code: 'DRAFT_NOT_FOUND' });
  const failed = { type: 'TranscriptionFailed' as const, data: { error, failedAt: now } };
  return isBeingHeard(draft) ? accept(failed) : accept();
}

export type RetryTranscriptionRefusal =
  DraftNotFound | { code: 'DRAFT_NOT_RETRIABLE'; status: DraftStatus } | { code: 'AUDIO_GONE' };

/** Possible while the recording is kept; asked again while it is being heard, accepted without effect. */
export function retryTranscription(
  userId: string,
  draft: DraftState,
  now: string,
): Decision<DraftEvent, RetryTranscriptionRefusal> {
  if (draft.status === 'absent') return refuse({ code: 'DRAFT_NOT_FOUND' });
  if (isBeingHeard(draft)) return accept();
  if (draft.status !== 'failed' || !awaitsTranscription(draft))
    return refuse({ code: 'DRAFT_NOT_RETRIABLE', status: draft.status });
  if (draft.audio?.isDeleted) return refuse({ code: 'AUDIO_GONE' });
  return accept({ type: 'TranscriptionRetried', data: { retriedBy: userId, retriedAt: now } });
}

/** A recording that waits to be heard is not deleted: whoever deletes it would take the words with it. */
export const mayDeleteAudio = (draft: Draft) =>
  draft.audio !== null && !draft.audio.isDeleted && !isBeingHeard(draft);

export function recordAudioDeleted(draft: DraftState, now: string): VoiceDecision {
  if (draft.status === 'absent') return refuse({ code: 'DRAFT_NOT_FOUND' });
  if (!draft.audio || draft.audio.isDeleted) return accept();
  return accept({ type: 'AudioDeleted', data: { fileId: draft.audio.fileId, deletedAt: now } });
}
