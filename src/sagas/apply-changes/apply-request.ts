/** How the applying of a confirmed draft is asked for. */
import type { JobRequest } from '../../platform/jobs/job.js';
import type { DraftJob } from '../saga.js';

export const APPLY_CHANGES_JOB = 'apply-changes';

export const applyNow = (draft: DraftJob): JobRequest => ({
  job: APPLY_CHANGES_JOB,
  payload: draft,
  key: `apply:${draft.cause.eventId}`,
});

/** One alarm per draft: another time replaces the one before. */
export const applyAt = (draft: DraftJob, runAt: string): JobRequest => ({
  job: APPLY_CHANGES_JOB,
  payload: draft,
  key: `apply-at:${draft.draftId}`,
  runAt,
});
