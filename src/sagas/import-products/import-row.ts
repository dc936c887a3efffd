/** One row of an upload → the product it describes, or the reason why it is none. Pure. */
import { z } from 'zod';
import { ProductInput } from '../../commands/catalogue/edit-product.js';
import { Stock } from '../../catalogue/product.js';
import { reason } from './row.js';

/** Files write numbers as text, and custom values as numbers or booleans; both are read for what they say. */
const ImportRow = ProductInput.extend({
  sku: z.union([z.string(), z.number()]).transform(String).pipe(ProductInput.shape.sku),
  stock: z
    .union(
      [
        z.int(),
        z
          .string()
          .trim()
          .regex(/^\d{1,10}$/)
          .transform(Number),
      ],
      'not an integer ≥ 0',
    )
    .pipe(Stock),
  category: ProductInput.shape.category.unwrap().optional(),
  brand: ProductInput.shape.brand.unwrap().optional(),
  fields: z
    .record(
      z.string(),
      z
        .union([z.string(), z.number(), z.boolean()], 'not a text, a number or true or false')
        .transform((value) => String(value).trim()),
    )
    .transform((fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '')))
    .pipe(ProductInput.shape.fields.unwrap())
    .default({}),
});

/** Category and brand are absent where the row does not speak of them: an update then leaves them as they are. */
export type ImportedProduct = z.infer<typeof ImportRow>;

export function readProduct(value: unknown): { product: ImportedProduct } | { problem: string } {
  const read = ImportRow.safeParse(value);
  if (read.success) return { product: read.data };
  return { problem: reason(read.error.issues.map((issue) => problemOf(issue, value)).join('; ')) };
}

/** In words of the file's author: `stock: not an integer ≥ 0`, `name is missing`, `colour is not a column`. */
function problemOf(issue: z.core.$ZodIssue, row: unknown): string {
  const place = issue.path.join('.');
  if (place === '') return issue.code === 'unrecognized_keys' ? unknownKeys(issue.keys) : 'not a product';
  if (issue.code === 'invalid_key') return `${place}: ${issue.issues[0]?.message ?? issue.message}`;
  const given = issue.path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown>)?.[key],
    row,
  );
  return given === undefined || given === null ? `${place} is missing` : `${place}: ${issue.message}`;
}

const unknownKeys = (keys: string[]) => `${keys.join(', ')}: unknown; other values belong into fields`;
