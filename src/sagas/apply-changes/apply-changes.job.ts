/**
 * Applies a confirmed plan: exactly its sealed rows, at exactly their versions, in one append. Between the
 * draft's stream and the catalogue's there is no common transaction; instead every step is recognised when it
 * is repeated, so a job that was killed anywhere is finished by running it again.
 */
import type { CatalogueWriter } from '../../commands/catalogue/catalogue-writer.js';
import type { ChangeProductsRefusal } from '../../commands/catalogue/change-products.js';
import { accept } from '../../commands/decision.js';
import { isDue, type Draft } from '../../commands/draft/draft.decider.js';
import { failDraft } from '../../commands/draft/end-draft.js';
import { queueExecution, recordExecuted, startExecution } from '../../commands/draft/execute-draft.js';
import type { PreviewPlanner } from '../../commands/draft/preview-planner.js';
import type { StreamWriter } from '../../commands/stream-writer.js';
import type { ChangeOrigin } from '../../events/catalogue.events.js';
import type { DraftError, Language } from '../../events/draft.events.js';
import { derivedId } from '../../events/event-ids.js';
import { rowsToChanges } from '../../planning/changes.js';
import { defineJob } from '../../platform/jobs/job.js';
import type { JobQueue } from '../../platform/jobs/job-queue.js';
import { alarmAgain } from '../alarm.js';
import type { CatalogueShown } from '../catalogue-shown.js';
import { DraftWork } from '../draft-work.js';
import { DraftJob, stepContext, type Cause } from '../saga.js';
import { draftError, texts } from '../texts.js';
import { APPLY_CHANGES_JOB, applyAt } from './apply-request.js';

export interface ApplyChangesPorts {
  writer: StreamWriter;
  catalogue: CatalogueWriter;
  planner: PreviewPlanner;
  shown: CatalogueShown;
  jobs: Pick<JobQueue, 'add'>;
  now(): Date;
}

export const applyChangesJob = (ports: ApplyChangesPorts) =>
  defineJob<DraftJob>({
    name: APPLY_CHANGES_JOB,
    payload: DraftJob,
    async run({ draftId, cause }, attempt) {
      const name = APPLY_CHANGES_JOB;
      const work = await DraftWork.open(ports.writer, draftId, { cause, name, attempt: attempt.number });
      if (!work) return;
      const changeSetId = derivedId('change-set-of', draftId);
      const startedBefore = work.draft.status === 'executing';
      if (await isWaiting(ports, work.draft, cause)) return;
      const obstacle = await obstacleOf(ports, work.draft);
      if (obstacle)
        work.record((draft, now) => (isDue(draft, now) ? failDraft(obstacle, draft, now) : accept()));
      work.record(queueExecution);
      work.record((draft, now) => startExecution(changeSetId, draft, now));
      const saved = await work.save();
      // Cancelled or failed before it began, or finished by an earlier run of this job.
      if (work.draft.status !== 'executing' || !saved) return;
      try {
        // An earlier run may have been killed after its append: what is in the log is recorded, not decided again.
        const applied =
          (startedBefore && (await appliedBefore(ports, changeSetId, cause))) ||
          (await change(ports, work.draft, changeSetId, cause));
        await finish(ports, work, changeSetId, applied);
      } catch (error) {
        // What is in the catalogue's stream did happen: such a draft is not failed, the job waits for a person.
        if (!attempt.lastAttempt || (await appliedBefore(ports, changeSetId, cause))) throw error;
        const failure = draftError('EXECUTION_FAILED', texts.notApplied(), work.draft.language);
        await finish(ports, work, changeSetId, failure);
      }
    },
  });

/**
 * A second person is still asked, or the time has not come: jobs run by the database's clock, which may be ahead of this
 * one's, and the draft may have got another time. The alarm is then set again.
 */
async function isWaiting({ jobs, now }: ApplyChangesPorts, draft: Draft, cause: Cause): Promise<boolean> {
  const { status, approval, schedule, draftId } = draft;
  if (status !== 'confirmed') return false;
  if (approval?.state === 'requested') return true;
  if (!schedule || schedule.runAt <= now().toISOString()) return false;
  await jobs.add([applyAt({ draftId, cause }, alarmAgain(schedule.runAt, now()))]);
  return true;
}

/** A change that has waited is held to the rules of now; one that was confirmed a moment ago was held to them then. */
async function obstacleOf({ planner }: ApplyChangesPorts, draft: Draft): Promise<DraftError | null> {
  const { status, preview, confirmation, approval, schedule } = draft;
  if (status !== 'confirmed' || !preview || !confirmation || (!approval && !schedule)) return null;
  const { exclude, edits: editedPreview } = confirmation;
  return planner.recheck(preview, { exclude, editedPreview }, draft);
}

interface Applied {
  catalogueRevision: number;
  changed: number;
  /** Of the change set's last event. */
  position: bigint;
}

async function appliedBefore(
  { catalogue }: ApplyChangesPorts,
  changeSetId: string,
  { workspaceId }: Cause,
): Promise<Applied | null> {
  const found = await catalogue.find(changeSetId, workspaceId);
  return (
    found && { catalogueRevision: found.revision, position: found.position, changed: found.changes.length }
  );
}

async function change(
  ports: ApplyChangesPorts,
  { draftId, workspaceId, language, preview, confirmation, approval, undoOf }: Draft,
  changeSetId: string,
  cause: Cause,
): Promise<Applied | DraftError> {
  if (!preview || !confirmation) throw new Error(`draft ${draftId} is executing without a confirmed preview`);
  const { exclude, edits, confirmedBy: userId } = confirmation;
  const checked = await ports.planner.confirmedRows(
    preview,
    { exclude, editedPreview: edits },
    { workspaceId, language, approval },
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

/** The draft is told what became of its change; of one that was made, once the catalogue shows it. */
async function finish(
  ports: ApplyChangesPorts,
  work: DraftWork,
  changeSetId: string,
  result: Applied | DraftError,
): Promise<void> {
  if ('code' in result) work.record((draft, now) => failDraft(result, draft, now));
  else {
    const { position, ...applied } = result;
    const executed = { changeSetId, ...applied, executedAt: ports.now().toISOString() };
    await ports.shown(work.draft.workspaceId, position);
    work.record((draft) => recordExecuted(executed, draft));
  }
  await work.save();
}

function errorOf(refusal: ChangeProductsRefusal, language: Language): DraftError {
  if (refusal.code === 'SKU_TAKEN')
    return draftError('SKU_TAKEN', texts.skuTakenMeanwhile(refusal.sku), language);
  // The rules for what nobody previewed do not hold a draft up.
  if (refusal.code !== 'VERSION_MISMATCH') throw new Error(`a confirmed change was refused: ${refusal.code}`);
  const moved = refusal.mismatches.map(({ productId }) => productId);
  return draftError('PLAN_CHANGED', texts.productsMoved(moved), language);
}
