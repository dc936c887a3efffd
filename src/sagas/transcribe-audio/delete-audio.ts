/** When a recording is looked at, to be deleted if nobody waits for it any more. */
import { z } from 'zod';
import type { JobRequest } from '../../platform/jobs/job.js';

export const DELETE_AUDIO_JOB = 'delete-audio';

/** A recording that could not be heard is kept at least so long, so that it can be tried again. */
export const AUDIO_RETRY_MS = 24 * 3_600_000;
/** When an upload that never became a draft is removed, and how often one that waits to be heard is looked at. */
export const AUDIO_UNCLAIMED_MS = 3_600_000;

export const DeleteAudio = z.strictObject({ draftId: z.uuid(), workspaceId: z.uuid() });
export type DeleteAudio = z.infer<typeof DeleteAudio>;

/** One alarm per recording: a later request replaces the one that waits. The file's id is the draft's. */
export const deleteAudioRequest = (recording: DeleteAudio, at: Date): JobRequest => ({
  job: DELETE_AUDIO_JOB,
  payload: recording,
  key: `delete-audio:${recording.draftId}`,
  runAt: at.toISOString(),
});
