/** The stream of one draft, as the stream writer takes it. */
import { draftStream } from '../../events/streams.js';
import type { DraftEvent } from '../../events/draft.events.js';
import type { StreamRef } from '../stream-writer.js';
import { draftEvolution, type DraftState } from './draft.decider.js';

export const draftRef = (draftId: string, workspaceId: string): StreamRef<DraftState, DraftEvent> => ({
  streamId: draftStream(draftId),
  workspaceId,
  evolution: draftEvolution,
});
