import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as arbitrary from '../../../test/support/arbitrary-catalogue.js';
import { added, CatalogueLog } from '../../../test/support/catalogue-log.js';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import type { Product } from '../../catalogue/product.js';
import { select } from '../../planning/match.js';
import { project } from '../projection.js';
import { matchProducts } from './match-products.js';
import { productsProjection } from './products.projection.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.drop());

async function catalogueOf(products: Product[]) {
  const log = new CatalogueLog(randomUUID(), { positionAfter: nextPosition });
  nextPosition += 1_000n;
  if (products.length > 0)
    await project(test.database, productsProjection, log.changeSet(products.map(added)));
  return test.database.scope(log.workspaceId);
}
let nextPosition = 0n;

describe('matching in SQL', () => {
  const scenario = fc.record({
    products: arbitrary
      .catalogue(15)
      .map((products) => products.map((product) => ({ ...product, version: 1 }))),
    tasks: fc.array(
      fc.record({
        queries: fc.array(arbitrary.query, { maxLength: 3 }),
        order: arbitrary.order,
        limit: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
      }),
      { minLength: 20, maxLength: 20 },
    ),
  });

  it('finds what matching in memory finds, in the same order', async () => {
    let found = 0;
    await fc.assert(
      fc.asyncProperty(scenario, async ({ products, tasks }) => {
        const scope = await catalogueOf(products);
        for (const task of tasks) {
          const matched = await matchProducts(scope, { ...task, rowsMax: 100 });
          const expected = select(products, task);
          found += expected.length;
          expect(matched.products.map(({ sku }) => sku)).toEqual(expected.map(({ sku }) => sku));
          expect(matched.products).toEqual(expected);
        }
      }),
      { numRuns: 60 },
    );
    // A property that never finds anything would prove nothing.
    expect(found).toBeGreaterThan(1_000);
  });

  const shirt = (number: number): Product => ({
    productId: arbitrary.productIdOf(number),
    version: 1,
    sku: `S-${number}`,
    name: 'Shirt',
    price: '5.00',
    stock: 1,
    category: null,
    brand: null,
    fields: {},
  });

  it('says at which revision and how large the catalogue is, even when nothing matches', async () => {
    const scope = await catalogueOf([shirt(1), shirt(2)]);
    const options = { queries: [{ field: 'name', op: 'eq' as const, value: 'trousers' }], rowsMax: 10 };
    expect(await matchProducts(scope, options)).toEqual({
      products: [],
      isCut: false,
      revision: 0,
      catalogueProducts: 2,
    });
    expect(await matchProducts(await catalogueOf([]), options)).toMatchObject({
      revision: -1,
      catalogueProducts: 0,
    });
  });
  it('cuts off after its bound and says so', async () => {
    const scope = await catalogueOf([shirt(1), shirt(2), shirt(3)]);
    expect(await matchProducts(scope, { queries: [], rowsMax: 2 })).toMatchObject({
      isCut: true,
      products: [{}, {}],
    });
    expect(await matchProducts(scope, { queries: [], rowsMax: 3 })).toMatchObject({
      isCut: false,
      products: [{}, {}, {}],
    });
  });
  it('never sees another workspace', async () => {
    await catalogueOf([shirt(1)]);
    expect((await matchProducts(await catalogueOf([]), { queries: [], rowsMax: 10 })).products).toEqual([]);
  });
  it('takes names of fields for data, whatever they say', async () => {
    const scope = await catalogueOf([shirt(1)]);
    const hostile = `x') OR true; DROP TABLE products; --\0`;
    for (const op of ['eq', 'contains'] as const)
      expect(
        (await matchProducts(scope, { queries: [{ field: hostile, op, value: hostile }], rowsMax: 1 }))
          .products,
      ).toEqual([]);
    for (const direction of ['asc', 'desc'] as const)
      expect(
        (await matchProducts(scope, { queries: [], order: { field: hostile, direction }, rowsMax: 1 }))
          .products,
      ).toHaveLength(1);
    expect(
      (await matchProducts(scope, { queries: [{ field: hostile, op: 'gt', value: '1' }], rowsMax: 1 }))
        .products,
    ).toEqual([]);
    expect(
      (await matchProducts(scope, { queries: [{ field: hostile, op: 'missing' }], rowsMax: 1 })).products,
    ).toHaveLength(1);
  });
});
