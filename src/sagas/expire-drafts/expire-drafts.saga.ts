/** A draft that waits for somebody stops waiting when its time is over. */
import type { ReadEvent } from '../../events/registry.js';
import { parseStreamId } from '../../events/streams.js';
import { causeOf, type Saga } from '../saga.js';
import { expireAt } from './expire-request.js';

export const expireDraftsSaga: Saga = {
  name: 'expire-drafts',
  topics: ['drafthorse.drafts'],
  react(event) {
    const expiresAt = deadlineOf(event);
    if (expiresAt === null) return [];
    return [expireAt({ draftId: parseStreamId(event.streamId).id, cause: causeOf(event) }, expiresAt)];
  },
};

/** Null: the draft does not begin to wait. */
function deadlineOf(event: ReadEvent): string | null {
  switch (event.type) {
    case 'PreviewBuilt':
    case 'ClarificationAsked':
      return event.data.expiresAt;
    case 'Confirmed':
      return event.data.approval?.expiresAt ?? null;
    default:
      return null;
  }
}
