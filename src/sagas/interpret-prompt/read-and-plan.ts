/** What both jobs that read prompts have in common: a reading in their own way, then the plan, then the draft's record. */
import { failDraft } from '../../commands/draft/end-draft.js';
import type { StreamWriter } from '../../commands/stream-writer.js';
import { ERASED } from '../../personal-data/personal-texts.js';
import type { JobAttempt } from '../../platform/jobs/job.js';
import { DraftWork } from '../draft-work.js';
import type { DraftJob } from '../saga.js';
import { draftError, texts } from '../texts.js';
import { planTask, type PlanTaskPorts } from './plan-task.js';
import type { ReadPromptPorts } from './read-prompt.js';

export interface ReadAndPlanPorts extends ReadPromptPorts, PlanTaskPorts {
  writer: StreamWriter;
}

/** `read` records what the prompt was read as; false: there is nothing (more) to do here. */
export async function readAndPlan(
  ports: ReadAndPlanPorts,
  { name, draftId, cause, attempt }: DraftJob & { name: string; attempt: JobAttempt },
  read: (work: DraftWork) => Promise<boolean>,
): Promise<void> {
  const work = await DraftWork.open(ports.writer, draftId, { cause, name, attempt: attempt.number });
  if (!work || (work.draft.status !== 'pending' && work.draft.status !== 'parsing')) return;
  if (work.draft.prompt === ERASED) {
    // Erased between being said and being read: nothing but this is known of it.
    work.record((draft, now) =>
      failDraft(draftError('WORDS_ERASED', texts.wordsErased(), work.draft.language), draft, now),
    );
    await work.save();
    return;
  }
  try {
    // Read already where an earlier run died while planning.
    if (!work.draft.task && !(await read(work))) return;
    if (work.draft.task) await planTask(ports, work, cause);
    await work.save();
  } catch (error) {
    if (!attempt.lastAttempt) throw error;
    const why = work.draft.task
      ? draftError('PREVIEW_FAILED', texts.noPreview(), work.draft.language)
      : draftError('INTERPRETER_FAILED', texts.notRead(), work.draft.language);
    work.record((draft, now) => failDraft(why, draft, now));
    await work.save();
  }
}
