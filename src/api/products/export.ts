/** Products as a file, line by line; what an export wrote, an import reads back. */
import { stringify } from 'csv-stringify/sync';
import { escapedCell } from '../../catalogue/formula-cell.js';
import { CORE_FIELDS, fieldOf, type Product } from '../../catalogue/product.js';
import type { ProductExport } from '../../projections/products/products.handlers.js';

/** Products per piece: one write to the socket instead of hundreds. */
const PRODUCTS_PER_PIECE = 200;

export async function* ndjsonLines({ products }: ProductExport): AsyncGenerator<string> {
  for await (const piece of pieces(products))
    yield piece
      .map(({ sku, name, price, stock, category, brand, fields }) =>
        JSON.stringify({ sku, name, price, stock, category, brand, fields }),
      )
      .join('\n')
      .concat('\n');
}

/** UTF-8 without a byte order mark, header first, `\r\n` as RFC 4180 has it; no cell is a formula. */
export async function* csvLines({ customFields, products }: ProductExport): AsyncGenerator<string> {
  const columns = [...CORE_FIELDS, ...customFields];
  const write = (rows: unknown[][]) =>
    // Everything that could be taken for a line break or a delimiter by some reader is quoted.
    stringify(rows, { record_delimiter: 'windows', quoted_match: /[;\t\r\n]/ });
  yield write([columns]);
  for await (const piece of pieces(products))
    yield write(piece.map((product) => columns.map((column) => cellOf(product, column))));
}

function cellOf(product: Product, column: string): string | number | null {
  const value = fieldOf(product, column);
  return typeof value === 'string' ? escapedCell(value) : value;
}

async function* pieces<T extends Product>(products: AsyncIterable<T>): AsyncGenerator<T[]> {
  let piece: T[] = [];
  for await (const product of products) {
    if (piece.push(product) < PRODUCTS_PER_PIECE) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}
