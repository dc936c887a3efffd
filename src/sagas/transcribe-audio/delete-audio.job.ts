/** Deletes a recording whose time is over, and says so on its draft; also one that never got a draft. */
import { draftRef } from '../../commands/draft/draft-stream.js';
import { mayDeleteAudio, recordAudioDeleted } from '../../commands/draft/transcribe-draft.js';
import type { StreamWriter } from '../../commands/stream-writer.js';
import { derivedId } from '../../events/event-ids.js';
import type { FileStore } from '../../platform/files/file-store.js';
import type { JobQueue } from '../../platform/jobs/job-queue.js';
import { defineJob } from '../../platform/jobs/job.js';
import { AUDIO_UNCLAIMED_MS, DELETE_AUDIO_JOB, DeleteAudio, deleteAudioRequest } from './delete-audio.js';

export interface DeleteAudioPorts {
  writer: StreamWriter;
  files: FileStore;
  jobs: Pick<JobQueue, 'add'>;
  now(): Date;
}

export const deleteAudioJob = ({ writer, files, jobs, now }: DeleteAudioPorts) =>
  defineJob<DeleteAudio>({
    name: DELETE_AUDIO_JOB,
    payload: DeleteAudio,
    async run({ draftId, workspaceId }) {
      const ref = draftRef(draftId, workspaceId);
      const { state } = await writer.load(ref);
      const isWaitedFor = state.status !== 'absent' && state.audio !== null && !state.audio.isDeleted;
      if (isWaitedFor && !mayDeleteAudio(state)) {
        const at = new Date(now().getTime() + AUDIO_UNCLAIMED_MS);
        return jobs.add([deleteAudioRequest({ draftId, workspaceId }, at)]);
      }
      // The file first: whoever dies in between deletes it again, and it is never gone without a word for long.
      await files.delete({ fileId: draftId, workspaceId });
      if (state.status === 'absent') return;
      const commandId = derivedId('delete-audio', draftId);
      const context = { workspaceId, userId: null, commandId, correlationId: commandId, causationId: null };
      await writer.decide(ref, context, recordAudioDeleted);
    },
  });
