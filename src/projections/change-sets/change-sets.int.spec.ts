import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { productIdOf } from '../../../test/support/arbitrary-catalogue.js';
import { added, CatalogueLog, removed, updated } from '../../../test/support/catalogue-log.js';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import type { Product, ProductChange } from '../../catalogue/product.js';
import { InvalidCursorError } from '../cursor.js';
import { productsProjection } from '../products/products.projection.js';
import { project } from '../projection.js';
import { HistoryBehindError, listProductsAsOf, productAsOf } from './as-of.js';
import { changeSetsProjection } from './change-sets.projection.js';
import {
  changeSet,
  changeSetChanges,
  changeSetRows,
  ChangeSetIncompleteError,
  isChangeSetComplete,
  listChangeSets,
  productHistory,
} from './change-sets.queries.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.drop());

let positionAfter = 0n;
function newLog(): CatalogueLog {
  positionAfter += 100_000n;
  return new CatalogueLog(randomUUID(), { positionAfter });
}
const mug = (number: number, over: Partial<Product> = {}): Product => ({
  productId: productIdOf(number),
  version: 1,
  sku: `MUG-${number}`,
  name: `Mug ${number}`,
  price: '9.50',
  stock: 1,
  category: null,
  brand: null,
  fields: { color: 'blue' },
  ...over,
});
const cheaper = (product: Product, price: string): ProductChange =>
  updated(product, { price: product.price }, { price });
const deliver = (log: CatalogueLog) => project(test.database, changeSetsProjection, log.deliveries);

describe('change sets', () => {
  it('say who changed how much, when and why, newest first', async () => {
    const log = newLog();
    const [draftId, importId, userId] = [randomUUID(), randomUUID(), randomUUID()];
    const first = randomUUID();
    log.changeSet([added(mug(1)), added(mug(2))], {
      changeSetId: first,
      origin: { kind: 'import', importId },
      userId,
    });
    const second = randomUUID();
    log.changeSet([cheaper(mug(1), '8.00'), removed(mug(2))], {
      changeSetId: second,
      origin: { kind: 'draft', draftId },
      userId,
    });
    log.changeSet([cheaper(mug(1, { version: 2, price: '8.00' }), '9.50')], {
      origin: { kind: 'undo', draftId, undoneChangeSetId: second },
      userId,
    });
    await deliver(log);
    const scope = test.database.scope(log.workspaceId);
    const page = await listChangeSets(scope, { limit: 2 });
    expect(page.items).toMatchObject([
      { origin: { kind: 'undo', draftId, undoneChangeSetId: second }, total: 1 },
      {
        changeSetId: second,
        origin: { kind: 'draft', draftId },
        userId,
        total: 2,
        added: 0,
        updated: 1,
        deleted: 1,
      },
    ]);
    const rest = await listChangeSets(scope, { limit: 2, cursor: page.nextCursor ?? '' });
    expect(rest).toMatchObject({
      items: [{ changeSetId: first, origin: { kind: 'import', importId }, added: 2 }],
      nextCursor: null,
    });
    expect(await changeSet(scope, first)).toEqual(rest.items[0]);
    expect(await changeSet(test.database.scope(randomUUID()), first)).toBeNull();
  });

  it('of many chunks are one, paged in their own order, and incomplete until the last chunk', async () => {
    const log = newLog();
    const changeSetId = randomUUID();
    const changes = Array.from({ length: 1_100 }, (_, n) => added(mug(n)));
    const chunks = log.changeSet(changes, { changeSetId });
    const scope = test.database.scope(log.workspaceId);
    const read = async () => {
      const all: ProductChange[] = [];
      for await (const change of changeSetChanges(scope, changeSetId)) all.push(change);
      return all;
    };
    await project(test.database, changeSetsProjection, chunks.slice(0, 2));
    await expect(read()).rejects.toThrow(ChangeSetIncompleteError);
    await project(test.database, changeSetsProjection, chunks.slice(2));
    expect(await isChangeSetComplete(scope, changeSetId)).toBe(true);
    expect(await read()).toEqual(changes);
    expect(await changeSet(scope, changeSetId)).toMatchObject({ total: 1_100, added: 1_100 });
    const page = await changeSetRows(scope, changeSetId, { limit: 499 });
    const next = await changeSetRows(scope, changeSetId, { limit: 499, cursor: page.nextCursor ?? '' });
    expect([...page.items, ...next.items].map(({ productId }) => productId)).toEqual(
      changes.slice(0, 998).map(({ productId }) => productId),
    );
  });

  it('refuse a cursor of another list', () =>
    expect(
      listChangeSets(test.database.scope(randomUUID()), { limit: 1, cursor: 'WyJza3UiLCJBIl0' }),
    ).rejects.toThrow(InvalidCursorError));
});

describe('a product’s history', () => {
  it('holds every change with its cause, newest first, deletion and return included', async () => {
    const log = newLog();
    const product = mug(1);
    log.changeSet([added(product)]);
    log.changeSet([cheaper(product, '8.00')]);
    log.changeSet([removed({ ...product, version: 2, price: '8.00' })]);
    log.changeSet([{ ...added({ ...product, price: '8.00' }), baseVersion: 3 }]);
    await deliver(log);
    const scope = test.database.scope(log.workspaceId);
    const page = await productHistory(scope, product.productId, { limit: 3 });
    expect(page.items).toMatchObject([
      { op: 'add', version: 4, origin: { kind: 'manual' } },
      { op: 'delete', version: 3, after: null },
      { op: 'update', version: 2, before: { price: '9.50' }, after: { price: '8.00' } },
    ]);
    expect(
      await productHistory(scope, product.productId, { limit: 3, cursor: page.nextCursor ?? '' }),
    ).toMatchObject({
      items: [{ op: 'add', version: 1, before: null }],
      nextCursor: null,
    });
  });
});

describe('the catalogue as of a moment', () => {
  const at = (hour: number) => `2026-03-01T${String(hour).padStart(2, '0')}:00:00.000Z`;

  it('is filtered by the values of that moment and paged', async () => {
    const log = newLog();
    const products = Array.from({ length: 7 }, (_, n) => mug(n));
    log.changeSet(products.map(added), { changedAt: at(1) });
    log.changeSet(
      products.slice(0, 5).map((product) => updated(product, { color: 'blue' }, { color: 'red' })),
      { changedAt: at(3) },
    );
    for (const projection of [productsProjection, changeSetsProjection])
      await project(test.database, projection, log.deliveries);
    const scope = test.database.scope(log.workspaceId);
    const blue = { queries: [{ field: 'color', op: 'eq' as const, value: 'blue' }], limit: 4 };
    const page = await listProductsAsOf(scope, { ...blue, time: at(2) });
    const next = await listProductsAsOf(scope, { ...blue, time: at(2), cursor: page.nextCursor ?? '' });
    expect([page.items.length, next.items.length, next.nextCursor]).toEqual([4, 3, null]);
    expect(page.items[0]).toMatchObject({
      version: 1,
      fields: { color: 'blue' },
      createdAt: at(1),
      updatedAt: at(1),
    });
    expect((await listProductsAsOf(scope, { ...blue, time: at(3) })).items).toHaveLength(2);
    expect(await productAsOf(scope, productIdOf(0), at(3))).toMatchObject({ version: 2, updatedAt: at(3) });
  });
  it('says that the history is behind rather than give a wrong answer', async () => {
    const log = newLog();
    log.changeSet([added(mug(1))], { changedAt: at(1) });
    log.changeSet([cheaper(mug(1), '1.00')], { changedAt: at(3) });
    await project(test.database, productsProjection, log.deliveries);
    await project(test.database, changeSetsProjection, log.deliveries.slice(0, 1));
    const scope = test.database.scope(log.workspaceId);
    await expect(productAsOf(scope, productIdOf(1), at(2))).rejects.toThrow(HistoryBehindError);
    expect(await productAsOf(scope, productIdOf(1), at(4))).toMatchObject({ price: '1.00' });
  });
});
