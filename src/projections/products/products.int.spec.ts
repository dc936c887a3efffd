import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { productIdOf } from '../../../test/support/arbitrary-catalogue.js';
import { added, CatalogueLog, removed, updated } from '../../../test/support/catalogue-log.js';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import type { Product, ProductChange } from '../../catalogue/product.js';
import { InvalidCursorError } from '../cursor.js';
import { project } from '../projection.js';
import { catalogueRevision, catalogueState, matchProducts } from './match-products.js';
import {
  exportProducts,
  listProducts,
  nearNames,
  productById,
  productsBySku,
  type ProductFilter,
} from './products.queries.js';
import { productsProjection } from './products.projection.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.drop());

let positionAfter = 0n;
function shop() {
  positionAfter += 100_000n;
  const log = new CatalogueLog(randomUUID(), { positionAfter });
  return {
    scope: test.database.scope(log.workspaceId),
    change: (...changes: ProductChange[]) =>
      project(test.database, productsProjection, log.changeSet(changes)),
  };
}
const shirt = (number: number, over: Partial<Product> = {}): Product => ({
  productId: productIdOf(number),
  version: 1,
  sku: `S-${String(number).padStart(4, '0')}`,
  name: `Shirt ${number}`,
  price: '5.00',
  stock: number,
  category: 'Shirts',
  brand: null,
  fields: { color: number % 2 ? 'red' : 'نقره‌ای' },
  ...over,
});

describe('products', () => {
  it('are read as they were added, with the time of the change', async () => {
    const { scope, change } = shop();
    await change(added(shirt(1)));
    const found = await productById(scope, productIdOf(1));
    expect(found).toMatchObject(shirt(1));
    expect(found?.createdAt).toBe(found?.updatedAt);
    expect(await productById(test.database.scope(randomUUID()), productIdOf(1))).toBeNull();
  });
  it('lose custom fields that are cleared and are found by what they became', async () => {
    const { scope, change } = shop();
    await change(added(shirt(1)));
    await change(updated(shirt(1), { color: 'red', name: 'Shirt 1' }, { color: null, name: 'Blouse' }));
    expect(await productById(scope, productIdOf(1))).toMatchObject({
      name: 'Blouse',
      fields: {},
      version: 2,
    });
    const found = (field: string, value: string) =>
      matchProducts(scope, { queries: [{ field, op: 'eq', value }], rowsMax: 1 });
    expect((await found('name', 'blouse')).products).toHaveLength(1);
    expect((await found('color', 'red')).products).toHaveLength(0);
  });
  it('leave a tombstone that keeps the version, and come back after it', async () => {
    const { scope, change } = shop();
    await change(added(shirt(1)));
    await change(removed(shirt(1)));
    expect(await productById(scope, productIdOf(1))).toBeNull();
    expect(await productsBySku(scope, ['S-0001'])).toEqual([]);
    expect(await catalogueState(scope, { productIds: [productIdOf(1)], skus: ['S-0001'] })).toEqual({
      revision: 1,
      versions: new Map([[productIdOf(1), { version: 2, deleted: true }]]),
      skuOwners: new Map(),
    });
    await change({ ...added(shirt(1)), baseVersion: 2 });
    expect(await productById(scope, productIdOf(1))).toMatchObject({ version: 3 });
    expect(await matchProducts(scope, { queries: [], rowsMax: 1 })).toMatchObject({
      catalogueProducts: 1,
      revision: 2,
    });
  });
  it('may take over a sku in the change set that frees it', async () => {
    const { scope, change } = shop();
    await change(added(shirt(1)));
    await change(added(shirt(2, { sku: 'S-0001' })), removed(shirt(1)));
    expect(await productsBySku(scope, ['S-0001', 'S\0'])).toMatchObject([{ productId: productIdOf(2) }]);
    expect(
      (await catalogueState(scope, { productIds: [], skus: ['S-0001', 'S-0009', 'S\0'] })).skuOwners,
    ).toEqual(new Map([['S-0001', productIdOf(2)]]));
  });
  it.each<[string, ProductChange]>([
    [
      'an update from a version that is not the present one',
      updated(shirt(1, { version: 2 }), { stock: 1 }, { stock: 2 }),
    ],
    ['a deletion from another version', removed(shirt(1, { version: 2 }))],
    ['an addition of what is there', added(shirt(1))],
    ['a change of what is not there', updated(shirt(7), { stock: 7 }, { stock: 8 })],
  ])('stop the projection at %s', async (_what, change) => {
    const store = shop();
    await store.change(added(shirt(1)));
    await expect(store.change(change)).rejects.toThrow('at their version');
    expect(await catalogueRevision(store.scope)).toBe(0);
  });
});

describe('the list of products', () => {
  const skus = async (scope: Parameters<typeof listProducts>[0], filter: ProductFilter) =>
    (await listProducts(scope, { filter, limit: 100 })).items.map(({ stock }) => stock);

  it('is narrowed by everything that is given', async () => {
    const { scope, change } = shop();
    await change(...[1, 2, 3, 4].map((number) => added(shirt(number, { price: `${number}0.00` }))));
    expect(await skus(scope, {})).toEqual([1, 2, 3, 4]);
    expect(await skus(scope, { q: '3 SHIRT' })).toEqual([3]);
    expect(await skus(scope, { q: '!' })).toEqual([]);
    expect(await skus(scope, { fields: { color: 'نقره ای' } })).toEqual([2, 4]);
    expect(await skus(scope, { priceMin: '20', priceMax: '30.00', category: 'shirts' })).toEqual([2, 3]);
    expect(await skus(scope, { stockMax: '2', sku: 's 0002' })).toEqual([2]);
    expect(await skus(scope, { brand: 'none' })).toEqual([]);
  });
  it('goes on from its cursor while products come and go', async () => {
    const { scope, change } = shop();
    await change(...[1, 3, 5, 7].map((number) => added(shirt(number))));
    const first = await listProducts(scope, { filter: {}, limit: 2 });
    await change(removed(shirt(3)), added(shirt(2)), added(shirt(6)));
    const second = await listProducts(scope, { filter: {}, limit: 2, cursor: first.nextCursor ?? '' });
    const third = await listProducts(scope, { filter: {}, limit: 2, cursor: second.nextCursor ?? '' });
    expect([first, second, third].map(({ items }) => items.map(({ stock }) => stock))).toEqual([
      [1, 3],
      [5, 6],
      [7],
    ]);
    expect(third.nextCursor).toBeNull();
  });
  it('refuses a cursor of another list', () =>
    expect(listProducts(shop().scope, { filter: {}, limit: 2, cursor: 'NQ' })).rejects.toThrow(
      InvalidCursorError,
    ));
  it('is exported whole, across pages, by sku', async () => {
    const { scope, change } = shop();
    for (const start of [0, 500, 1_000])
      await change(...Array.from({ length: 500 }, (_, n) => added(shirt(start + n))));
    const exported: number[] = [];
    for await (const { stock } of exportProducts(scope)) exported.push(stock);
    expect(exported).toEqual(Array.from({ length: 1_500 }, (_, n) => n));
  });
});

describe('near names', () => {
  it.each([
    ['ipone', 'Apple iPhone 17'],
    ['هدفن', 'هدفون بی‌سیم'],
    ['کفس ورزشی', 'کفش ورزشی مردانه'],
  ])('suggest for %s: %s', async (asked, name) => {
    const { scope, change } = shop();
    const names = ['Apple iPhone 17', 'Apple iPhone 17', 'هدفون بی‌سیم', 'کفش ورزشی مردانه', 'Blue mug'];
    await change(...names.map((each, index) => added(shirt(index, { name: each }))));
    const near = await nearNames(scope, asked, 3);
    expect(near[0]).toMatchObject({ name });
    expect(new Set(near.map((each) => each.name)).size).toBe(near.length);
  });
  it('are none for nonsense', async () => {
    const { scope, change } = shop();
    await change(added(shirt(1)));
    expect(await nearNames(scope, 'qqqq', 3)).toEqual([]);
    expect(await nearNames(scope, '…', 3)).toEqual([]);
  });
});
