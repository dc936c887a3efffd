/** Rows of an upload → the changes they ask for, part by part. */
import { difference } from '../../catalogue/difference.js';
import type { FieldRules } from '../../catalogue/custom-field.js';
import type { Product, ProductChange } from '../../catalogue/product.js';
import { addProduct } from '../../commands/catalogue/edit-product.js';
import { derivedId } from '../../events/event-ids.js';
import { fitChange } from '../../planning/field-rules.js';
import { readProduct, type ImportedProduct } from './import-row.js';
import type { readRows } from './read-rows.js';

/** Rows in one append. Larger parts mean fewer waits for the products read model, and longer transactions. */
export const IMPORT_ROWS_PER_APPEND = 2_000;

export interface WaitingRow {
  line: number;
  product: ImportedProduct;
}

export interface JudgedRow {
  line: number;
  /** Null: a new product that could not be one. */
  productId: string | null;
  /** Null: nothing to change, or a problem. */
  change: ProductChange | null;
  problem: string | null;
}

/** Rows that become one append. A second row of a sku starts the next part, where it sees the first one's effect. */
export async function* partsOf(
  rows: ReturnType<typeof readRows>,
  reject: (line: number, reason: string) => void,
): AsyncIterable<WaitingRow[]> {
  let waiting = new Map<string, WaitingRow>();
  for await (const row of rows) {
    const read = 'problem' in row ? row : readProduct(row.value);
    if ('problem' in read) {
      reject(row.line, read.problem);
      continue;
    }
    if (waiting.has(read.product.sku) || waiting.size >= IMPORT_ROWS_PER_APPEND) {
      yield [...waiting.values()];
      waiting = new Map();
    }
    waiting.set(read.product.sku, { line: row.line, product: read.product });
  }
  if (waiting.size > 0) yield [...waiting.values()];
}

/** Each row as the change it asks for, or what is wrong with its values. `known`: products of these skus. */
export function judgeRows(
  rows: readonly WaitingRow[],
  { known, fieldRules, changeSetId }: { known: Product[]; fieldRules: FieldRules; changeSetId: string },
): JudgedRow[] {
  const bySku = new Map(known.map((product) => [product.sku, product]));
  return rows.map(({ line, product }) => {
    const standing = bySku.get(product.sku);
    const change = changeOf(product, standing, changeSetId);
    const productId = change?.productId ?? standing?.productId ?? null;
    const fitted = change ? fitChange(change, fieldRules) : { change };
    if ('problem' in fitted)
      return { line, productId, change: null, problem: `${fitted.field}: ${fitted.problem.en}` };
    return { line, productId, change: fitted.change, problem: null };
  });
}

/** Null: the product is as the row says. */
function changeOf(
  input: ImportedProduct,
  known: Product | undefined,
  changeSetId: string,
): ProductChange | null {
  if (!known) {
    const { category = null, brand = null } = input;
    return addProduct({ ...input, category, brand }, derivedId('product', changeSetId, input.sku));
  }
  const { fields, ...core } = input;
  const spoken = Object.entries(core).filter(([, value]) => value !== undefined);
  const changed = difference(known, { ...Object.fromEntries(spoken), ...fields });
  return changed && { productId: known.productId, baseVersion: known.version, op: 'update', ...changed };
}
