/** Another role for a member, and an end to being one. A workspace always has an owner. */
import type { Role, WorkspaceEvent } from '../../events/workspace.events.js';
import { accept, refuse, type Decision } from '../decision.js';
import type { MembersState } from './members.decider.js';

export type ChangeMemberRefusal = { code: 'MEMBER_NOT_FOUND' } | { code: 'LAST_OWNER' };

export function changeMemberRole(
  command: { userId: string; role: Role; changedBy: string },
  state: MembersState,
  now: string,
): Decision<WorkspaceEvent, ChangeMemberRefusal> {
  const role = roleIn(state, command.userId);
  if (!role) return refuse({ code: 'MEMBER_NOT_FOUND' });
  if (role === command.role) return accept();
  if (isLastOwner(state, command.userId)) return refuse({ code: 'LAST_OWNER' });
  return accept<WorkspaceEvent>({ type: 'MemberRoleChanged', data: { ...command, changedAt: now } });
}

export function removeMember(
  command: { userId: string; removedBy: string },
  state: MembersState,
  now: string,
): Decision<WorkspaceEvent, ChangeMemberRefusal> {
  if (!roleIn(state, command.userId)) return refuse({ code: 'MEMBER_NOT_FOUND' });
  if (isLastOwner(state, command.userId)) return refuse({ code: 'LAST_OWNER' });
  return accept<WorkspaceEvent>({ type: 'MemberRemoved', data: { ...command, removedAt: now } });
}

const roleIn = (state: MembersState, userId: string) =>
  state.status === 'open' ? state.members.get(userId) : undefined;

function isLastOwner(state: MembersState, userId: string): boolean {
  if (state.status === 'absent' || state.members.get(userId) !== 'owner') return false;
  return [...state.members.values()].filter((role) => role === 'owner').length === 1;
}
