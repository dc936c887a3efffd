/**
 * Erases what a person has said in a workspace. The key first: with it go all texts in the log, on Kafka, in read models and in
 * archives. Then what was never under it: name and address, recordings, kept replies of models. Drafts that were still open
 * can no longer be read and are cancelled. Every step is harmless to repeat.
 */
import { z } from 'zod';
import { draftRef } from '../../commands/draft/draft-stream.js';
import { cancelDraft } from '../../commands/draft/end-draft.js';
import { recordAudioDeleted } from '../../commands/draft/transcribe-draft.js';
import type { StreamWriter } from '../../commands/stream-writer.js';
import type { Erasure, Person } from '../../personal-data/personal-keys.js';
import type { FileStore } from '../../platform/files/file-store.js';
import type { JobQueue } from '../../platform/jobs/job-queue.js';
import { defineJob, type JobRequest } from '../../platform/jobs/job.js';
import { Cause, stepContext } from '../saga.js';
import type { DraftOfPerson } from './drafts-of-person.js';

export const ERASE_USER_DATA_JOB = 'erase-user-data';

/** After that long every read model shows what was there when the erasure was decided. */
export const SECOND_SWEEP_MS = 60_000;

const EraseJob = z.strictObject({
  userId: z.uuid(),
  erasedBy: z.uuid(),
  erasedAt: z.iso.datetime(),
  cause: Cause,
  sweep: z.enum(['first', 'second']),
});
type EraseJob = z.infer<typeof EraseJob>;

export const eraseUserDataRequest = (erase: EraseJob, runAt?: Date): JobRequest => ({
  job: ERASE_USER_DATA_JOB,
  payload: erase,
  key: `erase:${erase.sweep}:${erase.cause.eventId}`,
  ...(runAt ? { runAt: runAt.toISOString() } : {}),
});

export interface EraseUserDataPorts {
  writer: StreamWriter;
  files: FileStore;
  jobs: Pick<JobQueue, 'add'>;
  destroyKey(erasure: Erasure): Promise<void>;
  /** Name, address and what else is kept of a person to know them by, where no other workspace needs it. */
  forgetPerson(person: Person): Promise<void>;
  /** Of drafts that were created by then: those that are open, and those with a recording. */
  drafts(person: Person, createdUpTo: string): AsyncIterable<DraftOfPerson>;
  deleteReplies(person: Person): Promise<void>;
  now(): Date;
}

export const eraseUserDataJob = (ports: EraseUserDataPorts) =>
  defineJob<EraseJob>({
    name: ERASE_USER_DATA_JOB,
    payload: EraseJob,
    async run(erase) {
      const { userId, cause, erasedAt, sweep } = erase;
      const person = { userId, workspaceId: cause.workspaceId };
      if (sweep === 'first') {
        await ports.destroyKey({ ...person, erasureId: cause.eventId });
        await ports.forgetPerson(person);
      }
      for await (const draft of ports.drafts(person, erasedAt)) await eraseDraft(ports, erase, draft);
      await ports.deleteReplies(person);
      if (sweep === 'second') return;
      const later = new Date(ports.now().getTime() + SECOND_SWEEP_MS);
      await ports.jobs.add([eraseUserDataRequest({ ...erase, sweep: 'second' }, later)]);
    },
  });

async function eraseDraft(
  { writer, files }: EraseUserDataPorts,
  { cause, erasedBy }: EraseJob,
  { draftId, hasRecording }: DraftOfPerson,
): Promise<void> {
  const { workspaceId } = cause;
  const ref = draftRef(draftId, workspaceId);
  // One that executes, or has ended meanwhile, is refused: nothing reads its prompt any more.
  await writer.decide(ref, stepContext(cause, `cancel:${draftId}`), (draft, now) =>
    cancelDraft(erasedBy, draft, now),
  );
  if (!hasRecording) return;
  await files.delete({ fileId: draftId, workspaceId });
  await writer.decide(ref, stepContext(cause, `recording:${draftId}`), recordAudioDeleted);
}
