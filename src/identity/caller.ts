/** Who asks: a user, acting in one workspace, with the role their key was given there. */
import type { Role } from '../events/workspace.events.js';

export interface Caller {
  userId: string;
  workspaceId: string;
  role: Role;
}

/** Approvers and viewers read; changing is for those who work on the catalogue. */
const CHANGING_ROLES: ReadonlySet<Role> = new Set(['owner', 'editor']);

export const mayChangeCatalogue = (caller: Caller) => CHANGING_ROLES.has(caller.role);
