/** How the end of a draft's waiting is asked for. */
import type { JobRequest } from '../../platform/jobs/job.js';
import type { DraftJob } from '../saga.js';

export const EXPIRE_DRAFT_JOB = 'expire-draft';

/** One alarm per draft: a new deadline replaces the old one. */
export const expireAt = (draft: DraftJob, expiresAt: string): JobRequest => ({
  job: EXPIRE_DRAFT_JOB,
  payload: draft,
  key: `expire:${draft.draftId}`,
  runAt: expiresAt,
});
