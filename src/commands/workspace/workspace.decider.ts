/** State of a workspace as its commands need it, and those commands. */
import { NO_FIELD_RULES, untyped, type FieldRule, type FieldRules } from '../../catalogue/custom-field.js';
import { NO_POLICIES, type ApprovalPolicies } from '../../catalogue/policy.js';
import type { WorkspaceEvent } from '../../events/workspace.events.js';
import { accept, refuse, type Decision, type Evolution } from '../decision.js';

export const CUSTOM_FIELDS_MAX = 500;

export interface OpenWorkspace {
  status: 'open';
  /** Every key that products may carry, retired ones included. */
  customFields: ReadonlySet<string>;
  /** Those that somebody has decided on; every other one takes any text. */
  fieldRules: FieldRules;
  policies: ApprovalPolicies;
}
export type WorkspaceState = { status: 'absent' } | OpenWorkspace;

export const workspaceEvolution: Evolution<WorkspaceState, WorkspaceEvent> = {
  initial: { status: 'absent' },
  evolve(state, event) {
    if (event.type === 'WorkspaceCreated')
      return {
        status: 'open',
        customFields: new Set(),
        fieldRules: NO_FIELD_RULES,
        policies: NO_POLICIES,
      };
    return state.status === 'absent' ? state : evolveOpen(state, event);
  },
};

function evolveOpen(state: OpenWorkspace, event: WorkspaceEvent): OpenWorkspace {
  switch (event.type) {
    case 'CustomFieldsDefined':
      return { ...state, customFields: new Set([...state.customFields, ...event.data.keys]) };
    case 'CustomFieldSpecified': {
      const { key, name, type, allowedValues } = event.data;
      return withRule(state, { key, name, type, allowedValues, retired: false });
    }
    case 'CustomFieldRetired': {
      const { key } = event.data;
      return withRule(state, { ...(state.fieldRules.get(key) ?? untyped(key)), retired: true });
    }
    case 'PoliciesSet':
      return { ...state, policies: event.data.policies };
    default:
      return state;
  }
}

const withRule = (state: OpenWorkspace, rule: FieldRule): OpenWorkspace => ({
  ...state,
  customFields: new Set([...state.customFields, rule.key]),
  fieldRules: new Map([...state.fieldRules, [rule.key, rule]]),
});

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
