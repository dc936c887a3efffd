/** Who asks: a user, acting in one workspace, with the role they have there. */
import type { Role } from '../events/workspace.events.js';
import { PERMISSIONS_OF, type Permission } from './permissions.js';

/** What somebody came with. `id`: of the key, or of the session that the access token belongs to. */
export interface Credential {
  kind: 'api-key' | 'session';
  id: string;
}

export interface Caller {
  userId: string;
  workspaceId: string;
  role: Role;
  /** Of the role, or as many of them as the key they came with was given. */
  permissions: ReadonlySet<Permission>;
  credential: Credential;
}

/** `scopes` null: everything the role may. */
export function callerOfRole(
  caller: Omit<Caller, 'permissions'>,
  scopes: readonly Permission[] | null = null,
): Caller {
  const ofRole = PERMISSIONS_OF[caller.role];
  const permissions = scopes === null ? ofRole : new Set(scopes.filter((scope) => ofRole.has(scope)));
  return { ...caller, permissions };
}
