/** The stream of one workspace, as the stream writer takes it. */
import type { WorkspaceEvent } from '../../events/workspace.events.js';
import { workspaceStream } from '../../events/streams.js';
import type { StreamRef } from '../stream-writer.js';
import { workspaceEvolution, type WorkspaceState } from './workspace.decider.js';

export const workspaceRef = (workspaceId: string): StreamRef<WorkspaceState, WorkspaceEvent> => ({
  streamId: workspaceStream(workspaceId),
  workspaceId,
  evolution: workspaceEvolution,
});
