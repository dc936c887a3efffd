import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ProductView } from '../../src/projections/products/product-row.js';
import type { ApiClient } from '../support/api-client.js';
import { TestServer } from '../support/server.js';
import { catalogueOf, differencesBetween, many, PHONES } from './shop.js';

let server: TestServer;
let api: ApiClient;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server?.stop());
beforeEach(async () => {
  api = (await server.createWorkspace('undo')).client;
  await api.importCatalogue(PHONES);
});

async function takeBack(draftId: string) {
  const undo = await api.undo(draftId);
  await api.confirm(undo);
  return api.until(undo.draftId, 'done');
}

describe('an undo', () => {
  it('shows the inverse first, and changes nothing until it is confirmed', async () => {
    const before = await catalogueOf(api);
    const done = await api.apply('lower the price of silver iphones by 10%');
    const after = await catalogueOf(api);
    const undo = await api.undo(done.draftId);
    expect(undo.undoOf).toEqual({ changeSetId: done.changeSetId, draftId: done.draftId });
    expect(undo.preview).toMatchObject({ summary: { matched: 3, changed: 3 }, warnings: [] });
    for (const { sku, before: was, after: will } of undo.preview.rows) {
      expect(was).toEqual({ price: after.get(sku)!.price });
      expect(will).toEqual({ price: before.get(sku)!.price });
    }
    expect(differencesBetween(after, await catalogueOf(api))).toEqual([]);
    await api.confirm(undo);
    await api.until(undo.draftId, 'done');
    expect(await api.until(done.draftId, 'undone')).toMatchObject({ undoneBy: undo.draftId });
    const restored = await catalogueOf(api);
    for (const [sku, { version, createdAt: _, updatedAt: __, ...values }] of restored) {
      expect(values).toEqual(
        expect.objectContaining({ price: before.get(sku)!.price, stock: before.get(sku)!.stock }),
      );
      expect(version).toBe(
        before.get(sku)!.version + (undo.preview.rows.some((row) => row.sku === sku) ? 2 : 0),
      );
    }
  });

  it('brings deleted products back as they were, and takes added ones away', async () => {
    const before = await catalogueOf(api);
    const deleted = await api.apply('delete all black phones');
    await takeBack(deleted.draftId);
    const restored = await catalogueOf(api);
    expect(restored.get('IP17-B')).toMatchObject({ ...plain(before.get('IP17-B')!), version: 3 });
    const added = await api.apply('add a product named Blue Mug with sku MUG-1, price 12.50 and stock 30');
    await takeBack(added.draftId);
    expect(differencesBetween(restored, await catalogueOf(api))).toEqual([]);
  });

  it('can be undone, again and again', async () => {
    const done = await api.apply('set the stock of sku CASE-1 to 1');
    const undo = await takeBack(done.draftId);
    await api.until(done.draftId, 'undone');
    expect((await api.product('CASE-1')).stock).toBe(50);
    const redo = await takeBack(undo.draftId);
    await api.until(undo.draftId, 'undone');
    expect(await api.until(done.draftId, 'done')).toMatchObject({ undoneBy: null });
    expect((await api.product('CASE-1')).stock).toBe(1);
    await takeBack(redo.draftId);
    expect(await api.until(redo.draftId, 'undone')).toMatchObject({ undoneBy: expect.any(String) });
    expect(await api.product('CASE-1')).toMatchObject({ stock: 50, version: 5 });
    expect(
      (await api.history((await api.product('CASE-1')).productId)).map(({ origin }) => origin.kind),
    ).toEqual(['undo', 'undo', 'undo', 'draft', 'import']);
  });

  it('after later changes by others reports conflicts, overwrites none, and restores the rest', async () => {
    const done = await api.apply('lower the price of silver iphones by 10%');
    await api.apply('set the price of sku IP17-S to 500');
    await api.apply('set the stock of sku IP17P-S to 99');
    await api.apply('delete sku IP16-S');
    const before = await catalogueOf(api);
    const undo = await api.undo(done.draftId);
    const conflicts = undo.preview.warnings.filter(({ code }) => code === 'UNDO_CONFLICT');
    expect(conflicts.map(({ productId }) => productId)).toContain(before.get('IP17-S')!.productId);
    expect(conflicts).toHaveLength(2);
    expect(undo.preview.rows.filter(({ after }) => after !== null).map(({ sku }) => sku)).toContain(
      'IP17P-S',
    );
    await api.confirm(undo);
    await api.until(undo.draftId, 'done');
    expect(differencesBetween(before, await catalogueOf(api))).toEqual([
      { sku: 'IP17P-S', before: { price: '1169.99' }, after: { price: '1299.99' } },
    ]);
  });

  it('with nothing left to take back says so and cannot be confirmed', async () => {
    const done = await api.apply('set the price of sku IP17-S to 500');
    await api.apply('set the price of sku IP17-S to 600');
    const undo = await api.undo(done.draftId);
    expect(undo.preview.summary.changed).toBe(0);
    expect(undo.preview.warnings).toMatchObject([{ code: 'UNDO_CONFLICT', field: 'price' }]);
    await api.refused('NOTHING_TO_CHANGE', 'POST', `/ai/drafts/${undo.draftId}/confirm`, {
      planHash: undo.preview.planHash,
    });
  });

  it('that was previewed before a later change is refused with the new difference', async () => {
    const done = await api.apply('set the price of sku IP17-S to 500');
    const undo = await api.undo(done.draftId);
    await api.apply('set the price of sku IP17-S to 600');
    const problem = await api.refused('PLAN_CHANGED', 'POST', `/ai/drafts/${undo.draftId}/confirm`, {
      planHash: undo.preview.planHash,
    });
    expect(problem['preview']).toMatchObject({
      summary: { changed: 0 },
      warnings: [{ code: 'UNDO_CONFLICT' }],
    });
    expect((await api.product('IP17-S')).price).toBe('600.00');
  });

  it('does not take the sku of a product that has it now', async () => {
    const done = await api.apply('delete sku CASE-1');
    await api.importCatalogue([{ sku: 'CASE-1', name: 'Another case', price: '5.00', stock: 1 }]);
    const undo = await api.undo(done.draftId);
    expect(undo.preview.warnings).toMatchObject([{ code: 'UNDO_CONFLICT', field: 'sku' }]);
    expect((await api.product('CASE-1')).name).toBe('Another case');
  });

  it('is one draft for one Idempotency-Key, and of an unknown or open draft none', async () => {
    const done = await api.apply('set the stock of sku CASE-1 to 1');
    const key = randomUUID();
    const [first, second] = [await api.undo(done.draftId, key), await api.undo(done.draftId, key)];
    expect(second.draftId).toBe(first.draftId);
    const open = await api.preview('set the stock of sku CASE-1 to 2');
    await api.refused('DRAFT_NOT_EXECUTED', 'POST', `/ai/drafts/${open.draftId}/undo`);
    await api.refused('DRAFT_NOT_FOUND', 'POST', `/ai/drafts/${randomUUID()}/undo`);
  });

  it('confirmed from two undos of one change at once takes it back once', async () => {
    const done = await api.apply('set the stock of sku CASE-1 to 1');
    const undos = [await api.undo(done.draftId), await api.undo(done.draftId)];
    await Promise.all(
      undos.map(({ draftId, preview }) =>
        api.send('POST', `/ai/drafts/${draftId}/confirm`, { planHash: preview.planHash }),
      ),
    );
    await api.until(done.draftId, 'undone');
    expect(await api.product('CASE-1')).toMatchObject({ stock: 50, version: 3 });
  });

  it('of a change of a thousand rows restores every one of them', async () => {
    await api.importCatalogue(many('Bulbs', 1_050));
    const before = await catalogueOf(api);
    const done = await api.apply('increase the price of category Bulbs by 1', { secondConfirmation: true });
    const undo = await api.undo(done.draftId);
    expect(undo.preview.requires).toContain('second_confirmation');
    await api.confirm(undo, { secondConfirmation: true });
    await api.until(undo.draftId, 'done');
    const after = await catalogueOf(api);
    const bulbs = [...after.values()].filter(({ category }) => category === 'Bulbs');
    expect(bulbs).toHaveLength(1_050);
    expect(bulbs.every(({ price, sku }) => price === before.get(sku)!.price)).toBe(true);
  });
});

function plain({ sku, name, price, stock, category, brand, fields, productId }: ProductView) {
  return { sku, name, price, stock, category, brand, fields, productId };
}
