/** A new prompt, or an answer to a question, is read. */
import { parseStreamId } from '../../events/streams.js';
import { causeOf, type Saga } from '../saga.js';
import { INTERPRET_PROMPT_JOB } from './interpret-prompt.job.js';

export const interpretPromptSaga: Saga = {
  name: 'interpret-prompt',
  topics: ['drafthorse.drafts'],
  react(event) {
    const opened = event.type === 'DraftCreated' && event.data.undoOf === null;
    if (!opened && event.type !== 'ClarificationAnswered') return [];
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
