/** Inputs of the product routes that are not commands' own. */
import { z } from 'zod';
import { CustomFieldKey, DecimalString, FIELD_VALUE_CHARS_MAX } from '../../catalogue/product.js';
import type { ProductFilter } from '../../projections/products/products.queries.js';
import { ListQuery, ReadQuery } from '../requests/lists.js';

const Text = z.string().trim().min(1).max(FIELD_VALUE_CHARS_MAX);
const FIELD_PREFIX = 'fields.';

/** A moment: ISO 8601 with `Z` or an offset; a date alone is its first moment in UTC. */
const Moment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .transform((text) => new Date(text).toISOString());

/** Narrowing a list: everything given must hold. */
const FilterFields = {
  q: Text.optional().describe('Words of the name'),
  sku: Text.optional().describe('Exactly this sku'),
  category: Text.optional().describe('Case and letter forms do not matter'),
  brand: Text.optional().describe('Case and letter forms do not matter'),
  priceMin: DecimalString.optional().describe('Inclusive'),
  priceMax: DecimalString.optional().describe('Inclusive'),
  stockMin: DecimalString.optional().describe('Inclusive'),
  stockMax: DecimalString.optional().describe('Inclusive'),
};

const KnownProductQuery = ListQuery.extend({
  ...FilterFields,
  asOf: Moment.optional().describe('The catalogue as it was at this moment'),
});
const KnownExportQuery = ReadQuery.extend({
  ...FilterFields,
  format: z.enum(['csv', 'ndjson']).default('csv'),
});

/** `fields.colour=silver` narrows by a custom field: its keys are the workspace's, so they are gathered first. */
function withFields<Known extends z.ZodObject>(known: Known) {
  return z
    .record(z.string(), z.unknown())
    .transform((query) => {
      const entries = Object.entries(query);
      const fields = entries.flatMap(([key, value]) =>
        key.startsWith(FIELD_PREFIX) ? [[key.slice(FIELD_PREFIX.length), value] as const] : [],
      );
      const rest = entries.filter(([key]) => !key.startsWith(FIELD_PREFIX));
      return {
        ...Object.fromEntries(rest),
        ...(fields.length > 0 ? { fields: Object.fromEntries(fields) } : {}),
      };
    })
    .pipe(known.extend({ fields: z.record(CustomFieldKey, Text).optional() }));
}

/** As the documentation shows them. */
export const ProductListParameters = KnownProductQuery;
export const ExportParameters = KnownExportQuery;

export const ProductListQuery = withFields(KnownProductQuery);
export type ProductListQuery = z.output<typeof KnownProductQuery> & Pick<ProductFilter, 'fields'>;
export const ExportQuery = withFields(KnownExportQuery);
export type ExportQuery = z.output<typeof KnownExportQuery> & Pick<ProductFilter, 'fields'>;

export const ProductQuery = ReadQuery.extend({ asOf: KnownProductQuery.shape.asOf });
export type ProductQuery = z.output<typeof ProductQuery>;

export const ChangeAccepted = z.object({
  changeSetId: z.uuid().nullable().describe('Null when every field had its value already'),
});

export function filterOf(query: ProductFilter): ProductFilter {
  const { q, sku, category, brand, fields, priceMin, priceMax, stockMin, stockMax } = query;
  return { q, sku, category, brand, fields, priceMin, priceMax, stockMin, stockMax };
}
