/** Who is in a workspace and who has been asked in, as the commands on members need it: a second reading of its stream. */
import { workspaceStream } from '../../events/streams.js';
import type { Role, WorkspaceEvent } from '../../events/workspace.events.js';
import type { Evolution } from '../decision.js';
import type { StreamRef } from '../stream-writer.js';

export const MEMBERS_MAX = 1_000;
export const INVITATIONS_OPEN_MAX = 100;

export interface Invitation {
  role: Role;
  invitedBy: string;
  invitedAt: string;
  expiresAt: string;
}

/** `invitations`: neither accepted nor revoked; some may have expired. */
export type MembersState =
  | { status: 'absent' }
  | {
      status: 'open';
      name: string;
      members: ReadonlyMap<string, Role>;
      invitations: ReadonlyMap<string, Invitation>;
    };

type OpenMembers = Extract<MembersState, { status: 'open' }>;

export const membersEvolution: Evolution<MembersState, WorkspaceEvent> = {
  initial: { status: 'absent' },
  evolve(state, event) {
    if (event.type === 'WorkspaceCreated')
      return { status: 'open', name: event.data.name, members: new Map(), invitations: new Map() };
    return state.status === 'absent' ? state : evolveOpen(state, event);
  },
};

function evolveOpen(state: OpenMembers, event: WorkspaceEvent): OpenMembers {
  switch (event.type) {
    case 'MemberAdded': {
      const { userId, role, invitationId } = event.data;
      return {
        ...state,
        members: new Map(state.members).set(userId, role),
        invitations:
          invitationId === undefined ? state.invitations : without(state.invitations, invitationId),
      };
    }
    case 'MemberRoleChanged':
      return { ...state, members: new Map(state.members).set(event.data.userId, event.data.role) };
    case 'MemberRemoved':
      return { ...state, members: without(state.members, event.data.userId) };
    case 'MemberInvited': {
      const { invitationId, ...invitation } = event.data;
      return { ...state, invitations: new Map(state.invitations).set(invitationId, invitation) };
    }
    case 'InvitationRevoked':
      return { ...state, invitations: without(state.invitations, event.data.invitationId) };
    default:
      return state;
  }
}

export const membersRef = (workspaceId: string): StreamRef<MembersState, WorkspaceEvent> => ({
  streamId: workspaceStream(workspaceId),
  workspaceId,
  evolution: membersEvolution,
});

/**
 * Not expired, and made by who still is an owner: nobody comes back by an invitation they left for themselves. ISO 8601 in
 * UTC with milliseconds: times compare as texts.
 */
export const isOpen = (
  { members }: Pick<OpenMembers, 'members'>,
  { expiresAt, invitedBy }: Invitation,
  now: string,
) => expiresAt > now && members.get(invitedBy) === 'owner';

function without<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): ReadonlyMap<Key, Value> {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}
