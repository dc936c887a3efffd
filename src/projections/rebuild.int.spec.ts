import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { productIdOf } from '../../test/support/arbitrary-catalogue.js';
import { added, CatalogueLog, logOf, updated } from '../../test/support/catalogue-log.js';
import { testDatabase, type TestDatabase } from '../../test/support/database.js';
import type { Product } from '../catalogue/product.js';
import type { Delivery } from '../event-bus/event-bus.js';
import { productsById } from './products/products.queries.js';
import { productsProjection } from './products/products.projection.js';
import { project } from './projection.js';
import { rebuild, type RebuildOptions } from './rebuild.js';

const projection = productsProjection;
const NOTHING = [0, 0];

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase({ poolSizeMax: 20 });
});
afterAll(() => test.drop());
beforeEach(() =>
  test.database.query(
    'TRUNCATE products, product_terms, catalogue_heads, projection_checkpoints, projection_streams',
  ),
);

/** Three products and then a stock change of one of them per change set: 3, 4, 5, … */
function history(changes: number): CatalogueLog {
  const products = [1, 2, 3].map((number): Product => ({
    productId: productIdOf(number),
    version: 1,
    sku: `S-${number}`,
    name: `Shirt ${number}`,
    price: '5.00',
    stock: 0,
    category: null,
    brand: null,
    fields: {},
  }));
  const log = new CatalogueLog();
  log.changeSet(products.map(added));
  for (let index = 0; index < changes; index += 1) {
    const product = products[index % 3];
    if (!product) break;
    log.changeSet([updated(product, { stock: product.stock }, { stock: index + 3 })]);
    product.stock = index + 3;
    product.version += 1;
  }
  return log;
}

async function live(deliveries: Delivery[]): Promise<void> {
  for (const delivery of deliveries) await project(test.database, projection, [delivery]);
}

const rebuilt = (log: CatalogueLog, over: Partial<RebuildOptions> = {}) =>
  rebuild({ database: test.database, ...logOf(log.deliveries), projection, switchOver: 'always', ...over });

async function stocks(log: CatalogueLog): Promise<number[]> {
  const products = await productsById(test.database.scope(log.workspaceId), [1, 2, 3].map(productIdOf));
  return products.map(({ stock }) => stock);
}

const productDifference = (report: Awaited<ReturnType<typeof rebuild>>) => {
  const difference = report.differences.find(({ table }) => table === 'products');
  return [difference?.onlyLive, difference?.onlyRebuilt];
};

describe('rebuilding a read model', () => {
  it('comes to the same rows and switches', async () => {
    const log = history(9);
    await live(log.deliveries);
    const report = await rebuilt(log);
    expect(report).toMatchObject({ events: 10, switched: true });
    expect(productDifference(report)).toEqual(NOTHING);
    expect(await stocks(log)).toEqual([9, 10, 11]);
  });
  it('reports damage and repairs it', async () => {
    const log = history(9);
    await live(log.deliveries);
    await test.database.query('UPDATE products SET stock = 777 WHERE product_id = $1', [productIdOf(2)]);
    expect(await rebuilt(log, { switchOver: 'when-equal' })).toMatchObject({ switched: false });
    expect(await stocks(log)).toEqual([9, 777, 11]);
    const report = await rebuilt(log);
    expect(productDifference(report)).toEqual([1, 1]);
    expect(await stocks(log)).toEqual([9, 10, 11]);
  });
  it('stops where the live one stands: what is not delivered yet is delivered later', async () => {
    const log = history(9);
    await live(log.deliveries.slice(0, 4));
    const report = await rebuilt(log);
    expect(report).toMatchObject({ events: 4 });
    expect(productDifference(report)).toEqual(NOTHING);
    await live(log.deliveries);
    expect(await stocks(log)).toEqual([9, 10, 11]);
  });
  it('loses and repeats nothing while the live projection runs', async () => {
    const log = history(120);
    const reports: Awaited<ReturnType<typeof rebuild>>[] = [];
    let isDelivered = false;
    const rebuilding = (async () => {
      while (!isDelivered) reports.push(await rebuilt(log));
    })();
    await live(log.deliveries);
    isDelivered = true;
    await rebuilding;
    for (const report of reports) expect(productDifference(report)).toEqual(NOTHING);
    expect(await stocks(log)).toEqual([120, 121, 122]);
    expect(reports.length).toBeGreaterThan(0);
  });
  it('keeps the indexes that searching needs', async () => {
    await rebuilt(history(0));
    const { rows } = await test.database.query<{ indexdef: string }>(
      `SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename LIKE 'product%'`,
    );
    const definitions = rows.map(({ indexdef }) => indexdef).join('\n');
    for (const index of [
      /gin \(workspace_id, terms\)/,
      /gin_trgm_ops/,
      /UNIQUE .*\(workspace_id, sku\) WHERE \(NOT deleted\)/,
      /\(workspace_id, price\)/,
    ])
      expect(definitions).toMatch(index);
  });
  it('goes back to the tables before the switch, brought up to date', async () => {
    const log = history(9);
    await live(log.deliveries.slice(0, 5));
    await rebuilt(log);
    await live(log.deliveries);
    await test.database.query('UPDATE products SET stock = 777 WHERE product_id = $1', [productIdOf(1)]);
    const report = await rebuilt(log, { from: 'previous' });
    expect(report).toMatchObject({ events: 5, switched: true });
    expect(await stocks(log)).toEqual([9, 10, 11]);
  });
  it('takes dead letters that it has applied for repetitions when they are re-driven', async () => {
    const log = history(1);
    const [first, second] = log.deliveries as [Delivery, Delivery];
    const other = new CatalogueLog(undefined, { positionAfter: 50n });
    // The second is set aside as a dead letter; the checkpoint moves past it with another workspace's event.
    await live([first, ...oneProduct(other)]);
    await rebuild({
      database: test.database,
      ...logOf([first, second, ...other.deliveries]),
      projection,
      switchOver: 'always',
    });
    await project(test.database, projection, [second]);
    expect(await stocks(log)).toEqual([3, 0, 0]);
  });
  it('refuses a second rebuild of the same read model meanwhile', async () => {
    const log = history(3);
    await live(log.deliveries);
    const [begun, refused] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const waiting = {
      ...projection,
      apply: async (...given: Parameters<typeof projection.apply>) => {
        begun.resolve();
        await refused.promise;
        await projection.apply(...given);
      },
    };
    const first = rebuilt(log, { projection: waiting });
    await begun.promise;
    await expect(rebuilt(log)).rejects.toThrow('being rebuilt already');
    refused.resolve();
    expect(await first).toMatchObject({ switched: true });
  });
  it('leaves the live tables alone when it fails, and can be run again', async () => {
    const log = history(3);
    await live(log.deliveries);
    const broken = { ...projection, apply: () => Promise.reject(new Error('cannot apply')) };
    await expect(rebuilt(log, { projection: broken })).rejects.toThrow('cannot apply');
    expect(await stocks(log)).toEqual([3, 4, 5]);
    expect(await rebuilt(log)).toMatchObject({ switched: true });
  });
});

function oneProduct(log: CatalogueLog): Delivery[] {
  return log.changeSet([
    added({
      productId: productIdOf(9),
      version: 1,
      sku: 'X',
      name: 'X',
      price: '1.00',
      stock: 0,
      category: null,
      brand: null,
      fields: {},
    }),
  ]);
}
