/**
 * From a prompt to its preview: reads it with the interpreter, plans the task, and records what came of both: a preview,
 * an answer, a question or a failure. A sentence that takes a model is left to ask-models, in the lane of those who wait
 * for outside services.
 */
import { startParsing } from '../../commands/draft/interpret-draft.js';
import type { JobQueue } from '../../platform/jobs/job-queue.js';
import { defineJob } from '../../platform/jobs/job.js';
import { DraftJob } from '../saga.js';
import { ASK_MODELS_JOB } from './ask-models.job.js';
import { accountOf } from './model-account.js';
import { readAndPlan, type ReadAndPlanPorts } from './read-and-plan.js';
import { recordReading, requestOf } from './read-prompt.js';

export const INTERPRET_PROMPT_JOB = 'interpret-prompt';

export interface InterpretPromptPorts extends ReadAndPlanPorts {
  jobs: Pick<JobQueue, 'add'>;
}

export const interpretPromptJob = (ports: InterpretPromptPorts) =>
  defineJob<DraftJob>({
    name: INTERPRET_PROMPT_JOB,
    payload: DraftJob,
    run: (payload, attempt) =>
      readAndPlan(ports, { name: INTERPRET_PROMPT_JOB, ...payload, attempt }, async (work) => {
        const request = await requestOf(ports, work.draft);
        const startedAt = ports.now().getTime();
        const reading = ports.interpreter.atOnce(request);
        if (!reading) {
          const key = `ask:${payload.cause.eventId}`;
          await ports.jobs.add([{ job: ASK_MODELS_JOB, payload, key }]);
          return false;
        }
        work.record(startParsing);
        work.account(accountOf(reading, ports.interpreter.version, ports.now()));
        recordReading(ports, work, reading, ports.now().getTime() - startedAt);
        return true;
      }),
  });
