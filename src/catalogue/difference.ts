/** The changed fields between two sets of product values, in the flat form that events carry. */
import { CORE_FIELDS, fieldOf, isCoreField, type FieldChanges, type ProductValues } from './product.js';

/** Every value of a product, flat; core fields always present, `null` when unset. */
export function flatten(values: ProductValues): FieldChanges {
  const flat: FieldChanges = {};
  for (const field of CORE_FIELDS) flat[field] = values[field];
  for (const [key, value] of Object.entries(values.fields)) flat[key] = value;
  return flat;
}

/** The fields of `after` whose value differs, before and after; null when none does. */
export function difference(
  before: ProductValues,
  after: FieldChanges,
): { before: FieldChanges; after: FieldChanges } | null {
  const changed = Object.keys(after).filter((field) => fieldOf(before, field) !== (after[field] ?? null));
  if (changed.length === 0) return null;
  const pick = (read: (field: string) => FieldChanges[string]) =>
    Object.fromEntries(changed.map((field) => [field, read(field)]));
  return { before: pick((field) => fieldOf(before, field)), after: pick((field) => after[field] ?? null) };
}

/** Values with the given fields replaced; a custom field set to `null` is removed. */
export function withChanges(values: ProductValues, changes: FieldChanges): ProductValues {
  const core: Record<string, unknown> = {};
  const fields = { ...values.fields };
  for (const [field, value] of Object.entries(changes)) {
    if (isCoreField(field)) core[field] = value;
    else if (value === null) delete fields[field];
    else fields[field] = String(value);
  }
  return { ...values, ...core, fields } as ProductValues;
}
