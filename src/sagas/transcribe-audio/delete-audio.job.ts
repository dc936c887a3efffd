/** Deletes a recording whose time is over, and says so on its draft; also one that never got a draft. */
import { draftRef } from '../../commands/draft/draft-stream.js';
import { mayDeleteAudio, recordAudioDeleted } from '../../commands/draft/transcribe-draft.js';
import type { DraftState } from '../../commands/draft/draft.decider.js';
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
  /** The policy: how long a recording is kept once it was heard. */
  keepMs: number;
  now(): Date;
}

export const deleteAudioJob = (ports: DeleteAudioPorts) =>
  defineJob<DeleteAudio>({
    name: DELETE_AUDIO_JOB,
    payload: DeleteAudio,
    async run(recording) {
      const { writer, files, jobs, now } = ports;
      const { draftId, workspaceId } = recording;
      const dueAt = Date.parse(recording.since) + Math.max(ports.keepMs, recording.atLeastMs);
      if (dueAt > now().getTime()) return jobs.add([deleteAudioRequest(recording, new Date(dueAt))]);
      const ref = draftRef(draftId, workspaceId);
      const { state } = await writer.load(ref);
      if (isWaitedFor(state)) {
        const later = new Date(now().getTime() + AUDIO_UNCLAIMED_MS);
        return jobs.add([deleteAudioRequest(recording, later)]);
      }
      // The file first: whoever dies in between deletes it again, and it never stays without anybody knowing.
      await files.delete({ fileId: draftId, workspaceId });
      if (state.status === 'absent') return;
      const commandId = derivedId('delete-audio', draftId);
      const context = { workspaceId, userId: null, commandId, correlationId: commandId, causationId: null };
      await writer.decide(ref, context, recordAudioDeleted);
    },
  });

const isWaitedFor = (draft: DraftState) =>
  draft.status !== 'absent' && draft.audio !== null && !draft.audio.isDeleted && !mayDeleteAudio(draft);
