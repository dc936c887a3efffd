/**
 * What a role may do, in one table. A route names the permission it takes; an API key may be given fewer than its role
 * has, never more.
 */
import type { Role } from '../events/workspace.events.js';

export const PERMISSIONS = [
  /** Products, drafts, change sets, imports and usage, as they are and were. */
  'catalogue.read',
  /** Products by hand, imports. */
  'catalogue.edit',
  /** Drafts up to their preview: ask, answer, cancel, undo. An agent that may propose but not confirm has this alone. */
  'drafts.propose',
  'drafts.confirm',
  /** Be the second person of a draft that needs one. */
  'drafts.approve',
  'audit.read',
  /** Members, invitations, policies, custom fields, dead letters, other people's data. */
  'workspace.manage',
  /** One's own: profile, sessions, keys. */
  'account',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

const READER: readonly Permission[] = ['catalogue.read', 'audit.read', 'account'];

export const PERMISSIONS_OF: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  owner: new Set(PERMISSIONS),
  editor: new Set([...READER, 'catalogue.edit', 'drafts.propose', 'drafts.confirm']),
  approver: new Set([...READER, 'drafts.approve']),
  viewer: new Set(READER),
};
