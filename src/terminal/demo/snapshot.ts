/** The whole catalogue at a moment, to prove what a change touched and what it did not. */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { ProductValues } from '../../catalogue/product.js';
import type { DrafthorseClient, PlanRow } from '../client.js';

/** Products by sku. */
export type Snapshot = ReadonlyMap<string, ProductValues>;

export async function takeSnapshot(client: DrafthorseClient): Promise<Snapshot> {
  const input = Readable.fromWeb(await client.exportProducts('ndjson'));
  const products = new Map<string, ProductValues>();
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    if (line === '') continue;
    const product = ProductValues.parse(JSON.parse(line));
    products.set(product.sku, product);
  }
  return products;
}

/** Skus whose product is not the same in both. */
export function differingSkus(one: Snapshot, other: Snapshot): string[] {
  const skus = new Set([...one.keys(), ...other.keys()]);
  return [...skus].filter((sku) => canonical(one.get(sku)) !== canonical(other.get(sku)));
}

const canonical = (product: ProductValues | undefined): string =>
  product ? JSON.stringify({ ...product, fields: Object.entries(product.fields).toSorted() }) : '';

/** What the catalogue should be after these rows of a preview, for changes of core columns. */
export function withPriceRows(snapshot: Snapshot, rows: readonly PlanRow[]): Snapshot {
  const changed = new Map(snapshot);
  for (const { sku, after } of rows) {
    const product = changed.get(sku);
    if (product) changed.set(sku, { ...product, price: String(after?.price) });
  }
  return changed;
}
