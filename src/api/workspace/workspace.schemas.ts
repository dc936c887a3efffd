/** What the settings of a workspace look like over HTTP. */
import { z } from 'zod';
import { CustomFieldDefinition } from '../../catalogue/custom-field.js';
import { ApprovalPolicies } from '../../catalogue/policy.js';
import type {
  FieldView,
  PoliciesView,
} from '../../projections/workspace-settings/workspace-settings-view.js';

export const PoliciesAnswer = z.object({
  ...ApprovalPolicies.shape,
  setBy: z.uuid().nullable().describe('Null: nobody has set any'),
  setAt: z.iso.datetime().nullable(),
}) satisfies z.ZodType<PoliciesView>;

export const FieldAnswer = z.object({
  ...CustomFieldDefinition.shape,
  specified: z.boolean().describe('Somebody decided on it; else it came with products and takes any text'),
  retired: z.boolean().describe('No product gets a value of it any more'),
}) satisfies z.ZodType<FieldView>;

export const PoliciesAccepted = z.object({ policies: ApprovalPolicies });
export const FieldAccepted = z.object({ key: z.string() });
