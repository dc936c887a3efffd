/** How rows of `products` are read. */
import type { Product } from '../../catalogue/product.js';

export const PRODUCT_COLUMNS =
  'p.product_id, p.sku, p.name, p.price::text AS price, p.stock, p.category, p.brand, p.fields, p.version';

export interface ProductRow {
  product_id: string;
  sku: string;
  name: string;
  price: string;
  stock: number;
  category: string | null;
  brand: string | null;
  fields: Record<string, string>;
  version: number;
}

export function productOf({
  product_id,
  sku,
  name,
  price,
  stock,
  category,
  brand,
  fields,
  version,
}: ProductRow): Product {
  return { productId: product_id, sku, name, price, stock, category, brand, fields, version };
}

/** A product as reads answer it. Times: ISO 8601, UTC. */
export interface ProductView extends Product {
  createdAt: string;
  updatedAt: string;
}

export const VIEW_COLUMNS = `${PRODUCT_COLUMNS}, p.created_at, p.updated_at`;

export interface ViewRow extends ProductRow {
  created_at: Date;
  updated_at: Date;
}

export function viewOf(row: ViewRow): ProductView {
  return {
    ...productOf(row),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
