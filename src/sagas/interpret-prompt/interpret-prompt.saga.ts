/** A new prompt, typed or heard, or an answer to a question, is read. */
import type { ReadEvent } from '../../events/registry.js';
import { parseStreamId } from '../../events/streams.js';
import { causeOf, type Saga } from '../saga.js';
import { INTERPRET_PROMPT_JOB } from './interpret-prompt.job.js';

export const interpretPromptSaga: Saga = {
  name: 'interpret-prompt',
  topics: ['drafthorse.drafts'],
  react(event) {
    if (!isToBeRead(event)) return [];
    const draftId = parseStreamId(event.streamId).id;
    return [
      {
        job: INTERPRET_PROMPT_JOB,
        payload: { draftId, cause: causeOf(event) },
        key: `interpret:${event.eventId}`,
      },
    ];
  },
};

function isToBeRead(event: ReadEvent): boolean {
  if (event.type === 'DraftCreated') return event.data.undoOf === null && !event.data.audio;
  return event.type === 'Transcribed' || event.type === 'ClarificationAnswered';
}
