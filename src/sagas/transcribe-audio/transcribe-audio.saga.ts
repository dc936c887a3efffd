/** A recording is to be heard, or heard again; one that was heard is deleted when its time is over. */
import { parseStreamId } from '../../events/streams.js';
import type { ReadEvent } from '../../events/registry.js';
import type { JobRequest } from '../../platform/jobs/job.js';
import { causeOf, type Saga } from '../saga.js';
import { AUDIO_RETRY_MS, deleteAudioRequest } from './delete-audio.js';
import { TRANSCRIBE_AUDIO_JOB } from './transcribe-audio.job.js';

export const transcribeAudioSaga: Saga = {
  name: 'transcribe-audio',
  topics: ['drafthorse.drafts'],
  react(event) {
    switch (event.type) {
      case 'DraftCreated':
        return event.data.audio ? [transcribe(event)] : [];
      case 'TranscriptionRetried':
        return [transcribe(event)];
      case 'Transcribed':
        return [deleteInTime(event, event.data.transcribedAt, 0)];
      case 'TranscriptionFailed':
        return [deleteInTime(event, event.data.failedAt, AUDIO_RETRY_MS)];
      default:
        return [];
    }
  },
};

const draftIdOf = (event: ReadEvent) => parseStreamId(event.streamId).id;

const transcribe = (event: ReadEvent): JobRequest => ({
  job: TRANSCRIBE_AUDIO_JOB,
  payload: { draftId: draftIdOf(event), cause: causeOf(event) },
  key: `transcribe:${event.eventId}`,
});

const deleteInTime = (event: ReadEvent, since: string, atLeastMs: number): JobRequest =>
  deleteAudioRequest({ draftId: draftIdOf(event), workspaceId: event.workspaceId, since, atLeastMs });
