import { describe, expect, it } from 'vitest';
import { productIdOf } from '../../../test/support/arbitrary-catalogue.js';
import { added, CatalogueLog, removed, updated } from '../../../test/support/catalogue-log.js';
import type { Product, ProductChange } from '../../catalogue/product.js';
import { foldChanges, type ProductsChanged } from './folded-changes.js';

const shirt = (number: number, version = 1, sku = `S-${number}`): Product => ({
  productId: productIdOf(number),
  version,
  sku,
  name: `Shirt ${number}`,
  price: '5.00',
  stock: 1,
  category: null,
  brand: null,
  fields: {},
});
const restock = (number: number, version: number, stock: number) =>
  updated(shirt(number, version), { stock: stock - 1 }, { stock });

function eventsOf(...changeSets: ProductChange[][]): ProductsChanged[] {
  const log = new CatalogueLog();
  for (const changes of changeSets) log.changeSet(changes);
  return log.deliveries.map(({ event }) => event as ProductsChanged);
}

/** `op product from→to` by fold. */
const told = (...changeSets: ProductChange[][]) =>
  foldChanges(eventsOf(...changeSets)).map(({ changes }) =>
    changes.map(
      ({ op, productId, baseVersion, version }) =>
        `${op} ${Number(productId.slice(-4))} ${baseVersion}→${version}`,
    ),
  );

describe('change sets in a row', () => {
  it('are one, each product with the last word on each of its fields', () => {
    const price = updated(shirt(1, 2), { price: '5.00', stock: 2 }, { price: '6.00', stock: 3 });
    const [folded, ...others] = foldChanges(eventsOf([restock(1, 1, 2), restock(2, 7, 1)], [price]));
    expect(others).toEqual([]);
    expect(folded?.changes).toMatchObject([
      { op: 'update', baseVersion: 1, version: 3, after: { price: '6.00', stock: 3 } },
      { op: 'update', baseVersion: 7, version: 8, after: { stock: 1 } },
    ]);
    expect(folded?.heads).toMatchObject([{ revision: 1, added: 0, deleted: 0 }]);
  });
  it('count what came and went by catalogue', () => {
    const events = [
      ...eventsOf([added(shirt(1))], [added(shirt(2)), removed(shirt(3))]),
      ...eventsOf([added(shirt(1))]),
    ];
    expect(foldChanges(events).map(({ heads }) => heads)).toMatchObject([
      [
        { revision: 1, added: 2, deleted: 1 },
        { revision: 0, added: 1, deleted: 0 },
      ],
    ]);
  });
  it('stay apart where a product comes or goes between them', () => {
    expect(told([added(shirt(1))], [restock(1, 1, 2)], [restock(1, 2, 3)], [removed(shirt(1, 3))])).toEqual([
      ['add 1 0→1'],
      ['update 1 1→3'],
      ['delete 1 3→4'],
    ]);
  });
  it('stay apart where a sku moves on, and not within the change set that frees it', () => {
    const renamed = updated(shirt(1), { sku: 'S-1' }, { sku: 'S-9' });
    expect(told([renamed], [added(shirt(2, 1, 'S-1'))])).toHaveLength(2);
    expect(told([removed(shirt(1)), added(shirt(2, 1, 'S-1'))])).toHaveLength(1);
  });
  it('stay apart where the versions do not follow, for the database to refuse', () =>
    expect(told([restock(1, 1, 2)], [restock(1, 1, 2)])).toHaveLength(2));
  it('are refused when one of them changes a product twice', () =>
    expect(() => told([restock(1, 1, 2), restock(1, 1, 3)])).toThrow('twice'));
});
