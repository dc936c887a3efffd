/** Who asks: a user, acting in one workspace, with the role they have there. */
import type { Role } from '../events/workspace.events.js';
import { PERMISSIONS_OF, type Permission } from './permissions.js';

export interface Caller {
  userId: string;
  workspaceId: string;
  role: Role;
  /** Of the role, or as many of them as the key they came with was given. */
  permissions: ReadonlySet<Permission>;
}

export const callerOfRole = (caller: Pick<Caller, 'userId' | 'workspaceId' | 'role'>): Caller => ({
  ...caller,
  permissions: PERMISSIONS_OF[caller.role],
});
