/** Brings a workspace's memberships to what its stream says; nothing to do where that was done with the change itself. */
import { z } from 'zod';
import { defineJob } from '../../platform/jobs/job.js';

export const FOLLOW_MEMBERS_JOB = 'follow-members';

const WorkspaceJob = z.strictObject({ workspaceId: z.uuid() });
type WorkspaceJob = z.infer<typeof WorkspaceJob>;

export const followMembersJob = (ports: { follow(workspaceId: string): Promise<void> }) =>
  defineJob<WorkspaceJob>({
    name: FOLLOW_MEMBERS_JOB,
    payload: WorkspaceJob,
    run: ({ workspaceId }) => ports.follow(workspaceId),
  });
