/** Which draft a request is about to create. */
import { v7 as uuidv7 } from 'uuid';
import { derivedId } from '../../events/event-ids.js';

/** The same user and client request id: the same draft. Without one: a new draft each time. */
export function newDraftId(
  clientRequestId: string | undefined,
  { workspaceId, userId }: { workspaceId: string; userId: string },
): string {
  // The workspace is part of it: a user of two workspaces must not meet the other one's draft.
  return clientRequestId ? derivedId('draft', workspaceId, userId, clientRequestId) : uuidv7();
}

/** Every way of creating a draft is the same command: said twice, once by text and once by voice, it is one draft. */
export const creationId = (draftId: string) => derivedId('create', draftId);
