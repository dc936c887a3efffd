/** A confirmed preview is applied. */
import { parseStreamId } from '../../events/streams.js';
import { causeOf, type Saga } from '../saga.js';
import { APPLY_CHANGES_JOB } from './apply-changes.job.js';

export const applyChangesSaga: Saga = {
  name: 'apply-changes',
  topics: ['drafthorse.drafts'],
  react(event) {
    if (event.type !== 'Confirmed') return [];
    const draftId = parseStreamId(event.streamId).id;
    return [
      {
        job: APPLY_CHANGES_JOB,
        payload: { draftId, cause: causeOf(event) },
        key: `apply:${event.eventId}`,
      },
    ];
  },
};
