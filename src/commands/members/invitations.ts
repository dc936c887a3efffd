/** Asking somebody in, taking that back, and coming in. */
import type { Role, WorkspaceEvent } from '../../events/workspace.events.js';
import { accept, refuse, type Decision } from '../decision.js';
import { INVITATIONS_OPEN_MAX, isOpen, MEMBERS_MAX, type MembersState } from './members.decider.js';

export interface InviteMember {
  invitationId: string;
  role: Role;
  invitedBy: string;
  expiresAt: string;
}

export type InviteMemberRefusal =
  { code: 'WORKSPACE_NOT_FOUND' } | { code: 'LIMIT_REACHED'; of: 'invitations'; limit: number };

export function inviteMember(
  command: InviteMember,
  state: MembersState,
  now: string,
): Decision<WorkspaceEvent, InviteMemberRefusal> {
  if (state.status === 'absent') return refuse({ code: 'WORKSPACE_NOT_FOUND' });
  if (state.invitations.has(command.invitationId)) return accept();
  const open = [...state.invitations.values()].filter((invitation) => isOpen(state, invitation, now));
  if (open.length >= INVITATIONS_OPEN_MAX)
    return refuse({ code: 'LIMIT_REACHED', of: 'invitations', limit: INVITATIONS_OPEN_MAX });
  return accept<WorkspaceEvent>({ type: 'MemberInvited', data: { ...command, invitedAt: now } });
}

export type RevokeInvitationRefusal = { code: 'INVITATION_NOT_FOUND' };

export function revokeInvitation(
  command: { invitationId: string; revokedBy: string },
  state: MembersState,
  now: string,
): Decision<WorkspaceEvent, RevokeInvitationRefusal> {
  if (state.status === 'absent' || !state.invitations.has(command.invitationId))
    return refuse({ code: 'INVITATION_NOT_FOUND' });
  return accept<WorkspaceEvent>({ type: 'InvitationRevoked', data: { ...command, revokedAt: now } });
}

export type AcceptInvitationRefusal =
  | { code: 'INVITATION_INVALID' }
  | { code: 'ALREADY_MEMBER' }
  | { code: 'LIMIT_REACHED'; of: 'members'; limit: number };

/** Good for one member: whoever comes second finds it used. */
export function acceptInvitation(
  { invitationId, userId }: { invitationId: string; userId: string },
  state: MembersState,
  now: string,
): Decision<WorkspaceEvent, AcceptInvitationRefusal> {
  const invitation = state.status === 'open' ? state.invitations.get(invitationId) : undefined;
  if (state.status === 'absent' || !invitation || !isOpen(state, invitation, now))
    return refuse({ code: 'INVITATION_INVALID' });
  if (state.members.has(userId)) return refuse({ code: 'ALREADY_MEMBER' });
  if (state.members.size >= MEMBERS_MAX)
    return refuse({ code: 'LIMIT_REACHED', of: 'members', limit: MEMBERS_MAX });
  const { role } = invitation;
  return accept<WorkspaceEvent>({ type: 'MemberAdded', data: { userId, role, addedAt: now, invitationId } });
}
