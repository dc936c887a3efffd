import type { StreamWriter } from '../../commands/stream-writer.js';
import type { EventStore } from '../../event-store/event-store.js';
import type { FileStore } from '../../platform/files/file-store.js';
import type { WorkspaceReads } from '../../platform/database/workspace-scope.js';
import type { Target } from '../../projections/projections.js';

export interface RetentionPorts {
  writer: StreamWriter;
  /** The log as it stands, personal texts sealed. */
  log: Pick<EventStore, 'readStream'>;
  files: FileStore;
  reads: WorkspaceReads;
  /** Whether the read model shows this event; waits for it for a while. */
  isShown(readModel: 'drafts' | 'change_sets', target: Target): Promise<boolean>;
  /** Null: kept for ever. */
  draftsKeptMs: number | null;
  changeSetsKeptMs: number | null;
  now(): Date;
}

/** The context of a step that is the same command on every try. */
export const stepOf = (workspaceId: string, commandId: string) => ({
  workspaceId,
  userId: null,
  commandId,
  correlationId: commandId,
  causationId: null,
});

/** The read model is behind: the job is tried again, and goes on where it was. */
export class NotShownYetError extends Error {
  constructor(readModel: string) {
    super(`${readModel} does not show yet what was archived`);
    this.name = 'NotShownYetError';
  }
}
