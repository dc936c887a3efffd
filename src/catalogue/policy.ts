/** What an owner can ask a second person for: the language of approval policies. */
import { z } from 'zod';
import { CORE_FIELDS, CustomFieldKey } from './product.js';

export const POLICY_ROWS_MAX = 1_000_000;
export const POLICY_PERCENT_MAX = 1_000_000;
export const POLICY_FIELDS_MAX = 50;

/** Each asks for a second person by itself; one that is null, false or empty asks for nobody. */
export const ApprovalPolicies = z.strictObject({
  /** A change of more products than this. */
  rowsAbove: z.int().min(0).max(POLICY_ROWS_MAX).nullable(),
  /** A price that moves by more than this share of what it was, up or down; from 0, however far. */
  pricePercentAbove: z.number().min(0).max(POLICY_PERCENT_MAX).nullable(),
  /** Any product deleted. */
  deletes: z.boolean(),
  /** Any product that gets another value of one of these, or is added with one. */
  fields: z
    .array(z.union([z.enum(CORE_FIELDS), CustomFieldKey]))
    .max(POLICY_FIELDS_MAX)
    .refine((fields) => new Set(fields).size === fields.length, 'a field twice'),
});
export type ApprovalPolicies = z.infer<typeof ApprovalPolicies>;

export const NO_POLICIES: ApprovalPolicies = {
  rowsAbove: null,
  pricePercentAbove: null,
  deletes: false,
  fields: [],
};

/** Why a second person is asked for: which policy, its number, and the one that was found. */
export const ApprovalReason = z.strictObject({
  policy: z.enum(['rows', 'price_percent', 'delete', 'field']),
  /** The policy's number; null where it has none. */
  limit: z.number().nullable(),
  /** Products this reason holds for. */
  rows: z.int().min(1),
  /** `price_percent`: how far the price moves that moves most, in percent; null: it was 0. */
  percent: z.string().nullable().optional(),
  /** `field`: which. */
  field: z.string().optional(),
  /** The same in words. */
  message: z.string(),
});
export type ApprovalReason = z.infer<typeof ApprovalReason>;
