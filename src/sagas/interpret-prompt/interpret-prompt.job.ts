/**
 * From a prompt to its preview: reads it with the interpreter, plans the task, and records what came of both: a preview,
 * an answer, a question or a failure.
 */
import { failDraft } from '../../commands/draft/end-draft.js';
import type { StreamWriter } from '../../commands/stream-writer.js';
import { defineJob } from '../../platform/jobs/job.js';
import { DraftWork } from '../draft-work.js';
import { DraftJob } from '../saga.js';
import { draftError, texts } from '../texts.js';
import { planTask, type PlanTaskPorts } from './plan-task.js';
import { readPrompt, type ReadPromptPorts } from './read-prompt.js';

export const INTERPRET_PROMPT_JOB = 'interpret-prompt';

export interface InterpretPromptPorts extends ReadPromptPorts, PlanTaskPorts {
  writer: StreamWriter;
}

export const interpretPromptJob = (ports: InterpretPromptPorts) =>
  defineJob<DraftJob>({
    name: INTERPRET_PROMPT_JOB,
    payload: DraftJob,
    async run({ draftId, cause }, attempt) {
      const name = INTERPRET_PROMPT_JOB;
      const work = await DraftWork.open(ports.writer, draftId, { cause, name, attempt: attempt.number });
      if (!work || (work.draft.status !== 'pending' && work.draft.status !== 'parsing')) return;
      try {
        // Read already where an earlier run died while planning.
        if (!work.draft.task && !(await readPrompt(ports, work))) return;
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
    },
  });
