/** The memberships table follows the workspace's stream, also when the process that changed it died before it could. */
import type { Saga } from '../saga.js';
import { FOLLOW_MEMBERS_JOB } from './follow-members.job.js';

export const followMembersSaga: Saga = {
  name: 'follow-members',
  topics: ['drafthorse.workspaces'],
  react({ type, workspaceId }) {
    if (type !== 'MemberAdded' && type !== 'MemberRoleChanged' && type !== 'MemberRemoved') return [];
    // It follows the stream to its end, so what waits speaks for all that came before it.
    return [{ job: FOLLOW_MEMBERS_JOB, payload: { workspaceId }, key: `members:${workspaceId}` }];
  },
};
