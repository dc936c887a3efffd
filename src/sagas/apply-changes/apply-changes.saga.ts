/** A confirmed change is applied: at once, when a second person has agreed, or when its time has come. */
import { parseStreamId } from '../../events/streams.js';
import { causeOf, type Saga } from '../saga.js';
import { applyAt, applyNow } from './apply-request.js';

export const applyChangesSaga: Saga = {
  name: 'apply-changes',
  topics: ['drafthorse.drafts'],
  react(event) {
    const draft = { draftId: parseStreamId(event.streamId).id, cause: causeOf(event) };
    switch (event.type) {
      case 'Confirmed': {
        const { approval, schedule } = event.data;
        if (approval) return [];
        return [schedule ? applyAt(draft, schedule.runAt) : applyNow(draft)];
      }
      case 'Approved':
        return [event.data.runAt === null ? applyNow(draft) : applyAt(draft, event.data.runAt)];
      case 'Rescheduled':
        return [applyAt(draft, event.data.schedule.runAt)];
      default:
        return [];
    }
  },
};
