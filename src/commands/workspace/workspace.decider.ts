/** State of a workspace as its commands need it, and those commands. */
import type { WorkspaceEvent } from '../../events/workspace.events.js';
import { accept, refuse, type Decision, type Evolution } from '../decision.js';

export const CUSTOM_FIELDS_MAX = 500;

export type WorkspaceState = { status: 'absent' } | { status: 'open'; customFields: ReadonlySet<string> };

export const workspaceEvolution: Evolution<WorkspaceState, WorkspaceEvent> = {
  initial: { status: 'absent' },
  evolve(state, event) {
    if (event.type === 'WorkspaceCreated') return { status: 'open', customFields: new Set() };
    if (event.type !== 'CustomFieldsDefined' || state.status === 'absent') return state;
    return { ...state, customFields: new Set([...state.customFields, ...event.data.keys]) };
  },
};

export function createWorkspace(
  command: { workspaceId: string; name: string; ownerId: string },
  state: WorkspaceState,
  now: string,
): Decision<WorkspaceEvent, never> {
  if (state.status !== 'absent') return accept();
  return accept<WorkspaceEvent>(
    { type: 'WorkspaceCreated', data: { ...command, createdAt: now } },
    { type: 'MemberAdded', data: { userId: command.ownerId, role: 'owner', addedAt: now } },
  );
}

export type DefineCustomFieldsRefusal =
  { code: 'WORKSPACE_NOT_FOUND' } | { code: 'TOO_MANY_CUSTOM_FIELDS'; limit: number };

/** Makes keys known; those known already are left out. */
export function defineCustomFields(
  keys: string[],
  state: WorkspaceState,
  now: string,
): Decision<WorkspaceEvent, DefineCustomFieldsRefusal> {
  if (state.status === 'absent') return refuse({ code: 'WORKSPACE_NOT_FOUND' });
  const fresh = [...new Set(keys)].filter((key) => !state.customFields.has(key));
  if (fresh.length === 0) return accept();
  if (state.customFields.size + fresh.length > CUSTOM_FIELDS_MAX)
    return refuse({ code: 'TOO_MANY_CUSTOM_FIELDS', limit: CUSTOM_FIELDS_MAX });
  return accept(
    ...chunked(fresh).map((part) => ({
      type: 'CustomFieldsDefined' as const,
      data: { keys: part, definedAt: now },
    })),
  );
}

function chunked(keys: string[]): string[][] {
  const size = 100;
  return Array.from({ length: Math.ceil(keys.length / size) }, (_, i) =>
    keys.slice(i * size, (i + 1) * size),
  );
}
