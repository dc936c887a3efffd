/** A custom field by decision: what it is called and which values it takes. Fields that imports bring take any text. */
import { z } from 'zod';
import { CustomFieldKey, StorableText } from './product.js';

export const ALLOWED_VALUES_MAX = 200;
export const ALLOWED_VALUE_CHARS_MAX = 200;
export const FIELD_NAME_CHARS_MAX = 100;

export const CustomFieldType = z.enum(['text', 'number', 'boolean', 'choice']);
export type CustomFieldType = z.infer<typeof CustomFieldType>;

const AllowedValue = StorableText.trim().min(1).max(ALLOWED_VALUE_CHARS_MAX);

export const CustomFieldDefinition = z.strictObject({
  key: CustomFieldKey,
  name: StorableText.trim().min(1).max(FIELD_NAME_CHARS_MAX),
  type: CustomFieldType,
  /** Of a `choice`, in the order they are offered; empty for every other type. */
  allowedValues: z.array(AllowedValue).max(ALLOWED_VALUES_MAX),
});
export type CustomFieldDefinition = z.infer<typeof CustomFieldDefinition>;

/** How a field stands: a retired one keeps its values and takes no further ones. */
export interface FieldRule extends CustomFieldDefinition {
  retired: boolean;
}

/** By key; a field that is not in it takes any text. */
export type FieldRules = ReadonlyMap<string, FieldRule>;

export const NO_FIELD_RULES: FieldRules = new Map();

/** A field that came with products and that nobody has decided on. */
export const untyped = (key: string): CustomFieldDefinition => ({
  key,
  name: key.slice(0, FIELD_NAME_CHARS_MAX),
  type: 'text',
  allowedValues: [],
});
