/**
 * The reading of a sentence by language models: slow, costly, and given up as soon as nobody waits for it. What it took
 * is recorded whatever becomes of it, and before anything else can fail.
 */
import { startParsing } from '../../commands/draft/interpret-draft.js';
import type { Attempt, InterpretRequest, Reading } from '../../interpreter/interpreter.js';
import { defineJob } from '../../platform/jobs/job.js';
import type { DraftWork } from '../draft-work.js';
import { DraftJob } from '../saga.js';
import { whileAwaited } from '../while-awaited.js';
import { accountOf, accountOfGivenUp } from './model-account.js';
import type { ReadingAccount } from './model-budget.js';
import { readAndPlan, type ReadAndPlanPorts } from './read-and-plan.js';
import { recordReading, requestOf } from './read-prompt.js';

export const ASK_MODELS_JOB = 'ask-models';

export const askModelsJob = (ports: ReadAndPlanPorts) =>
  defineJob<DraftJob>({
    name: ASK_MODELS_JOB,
    lane: 'outside',
    payload: DraftJob,
    run: (payload, attempt) =>
      readAndPlan(ports, { name: ASK_MODELS_JOB, ...payload, attempt }, async (work) => {
        work.record(startParsing);
        if (!(await work.save())) return false;
        const request = await requestOf(ports, work.draft);
        const startedAt = ports.now().getTime();
        const account = ports.budget?.open(work.draft);
        const reading = await ask(ports, work, { request, account, ended: attempt.signal });
        if (reading) recordReading(ports, work, reading, ports.now().getTime() - startedAt);
        const isSaved = await work.save();
        account?.recorded(work.position);
        if (reading) await ports.keepReply?.(work.draft, reading.record);
        return reading !== null && isSaved;
      }),
  });

interface Asking {
  request: InterpretRequest;
  account: ReadingAccount | undefined;
  /** The process is to end. */
  ended: AbortSignal;
}

/** Null when the draft was cancelled meanwhile. Rejects when the process ends; the job then runs again elsewhere. */
async function ask(
  { interpreter, now }: ReadAndPlanPorts,
  work: DraftWork,
  { request, account, ended }: Asking,
): Promise<Reading | null> {
  const attempts: Attempt[] = [];
  const onAttempt = (attempt: Attempt): void => {
    attempts.push(attempt);
    account?.spent(attempt.cost);
  };
  return whileAwaited(work, ended, async ({ signal, isCancelled }) => {
    try {
      const reading = await interpreter.interpret(request, { signal, onAttempt });
      work.account(accountOf(reading, interpreter.version, now()));
      return reading;
    } catch (error) {
      work.account(accountOfGivenUp(attempts, interpreter.version, now()));
      if (isCancelled()) return null;
      await work.save();
      throw error;
    }
  });
}
