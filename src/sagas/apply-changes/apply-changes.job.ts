/**
 * Applies a confirmed plan: exactly its sealed rows, at exactly their versions, in one append. Between the
 * draft's stream and the catalogue's there is no common transaction; instead every step is recognised when it
 * is repeated, so a job that was killed anywhere is finished by running it again.
 */
import { CatalogueWriter } from '../../commands/catalogue/catalogue-writer.js';
import type { ChangeProductsRefusal } from '../../commands/catalogue/change-products.js';
import { draftRef } from '../../commands/draft/draft-stream.js';
import type { Draft } from '../../commands/draft/draft.decider.js';
import { failDraft } from '../../commands/draft/end-draft.js';
import { queueExecution, recordExecuted, startExecution } from '../../commands/draft/execute-draft.js';
import type { PreviewPlanner } from '../../commands/draft/preview-planner.js';
import type { LoadedStream, StreamWriter } from '../../commands/stream-writer.js';
import type { ChangeOrigin } from '../../events/catalogue.events.js';
import type { DraftError, Language } from '../../events/draft.events.js';
import { derivedId } from '../../events/event-ids.js';
import { rowsToChanges } from '../../planning/changes.js';
import { defineJob } from '../../platform/jobs/job.js';
import type { CatalogueShown } from '../catalogue-shown.js';
import { DraftJob, stepContext, type Cause } from '../saga.js';
import { draftError, texts } from '../texts.js';

export const APPLY_CHANGES_JOB = 'apply-changes';

export interface ApplyChangesPorts {
  writer: StreamWriter;
  catalogue: CatalogueWriter;
  planner: PreviewPlanner;
  shown: CatalogueShown;
  now(): Date;
}

export const applyChangesJob = (ports: ApplyChangesPorts) =>
  defineJob<DraftJob>({
    name: APPLY_CHANGES_JOB,
    payload: DraftJob,
    async run({ draftId, cause }, attempt) {
      const ref = draftRef(draftId, cause.workspaceId);
      const changeSetId = derivedId('change-set-of', draftId);
      const queued = await ports.writer.decide(ref, stepContext(cause, 'queue'), queueExecution);
      if (!queued.accepted) return;
      const started = await ports.writer.decide(
        ref,
        stepContext(cause, 'start'),
        (draft, now) => startExecution(changeSetId, draft, now),
        queued,
      );
      // Cancelled before it began, or finished by an earlier run of this job.
      if (!started.accepted || started.state.status !== 'executing') return;
      try {
        await apply(ports, { ...started, state: started.state }, changeSetId, cause);
      } catch (error) {
        // What is in the catalogue's stream did happen: such a draft is not failed, the job waits for a person.
        const applied = await ports.catalogue.find(changeSetId, cause.workspaceId);
        if (!attempt.lastAttempt || applied) throw error;
        const failure = draftError('EXECUTION_FAILED', texts.notApplied(), started.state.language);
        await fail(ports, draftId, cause, failure);
      }
    },
  });

async function apply(
  ports: ApplyChangesPorts,
  started: LoadedStream<Draft>,
  changeSetId: string,
  cause: Cause,
): Promise<void> {
  const { draftId, workspaceId } = started.state;
  // An earlier run may have been killed after its append: what is in the log is recorded, not decided again.
  const before = await ports.catalogue.find(changeSetId, workspaceId);
  const applied = before
    ? { catalogueRevision: before.revision, position: before.position, changed: before.changes.length }
    : await change(ports, started.state, changeSetId, cause);
  if ('code' in applied) return fail(ports, draftId, cause, applied);
  const { position, ...result } = applied;
  const executed = { changeSetId, ...result, executedAt: ports.now().toISOString() };
  await ports.shown(position);
  await ports.writer.decide(
    draftRef(draftId, workspaceId),
    stepContext(cause, 'executed'),
    (state) => recordExecuted(executed, state),
    started,
  );
}

async function change(
  ports: ApplyChangesPorts,
  { draftId, workspaceId, language, preview, confirmation, undoOf }: Draft,
  changeSetId: string,
  cause: Cause,
): Promise<{ catalogueRevision: number; position: bigint; changed: number } | DraftError> {
  if (!preview || !confirmation) throw new Error(`draft ${draftId} is executing without a confirmed preview`);
  const { exclude, edits, confirmedBy: userId } = confirmation;
  const checked = await ports.planner.confirmedRows(
    preview,
    { exclude, editedPreview: edits },
    { workspaceId, language },
  );
  if ('error' in checked) return checked.error;
  const origin: ChangeOrigin = undoOf
    ? { kind: 'undo', draftId, undoneChangeSetId: undoOf.changeSetId }
    : { kind: 'draft', draftId };
  const changes = rowsToChanges(checked.rows);
  const context = { ...stepContext(cause, 'apply'), userId };
  const applied = await ports.catalogue.apply({ changeSetId, origin, userId, changes }, context);
  if (!applied.accepted) return errorOf(applied.refusal, language);
  return { catalogueRevision: applied.revision, position: applied.position, changed: changes.length };
}

async function fail(
  ports: ApplyChangesPorts,
  draftId: string,
  cause: Cause,
  error: DraftError,
): Promise<void> {
  const ref = draftRef(draftId, cause.workspaceId);
  await ports.writer.decide(ref, stepContext(cause, 'fail'), (draft, now) => failDraft(error, draft, now));
}

function errorOf(refusal: ChangeProductsRefusal, language: Language): DraftError {
  if (refusal.code === 'SKU_TAKEN')
    return draftError('SKU_TAKEN', texts.skuTakenMeanwhile(refusal.sku), language);
  const moved = refusal.mismatches.map(({ productId }) => productId);
  return draftError('PLAN_CHANGED', texts.productsMoved(moved), language);
}
