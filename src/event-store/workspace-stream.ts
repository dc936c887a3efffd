/** Streams as one workspace sees them: another one's reads as absent, and there is no telling it from one that never was. */
import type { RecordedEvent } from '../events/contract.js';
import type { EventStore } from './event-store.js';

export interface StreamOfWorkspace {
  streamId: string;
  workspaceId: string;
}

/** As `EventStore.readStream`; empty for a stream of another workspace. */
export async function readWorkspaceStream(
  store: Pick<EventStore, 'readStream'>,
  { streamId, workspaceId }: StreamOfWorkspace,
  page: { fromRevision?: number; limit?: number } = {},
): Promise<RecordedEvent[]> {
  const events = await store.readStream(streamId, page);
  return events.some((event) => event.workspaceId !== workspaceId) ? [] : events;
}
