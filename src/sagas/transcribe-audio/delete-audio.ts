/** When a recording is looked at, to be deleted if its time is over and nobody waits for it. */
import { z } from 'zod';
import type { JobRequest } from '../../platform/jobs/job.js';

export const DELETE_AUDIO_JOB = 'delete-audio';

/** How long a recording that could not be heard is kept at least, so that it can be tried again. */
export const AUDIO_RETRY_MS = 24 * 3_600_000;
/** How long an upload is kept at least that has not become a draft: it may be about to. */
export const AUDIO_UNCLAIMED_MS = 3_600_000;

export const DeleteAudio = z.strictObject({
  /** The file's id, too. */
  draftId: z.uuid(),
  workspaceId: z.uuid(),
  /** It is kept from then on for as long as the policy says, and at least `atLeastMs`. */
  since: z.iso.datetime(),
  atLeastMs: z.int().min(0),
});
export type DeleteAudio = z.infer<typeof DeleteAudio>;

/** One alarm per recording: a later request replaces the one that waits. `at` absent: the job finds out when. */
export const deleteAudioRequest = (recording: DeleteAudio, at?: Date): JobRequest => ({
  job: DELETE_AUDIO_JOB,
  payload: recording,
  key: `delete-audio:${recording.draftId}`,
  ...(at ? { runAt: at.toISOString() } : {}),
});
