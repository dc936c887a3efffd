/** A task that was read is planned. */
import { parseStreamId } from '../../events/streams.js';
import { causeOf, type Saga } from '../saga.js';
import { BUILD_PREVIEW_JOB } from './build-preview.job.js';

export const buildPreviewSaga: Saga = {
  name: 'build-preview',
  topics: ['drafthorse.drafts'],
  react(event) {
    if (event.type !== 'Parsed') return [];
    const draftId = parseStreamId(event.streamId).id;
    const { language, interpreter, warnings } = event.data;
    const payload = { draftId, cause: causeOf(event), reading: { language, interpreter, warnings } };
    return [{ job: BUILD_PREVIEW_JOB, payload, key: `preview:${event.eventId}` }];
  },
};
