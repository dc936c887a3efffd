/** Every night what is old goes into archives: a job that asks for one per workspace, and those one after another. */
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

export const retentionJob = (ports: { workspaceIds(): Promise<string[]>; jobs: Pick<JobQueue, 'add'> }) =>
  defineJob({
    name: RETENTION_JOB,
    cron: EVERY_NIGHT,
    payload: z.object({}),
    async run() {
      const workspaceIds = await ports.workspaceIds();
      await ports.jobs.add(
        workspaceIds.map((workspaceId) => ({
          job: ARCHIVE_WORKSPACE_JOB,
          payload: { workspaceId },
          key: `archive:${workspaceId}`,
          queue: 'archive',
        })),
      );
    },
  });

const ArchiveWorkspace = z.strictObject({ workspaceId: z.uuid() });

export const archiveWorkspaceJob = (ports: RetentionPorts) =>
  defineJob<z.infer<typeof ArchiveWorkspace>>({
    name: ARCHIVE_WORKSPACE_JOB,
    payload: ArchiveWorkspace,
    async run({ workspaceId }, { signal }) {
      for (const archive of [archiveDrafts, archiveChangeSets])
        for (let batches = 0; batches < BATCHES_PER_RUN_MAX && !signal.aborted; batches++)
          if (!(await archive(ports, workspaceId))) break;
    },
  });
