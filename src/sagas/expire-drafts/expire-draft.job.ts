/** Expires a draft whose deadline has passed; one that moved on is left alone. */
import { draftRef } from '../../commands/draft/draft-stream.js';
import { expireDraft } from '../../commands/draft/end-draft.js';
import type { StreamWriter } from '../../commands/stream-writer.js';
import { defineJob } from '../../platform/jobs/job.js';
import { DraftJob, stepContext } from '../saga.js';

export const EXPIRE_DRAFT_JOB = 'expire-draft';

export const expireDraftJob = (ports: { writer: StreamWriter }) =>
  defineJob<DraftJob>({
    name: EXPIRE_DRAFT_JOB,
    payload: DraftJob,
    async run({ draftId, cause }) {
      await ports.writer.decide(
        draftRef(draftId, cause.workspaceId),
        stepContext(cause, 'expire'),
        expireDraft,
      );
    },
  });
