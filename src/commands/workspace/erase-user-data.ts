/** Decide that what a person has said in a workspace is erased. A saga does it, see src/sagas/erase-user-data. */
import type { WorkspaceEvent } from '../../events/workspace.events.js';
import { workspaceStream } from '../../events/streams.js';
import { accept, refuse, type Decision, type Evolution } from '../decision.js';
import type { StreamRef } from '../stream-writer.js';

/** Everybody who was ever a member: who has gone has left words behind. */
export type PersonsState = { status: 'absent' } | { status: 'open'; persons: ReadonlySet<string> };

const personsEvolution: Evolution<PersonsState, WorkspaceEvent> = {
  initial: { status: 'absent' },
  evolve(state, event) {
    if (event.type === 'WorkspaceCreated') return { status: 'open', persons: new Set() };
    if (event.type !== 'MemberAdded' || state.status === 'absent') return state;
    return { ...state, persons: new Set([...state.persons, event.data.userId]) };
  },
};

export const personsRef = (workspaceId: string): StreamRef<PersonsState, WorkspaceEvent> => ({
  streamId: workspaceStream(workspaceId),
  workspaceId,
  evolution: personsEvolution,
});

export type EraseUserDataRefusal = { code: 'WORKSPACE_NOT_FOUND' } | { code: 'MEMBER_NOT_FOUND' };

/** Again and again, if it is asked for: each time reaches what was said since. */
export function eraseUserData(
  { userId, erasedBy }: { userId: string; erasedBy: string },
  state: PersonsState,
  now: string,
): Decision<WorkspaceEvent, EraseUserDataRefusal> {
  if (state.status === 'absent') return refuse({ code: 'WORKSPACE_NOT_FOUND' });
  if (!state.persons.has(userId)) return refuse({ code: 'MEMBER_NOT_FOUND' });
  return accept<WorkspaceEvent>({ type: 'UserDataErased', data: { userId, erasedBy, erasedAt: now } });
}
