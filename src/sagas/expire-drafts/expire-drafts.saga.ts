/** A draft that waits for the user stops waiting when its time is over. */
import { parseStreamId } from '../../events/streams.js';
import { causeOf, type Saga } from '../saga.js';
import { EXPIRE_DRAFT_JOB } from './expire-draft.job.js';

export const expireDraftsSaga: Saga = {
  name: 'expire-drafts',
  topics: ['drafthorse.drafts'],
  react(event) {
    if (event.type !== 'PreviewBuilt' && event.type !== 'ClarificationAsked') return [];
    const draftId = parseStreamId(event.streamId).id;
    return [
      {
        job: EXPIRE_DRAFT_JOB,
        payload: { draftId, cause: causeOf(event) },
        // One alarm per draft: a new deadline replaces the old one.
        key: `expire:${draftId}`,
        runAt: event.data.expiresAt,
      },
    ];
  },
};
