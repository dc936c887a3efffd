/**
 * Every night what is old goes into archives, one workspace after another: each job asks for the next workspace's. All at
 * once they would be a queue as long as the installation has workspaces, in which nobody else's new work is taken on.
 */
import { z } from 'zod';
import type { JobQueue } from '../../platform/jobs/job-queue.js';
import { defineJob } from '../../platform/jobs/job.js';
import { archiveChangeSets } from './archive-change-sets.js';
import { archiveDrafts } from './archive-drafts.js';
import type { RetentionPorts } from './retention-ports.js';

export const RETENTION_JOB = 'retention';
export const ARCHIVE_WORKSPACE_JOB = 'archive-workspace';

/** Minutes, hours, days …, UTC: when few people work anywhere near it, and not on the hour, when everybody's jobs begin. */
const EVERY_NIGHT = '17 3 * * *';
/** Batches of one run; what is left waits for the next night. */
const BATCHES_PER_RUN_MAX = 1_000;

export interface Rounds {
  /** In the order of their ids; null before the first, and after the last. */
  workspaceAfter(workspaceId: string | null): Promise<string | null>;
  jobs: Pick<JobQueue, 'add'>;
}

async function askForNext({ workspaceAfter, jobs }: Rounds, last: string | null): Promise<void> {
  const workspaceId = await workspaceAfter(last);
  if (workspaceId === null) return;
  const key = `archive:${workspaceId}`;
  await jobs.add([{ job: ARCHIVE_WORKSPACE_JOB, payload: { workspaceId }, key, queue: 'archive' }]);
}

export const retentionJob = (rounds: Rounds) =>
  defineJob({
    name: RETENTION_JOB,
    cron: EVERY_NIGHT,
    payload: z.object({}),
    run: () => askForNext(rounds, null),
  });

const ArchiveWorkspace = z.strictObject({ workspaceId: z.uuid() });

export const archiveWorkspaceJob = (ports: RetentionPorts & Rounds) =>
  defineJob<z.infer<typeof ArchiveWorkspace>>({
    name: ARCHIVE_WORKSPACE_JOB,
    payload: ArchiveWorkspace,
    async run({ workspaceId }, { number, signal }) {
      // Before anything can fail: a workspace that is tried again holds up no other one, and begins no second round.
      if (number === 1) await askForNext(ports, workspaceId);
      for (const archive of [archiveDrafts, archiveChangeSets])
        for (let batches = 0; batches < BATCHES_PER_RUN_MAX && !signal.aborted; batches++)
          if (!(await archive(ports, workspaceId))) break;
    },
  });
