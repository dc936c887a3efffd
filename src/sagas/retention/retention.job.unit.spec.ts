import { expect, it } from 'vitest';
import type { JobAttempt, JobRequest } from '../../platform/jobs/job.js';
import { WorkspaceScope } from '../../platform/database/workspace-scope.js';
import type { RetentionPorts } from './retention-ports.js';
import { archiveWorkspaceJob, retentionJob, type Rounds } from './retention.job.js';

const WORKSPACES = Array.from(
  { length: 40 },
  (_, index) => `0198c4b2-0000-7000-8000-${100_000_000_000 + index}`,
);
const attempt = (number: number): JobAttempt => ({
  number,
  lastAttempt: false,
  signal: new AbortController().signal,
});

/** A night: every job that is asked for runs, in order. `read`: what is looked up of a workspace. */
async function night(read: (workspaceId: string) => void) {
  const waiting: JobRequest[] = [];
  let longest = 0;
  const rounds: Rounds = {
    workspaceAfter: async (last) =>
      WORKSPACES.find((workspaceId) => last === null || workspaceId > last) ?? null,
    jobs: {
      add: async (jobs) => {
        longest = Math.max(longest, waiting.push(...jobs));
      },
    },
  };
  const query = async (_: unknown, [workspaceId]: unknown[] = []) => {
    read(String(workspaceId));
    return { rows: [], rowCount: 0, command: '', oid: 0, fields: [] };
  };
  const ports = {
    ...rounds,
    reads: { scope: (workspaceId: string) => new WorkspaceScope({ query }, workspaceId) },
    draftsKeptMs: 1,
    changeSetsKeptMs: 1,
    now: () => new Date(),
  };
  const job = archiveWorkspaceJob(ports as unknown as RetentionPorts & Rounds);
  await retentionJob(rounds).run({} as never, attempt(1));
  const failed: (typeof waiting)[number][] = [];
  for (let next = waiting.shift(); next; next = waiting.shift())
    await job.run(next.payload as never, attempt(1)).catch(() => failed.push(next));
  return { longest, failed, waiting, job };
}

it('comes to every workspace, and never are more than one waiting for it', async () => {
  const seen = new Set<string>();
  const { longest } = await night((workspaceId) => seen.add(workspaceId));
  expect([...seen]).toEqual(WORKSPACES);
  expect(longest).toBe(1);
});

it('goes on behind a workspace that cannot be archived, which is tried again by itself', async () => {
  const seen = new Set<string>();
  const { failed, waiting, job } = await night((workspaceId) => {
    seen.add(workspaceId);
    if (workspaceId === WORKSPACES[3]) throw new Error('not now');
  });
  expect(seen.size).toBe(WORKSPACES.length);
  expect(failed.map(({ payload }) => payload)).toEqual([{ workspaceId: WORKSPACES[3] }]);
  await expect(job.run(failed[0]!.payload as never, attempt(2))).rejects.toThrow();
  expect(waiting).toEqual([]);
});
