/** Expires a draft whose deadline has passed; one that moved on is left alone. */
import { draftRef } from '../../commands/draft/draft-stream.js';
import { awaitsSomebody, expireDraft } from '../../commands/draft/end-draft.js';
import type { StreamWriter } from '../../commands/stream-writer.js';
import { defineJob } from '../../platform/jobs/job.js';
import type { JobQueue } from '../../platform/jobs/job-queue.js';
import { alarmAgain } from '../alarm.js';
import { DraftJob, stepContext } from '../saga.js';
import { EXPIRE_DRAFT_JOB, expireAt } from './expire-request.js';

export const expireDraftJob = (ports: { writer: StreamWriter; jobs: Pick<JobQueue, 'add'>; now(): Date }) =>
  defineJob<DraftJob>({
    name: EXPIRE_DRAFT_JOB,
    payload: DraftJob,
    async run({ draftId, cause }) {
      const outcome = await ports.writer.decide(
        draftRef(draftId, cause.workspaceId),
        stepContext(cause, 'expire'),
        expireDraft,
      );
      if (!outcome.accepted || outcome.state.status === 'absent' || !awaitsSomebody(outcome.state)) return;
      // Jobs run by the database's clock, which was ahead of this one's: the alarm is set again.
      const { expiresAt } = outcome.state;
      if (expiresAt === null) return;
      await ports.jobs.add([expireAt({ draftId, cause }, alarmAgain(expiresAt, ports.now()))]);
    },
  });
