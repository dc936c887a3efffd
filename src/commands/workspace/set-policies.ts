/** Set what a workspace asks a second person for. */
import { isDeepStrictEqual } from 'node:util';
import { ApprovalPolicies } from '../../catalogue/policy.js';
import { isCoreField } from '../../catalogue/product.js';
import type { WorkspaceEvent } from '../../events/workspace.events.js';
import { accept, refuse, type Decision } from '../decision.js';
import type { WorkspaceState } from './workspace.decider.js';

/** All policies at once: one that is left out asks for nobody from then on. */
export const PoliciesInput = ApprovalPolicies.extend({
  rowsAbove: ApprovalPolicies.shape.rowsAbove.default(null),
  pricePercentAbove: ApprovalPolicies.shape.pricePercentAbove.default(null),
  deletes: ApprovalPolicies.shape.deletes.default(false),
  fields: ApprovalPolicies.shape.fields.default([]),
});

export type SetPoliciesRefusal = { code: 'WORKSPACE_NOT_FOUND' } | { code: 'FIELD_UNKNOWN'; field: string };

export function setPolicies(
  command: { policies: ApprovalPolicies; userId: string },
  workspace: WorkspaceState,
  now: string,
): Decision<WorkspaceEvent, SetPoliciesRefusal> {
  if (workspace.status === 'absent') return refuse({ code: 'WORKSPACE_NOT_FOUND' });
  const { policies, userId } = command;
  // A policy on a field that nobody has would guard nothing, and its owner would not know.
  const unknown = policies.fields.find((field) => !isCoreField(field) && !workspace.customFields.has(field));
  if (unknown !== undefined) return refuse({ code: 'FIELD_UNKNOWN', field: unknown });
  if (isDeepStrictEqual(policies, workspace.policies)) return accept();
  return accept<WorkspaceEvent>({ type: 'PoliciesSet', data: { policies, setBy: userId, setAt: now } });
}
