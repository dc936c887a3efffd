/** Decide what a custom field is called and which values it takes, or that it takes none any more. */
import { isDeepStrictEqual } from 'node:util';
import { CustomFieldDefinition } from '../../catalogue/custom-field.js';
import type { WorkspaceEvent } from '../../events/workspace.events.js';
import { accept, refuse, type Decision } from '../decision.js';
import { CUSTOM_FIELDS_MAX, type WorkspaceState } from './workspace.decider.js';

export const FieldInput = CustomFieldDefinition.omit({ key: true })
  .extend({ allowedValues: CustomFieldDefinition.shape.allowedValues.default([]) })
  .refine(
    ({ type, allowedValues }) => (type === 'choice') === allowedValues.length > 0,
    'a choice has allowedValues, and nothing else has',
  )
  .refine(
    ({ allowedValues }) => new Set(allowedValues).size === allowedValues.length,
    'a value of allowedValues twice',
  );

export type SpecifyFieldRefusal =
  { code: 'WORKSPACE_NOT_FOUND' } | { code: 'TOO_MANY_CUSTOM_FIELDS'; limit: number };
export type RetireFieldRefusal = { code: 'WORKSPACE_NOT_FOUND' } | { code: 'FIELD_NOT_FOUND' };

/** New, known from imports, or retired before: from then on it is as said here. */
export function specifyField(
  command: { definition: CustomFieldDefinition; userId: string },
  workspace: WorkspaceState,
  now: string,
): Decision<WorkspaceEvent, SpecifyFieldRefusal> {
  if (workspace.status === 'absent') return refuse({ code: 'WORKSPACE_NOT_FOUND' });
  const { definition, userId } = command;
  if (!workspace.customFields.has(definition.key) && workspace.customFields.size >= CUSTOM_FIELDS_MAX)
    return refuse({ code: 'TOO_MANY_CUSTOM_FIELDS', limit: CUSTOM_FIELDS_MAX });
  const standing = workspace.fieldRules.get(definition.key);
  if (isDeepStrictEqual(standing, { ...definition, retired: false })) return accept();
  return accept<WorkspaceEvent>({
    type: 'CustomFieldSpecified',
    data: { ...definition, specifiedBy: userId, specifiedAt: now },
  });
}

/** Accepted again without effect. */
export function retireField(
  command: { key: string; userId: string },
  workspace: WorkspaceState,
  now: string,
): Decision<WorkspaceEvent, RetireFieldRefusal> {
  if (workspace.status === 'absent') return refuse({ code: 'WORKSPACE_NOT_FOUND' });
  const { key, userId } = command;
  if (!workspace.customFields.has(key)) return refuse({ code: 'FIELD_NOT_FOUND' });
  if (workspace.fieldRules.get(key)?.retired) return accept();
  return accept<WorkspaceEvent>({
    type: 'CustomFieldRetired',
    data: { key, retiredBy: userId, retiredAt: now },
  });
}
