/**
 * The language of a catalogue: what a product is and how one changes. Imports nothing of ours, so that
 * events, planning, the interpreter and every read model can share it.
 */
import { z } from 'zod';

/** Columns every product has; anything else is a custom field of the workspace. */
export const CORE_FIELDS = ['sku', 'name', 'price', 'stock', 'category', 'brand'] as const;
export type CoreField = (typeof CORE_FIELDS)[number];

export const FIELD_VALUE_CHARS_MAX = 2_000;
export const CUSTOM_FIELDS_PER_PRODUCT_MAX = 100;
/** `price` and amounts: at most 2 decimals and 16 digits before them, as `numeric(18,2)` holds. */
export const PRICE_DECIMALS = 2;
export const PRICE_INTEGER_DIGITS_MAX = 16;
export const STOCK_MAX = 2_147_483_647;

/** A decimal number ≥ 0 in plain notation: `"12"`, `"12.5"`, `"0.05"`. Never a float, never an exponent. */
export const DecimalString = z.string().regex(/^\d{1,20}(\.\d{1,10})?$/, 'a plain decimal number ≥ 0');

/** Canonical price: no leading zeros, exactly two decimals, `"900.00"`. One price has one text. */
export const Price = z.string().regex(/^(?:0|[1-9]\d{0,15})\.\d{2}$/, 'a price with two decimals');

export const Stock = z.int().min(0).max(STOCK_MAX);

/** Text that the log can hold: jsonb knows neither U+0000 nor half a surrogate pair. */
export const StorableText = z
  .string()
  .refine((text) => !text.includes('\u0000') && text.isWellFormed(), 'a character that is none');

const FieldText = StorableText.max(FIELD_VALUE_CHARS_MAX);

/** Core columns and `id` share one flat name space with custom fields; the rest would reach into objects. */
const RESERVED_KEYS = new Set<string>([
  ...CORE_FIELDS,
  'id',
  'productid',
  '__proto__',
  'constructor',
  'prototype',
]);

/** Name of a custom field: letters of any script, digits, `_`, `-`, space inside; at most 64 characters. */
export const CustomFieldKey = z
  .string()
  .min(1)
  .max(64)
  .regex(
    /^[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_\-. \u200c]*[\p{L}\p{M}\p{N}_\-.])?$/u,
    'a field name of letters, digits, "_", "-" or "."',
  )
  .refine((key) => !RESERVED_KEYS.has(key.toLowerCase()), 'a reserved name');

/** Custom fields by key. Values are strings; absent means the product has no such value. */
export const CustomFields = z.record(CustomFieldKey, FieldText);
export type CustomFields = z.infer<typeof CustomFields>;

/**
 * What a product holds, apart from identity and version.
 * `price`: canonical decimal string; `stock`: integer; `category`, `brand`: `null` when unset.
 */
export const ProductValues = z.strictObject({
  sku: StorableText.min(1).max(200),
  name: StorableText.min(1).max(500),
  price: Price,
  stock: Stock,
  category: StorableText.min(1).max(200).nullable(),
  brand: StorableText.min(1).max(200).nullable(),
  fields: CustomFields,
});
export type ProductValues = z.infer<typeof ProductValues>;

/** A product as the write side and planning see it. `version` starts at 1 and grows by 1 per change. */
export const Product = ProductValues.extend({ productId: z.uuid(), version: z.int().min(1) });
export type Product = z.infer<typeof Product>;

/**
 * Changed fields only, flat: a core column or a custom field by its key. `null` means "has no value".
 * Money is a decimal string, stock an integer, everything else a string.
 */
export const FieldChanges = z.record(StorableText.min(1).max(64), z.union([StorableText, z.int(), z.null()]));
export type FieldChanges = z.infer<typeof FieldChanges>;
export type FieldValue = string | number | null;

/**
 * One product's change inside a change set. `add`: `before` is null and `after` holds every value;
 * `delete`: `after` is null and `before` holds every value; `update`: both hold the changed fields only.
 * `baseVersion` is the version the change was computed from: 0 for a product that never existed.
 */
export const ProductChange = z
  .strictObject({
    productId: z.uuid(),
    baseVersion: z.int().min(0),
    op: z.enum(['add', 'update', 'delete']),
    before: FieldChanges.nullable(),
    after: FieldChanges.nullable(),
  })
  .superRefine((change, context) => {
    const problem = changeProblem(change);
    if (problem) context.addIssue({ code: 'custom', message: problem });
  });
export type ProductChange = z.infer<typeof ProductChange>;

/** Reads one field by its flat name; `null` when the product has no such value. */
export function fieldOf(product: ProductValues, field: string): FieldValue {
  if (isCoreField(field)) return product[field];
  // Names like "toString" are ordinary custom fields; what objects inherit is not a value.
  return Object.hasOwn(product.fields, field) ? (product.fields[field] ?? null) : null;
}

export function isCoreField(field: string): field is CoreField {
  return (CORE_FIELDS as readonly string[]).includes(field);
}

/** A change outside these rules, once in the log, would be a product that no read model can hold. */
function changeProblem({ op, before, after }: Pick<ProductChange, 'op' | 'before' | 'after'>): string | null {
  if ((op === 'add') !== (before === null) || (op === 'delete') !== (after === null))
    return `${op} has ${op === 'add' ? 'no before' : op === 'delete' ? 'no after' : 'both before and after'}`;
  if (op === 'update' && !sameKeys(before, after)) return 'update has the same fields before and after';
  if (op !== 'update' && !CORE_FIELDS.every((field) => Object.hasOwn(before ?? after ?? {}, field)))
    return `${op} has every value`;
  const wrong = [before, after].flatMap((side) => Object.entries(side ?? {}).filter(isNoValue));
  return wrong[0] ? `not a value of ${wrong[0][0]}` : null;
}

function sameKeys(before: FieldChanges | null, after: FieldChanges | null): boolean {
  const keys = Object.keys(before ?? {});
  return (
    keys.length > 0 &&
    keys.length === Object.keys(after ?? {}).length &&
    keys.every((key) => Object.hasOwn(after ?? {}, key))
  );
}

function isNoValue([field, value]: [string, FieldValue]): boolean {
  if (isCoreField(field)) return !ProductValues.shape[field].safeParse(value).success;
  return !CustomFieldKey.safeParse(field).success || !(value === null || FieldText.safeParse(value).success);
}
