/** How the API waits for what it wants to show. */
import type { DraftWatcher, ReadModel, ReadModelGate } from '../api/ports.js';
import { draftStream } from '../events/streams.js';
import type { Database } from '../platform/database/database.js';
import type { Projections } from '../projections/projections.js';

/** Projection names are also table-like names: without dashes. */
const projectionOf = (readModel: ReadModel) => readModel.replace('-', '_');

export const readModelGate = (projections: Projections): ReadModelGate => ({
  waitFor: (readModel, position, { timeoutMs, signal }) =>
    projections.waitFor(projectionOf(readModel), position, timeoutMs, signal),
});

const SELECT_STATUS = {
  name: 'draft-status',
  text: 'SELECT status FROM drafts WHERE workspace_id = $1 AND draft_id = $2',
};

export const draftWatcher = (projections: Projections, database: Database): DraftWatcher => ({
  async untilParsed({ draftId, workspaceId }, { timeoutMs, signal }) {
    const scope = database.scope(workspaceId);
    const parsed = async () => {
      const [row] = await scope.query<{ status: string }>(SELECT_STATUS, [draftId]);
      return row !== undefined && row.status !== 'pending' && row.status !== 'parsing';
    };
    await projections.waitUntil('drafts', parsed, { timeoutMs, signal, streamId: draftStream(draftId) });
  },
});
