/** Changes of one product by hand: add, update, delete. Pure: from the product as it is to its one change. */
import { z } from 'zod';
import { difference, flatten, withChanges } from '../../catalogue/difference.js';
import { canonicalPrice } from '../../catalogue/money.js';
import {
  CUSTOM_FIELDS_PER_PRODUCT_MAX,
  CustomFieldKey,
  CustomFields,
  FIELD_VALUE_CHARS_MAX,
  ProductValues,
  Stock,
  StorableText,
  type Product,
  type ProductChange,
} from '../../catalogue/product.js';
import { accept, refuse, type Decision } from '../decision.js';

/** Beyond these, a JSON number may have lost digits before it reaches us; such a price must come as text. */
const EXACT_NUMBER_DIGITS_MAX = 15;

/** A price as people write it (`"12"`, `12.5`), read into canonical form. */
export const PriceInput = z.union([z.string().max(40), z.number()]).transform((value, context) => {
  const digits = String(value).replace(/\D/g, '').length;
  const exact = typeof value === 'string' || digits <= EXACT_NUMBER_DIGITS_MAX;
  const price = exact ? canonicalPrice(String(value)) : null;
  if (price !== null) return price;
  context.addIssue({ code: 'custom', message: 'a price is a decimal number ≥ 0 with at most two decimals' });
  return z.NEVER;
});

/** An empty text means "unset", as in a CSV cell. */
const OptionalText = StorableText.trim()
  .max(200)
  .transform((text) => (text === '' ? null : text));

export const ProductInput = z.strictObject({
  sku: StorableText.trim().min(1).max(200),
  name: StorableText.trim().min(1).max(500),
  price: PriceInput,
  stock: Stock,
  category: OptionalText.nullable().default(null),
  brand: OptionalText.nullable().default(null),
  fields: CustomFields.refine(
    (fields) => Object.keys(fields).length <= CUSTOM_FIELDS_PER_PRODUCT_MAX,
    `at most ${CUSTOM_FIELDS_PER_PRODUCT_MAX} custom fields`,
  ).default({}),
});
export type ProductInput = z.infer<typeof ProductInput>;

/** Changed fields only. A custom field set to null is removed. */
export const ProductPatch = z
  .strictObject({
    sku: StorableText.trim().min(1).max(200),
    name: StorableText.trim().min(1).max(500),
    price: PriceInput,
    stock: Stock,
    category: OptionalText.nullable(),
    brand: OptionalText.nullable(),
    fields: z.record(CustomFieldKey, StorableText.max(FIELD_VALUE_CHARS_MAX).nullable()),
  })
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, 'at least one field');
export type ProductPatch = z.infer<typeof ProductPatch>;

export type EditProductRefusal =
  | { code: 'PRODUCT_NOT_FOUND' }
  | { code: 'PRODUCT_VERSION_MOVED'; currentVersion: number }
  | { code: 'TOO_MANY_CUSTOM_FIELDS'; limit: number };

export function addProduct(input: ProductInput, productId: string): ProductChange {
  return { productId, baseVersion: 0, op: 'add', before: null, after: flatten(ProductValues.parse(input)) };
}

/** No events when every field already has the asked value. */
export function updateProduct(
  patch: ProductPatch,
  expectedVersion: number,
  product: Product | null,
): Decision<ProductChange, EditProductRefusal> {
  const refusal = versionRefusal(expectedVersion, product);
  if (refusal || !product) return refuse(refusal ?? { code: 'PRODUCT_NOT_FOUND' });
  const { fields = {}, ...core } = patch;
  const changed = difference(product, { ...core, ...fields });
  if (!changed) return accept();
  const kept = Object.keys(withChanges(product, changed.after).fields).length;
  if (kept > CUSTOM_FIELDS_PER_PRODUCT_MAX)
    return refuse({ code: 'TOO_MANY_CUSTOM_FIELDS', limit: CUSTOM_FIELDS_PER_PRODUCT_MAX });
  return accept({ productId: product.productId, baseVersion: product.version, op: 'update', ...changed });
}

export function deleteProduct(
  expectedVersion: number,
  product: Product | null,
): Decision<ProductChange, EditProductRefusal> {
  const refusal = versionRefusal(expectedVersion, product);
  if (refusal || !product) return refuse(refusal ?? { code: 'PRODUCT_NOT_FOUND' });
  const { productId, version } = product;
  return accept({ productId, baseVersion: version, op: 'delete', before: flatten(product), after: null });
}

function versionRefusal(expectedVersion: number, product: Product | null): EditProductRefusal | null {
  if (!product) return { code: 'PRODUCT_NOT_FOUND' };
  if (product.version !== expectedVersion)
    return { code: 'PRODUCT_VERSION_MOVED', currentVersion: product.version };
  return null;
}
