/**
 * Marks the original draft of an executed undo as undone. If that original was an undo itself, what it had
 * taken back stands again.
 */
import { draftRef } from '../../commands/draft/draft-stream.js';
import { markUndone, reinstate } from '../../commands/draft/undo-draft.js';
import type { StreamWriter } from '../../commands/stream-writer.js';
import { defineJob } from '../../platform/jobs/job.js';
import { DraftJob, stepContext } from '../saga.js';

export const RECORD_UNDO_JOB = 'record-undo';

export const recordUndoJob = (ports: { writer: StreamWriter; now(): Date }) =>
  defineJob<DraftJob>({
    name: RECORD_UNDO_JOB,
    payload: DraftJob,
    async run({ draftId: byDraftId, cause }) {
      const { workspaceId } = cause;
      const { state: undo } = await ports.writer.load(draftRef(byDraftId, workspaceId));
      if (undo.status === 'absent' || !undo.undoOf?.draftId) return;
      const { draftId, changeSetId } = undo.undoOf;
      const at = ports.now().toISOString();
      const original = await ports.writer.decide(
        draftRef(draftId, workspaceId),
        stepContext(cause, 'mark-undone'),
        (draft) => markUndone({ byDraftId, changeSetId, undoneAt: at }, draft),
      );
      if (!original.accepted || original.state.status === 'absent' || !original.state.undoOf?.draftId) return;
      const reinstated = { byDraftId, changeSetId: original.state.undoOf.changeSetId, reinstatedAt: at };
      await ports.writer.decide(
        draftRef(original.state.undoOf.draftId, workspaceId),
        stepContext(cause, 'reinstate'),
        (draft) => reinstate(reinstated, draft),
      );
    },
  });
