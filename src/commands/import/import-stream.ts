/** The stream of one import, as the stream writer takes it. */
import type { ImportEvent } from '../../events/import.events.js';
import { importStream } from '../../events/streams.js';
import type { StreamRef } from '../stream-writer.js';
import { importEvolution, type ImportState } from './import.decider.js';

export const importRef = (importId: string, workspaceId: string): StreamRef<ImportState, ImportEvent> => ({
  streamId: importStream(importId),
  workspaceId,
  evolution: importEvolution,
});
