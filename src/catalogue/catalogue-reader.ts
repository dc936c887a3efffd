/**
 * What the write side needs to know of products. A catalogue stream is too long to fold per command, so its
 * state is read from the products read model, at a stated revision that the append then expects.
 */
import type { Product } from './product.js';

/** What the catalogue holds of the products and skus that a change set touches, at one revision. */
export interface CatalogueSnapshot {
  /** Of the catalogue stream; -1 when it does not exist. */
  revision: number;
  /** Version by product id; deleted products keep theirs. Absent: never existed. */
  versions: Map<string, { version: number; deleted: boolean }>;
  /** Living product that carries a sku, by sku. */
  skuOwners: Map<string, string>;
}

export interface CatalogueReader {
  /**
   * Versions of these products and owners of these skus, in one snapshot that has caught up with the
   * catalogue stream as it was at the call. Throws READ_MODEL_BEHIND when it does not within its bound.
   */
  snapshot(
    workspaceId: string,
    touched: { productIds: string[]; skus: string[] },
  ): Promise<CatalogueSnapshot>;

  /** A living product, as fresh as `snapshot`; null when absent, deleted or another workspace's. */
  product(workspaceId: string, productId: string): Promise<Product | null>;

  /** Living products by sku, as fresh as `snapshot`. */
  productsBySku(workspaceId: string, skus: string[]): Promise<Product[]>;
}

export const CATALOGUE_READER = Symbol('CatalogueReader');
