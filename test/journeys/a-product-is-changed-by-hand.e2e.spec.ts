import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../../src/projections/change-sets/change-sets.queries.js';
import type { ProductView } from '../../src/projections/products/product-row.js';
import type { ApiClient, Page } from '../support/api-client.js';
import { TestServer } from '../support/server.js';
import { catalogueOf, differencesBetween, PHONES } from './shop.js';

let server: TestServer;
let api: ApiClient;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server?.stop());
beforeEach(async () => {
  api = (await server.createWorkspace('by hand')).client;
  await api.importCatalogue(PHONES);
});

const ifMatch = (version: number | string) => ({ headers: { 'if-match': String(version) } });

describe('a product', () => {
  it('is added, and found at once', async () => {
    const body = { sku: 'MUG-1', name: 'Mug', price: 12.5, stock: 3, fields: { color: 'blue' } };
    const { position } = await api.expectStatus(202, 'POST', '/products', body);
    const { items } = await api.get<Page<ProductView>>('/products?q=mug', position);
    expect(items).toMatchObject([{ ...body, price: '12.50', category: null, brand: null, version: 1 }]);
    await api.refused('SKU_TAKEN', 'POST', '/products', { ...body, name: 'Another mug' });
  });

  it('is changed only from the version that was read', async () => {
    const before = await catalogueOf(api);
    const { productId } = before.get('IP17-S')!;
    const path = `/products/${productId}`;
    await api.refused('IF_MATCH_REQUIRED', 'PATCH', path, { price: '1.00' });
    await api.refused('IF_MATCH_REQUIRED', 'DELETE', path);
    const moved = await api.send('PATCH', path, { price: '1.00' }, ifMatch(7));
    expect(moved).toMatchObject({ status: 412, body: { code: 'PRODUCT_VERSION_MOVED', currentVersion: 1 } });
    expect(moved.headers.get('etag')).toBe('"1"');
    expect(differencesBetween(before, await catalogueOf(api))).toEqual([]);

    const { headers } = await api.expectStatus(200, 'GET', path);
    const patch = { price: '950', stock: 4, category: null, fields: { color: null, size: 'L' } };
    const { position } = await api.expectStatus(202, 'PATCH', path, patch, ifMatch(headers.get('etag')!));
    expect(await api.get(path, position)).toMatchObject({
      price: '950.00',
      stock: 4,
      category: null,
      fields: { size: 'L' },
      version: 2,
    });
    await api.refused('PRODUCT_VERSION_MOVED', 'DELETE', path, undefined, ifMatch(1));
    await api.expectStatus(202, 'DELETE', path, undefined, ifMatch(2));
    await api.refused('PRODUCT_NOT_FOUND', 'DELETE', path, undefined, ifMatch(3));
    await api.refused('PRODUCT_NOT_FOUND', 'PATCH', path, { stock: 1 }, ifMatch(3));
  });

  it('is changed once by one of 20 who all read the same version', async () => {
    const { productId } = await api.product('CASE-1');
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        api.send('PATCH', `/products/${productId}`, { stock: 100 + index }, ifMatch(1)),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 202)).toHaveLength(1);
    expect(statuses.filter((status) => status === 412)).toHaveLength(19);
    const winner = statuses.indexOf(202);
    const seen = await api.product('CASE-1', answers[winner]!.position);
    expect(seen).toMatchObject({ stock: 100 + winner, version: 2 });
  });

  it('is changed once by a request that comes again with its Idempotency-Key', async () => {
    const { productId } = await api.product('CASE-1');
    const headers = { 'if-match': '1', 'idempotency-key': randomUUID() };
    const once = await api.send('PATCH', `/products/${productId}`, { stock: 7 }, { headers });
    const again = await api.send('PATCH', `/products/${productId}`, { stock: 7 }, { headers });
    expect([once.status, again.status]).toEqual([202, 202]);
    expect(again.body).toEqual(once.body);
    expect(again.position).toBe(once.position);
    expect(await api.product('CASE-1', once.position)).toMatchObject({ stock: 7, version: 2 });
  });

  it('has a history of who changed what and why, and can be seen as of any moment', async () => {
    const { productId, updatedAt: imported } = await api.product('IP17-S');
    const draft = await api.apply('lower the price of sku IP17-S by 10%');
    const path = `/products/${productId}`;
    const patch = await api.expectStatus(202, 'PATCH', path, { stock: 1 }, ifMatch(2));
    const patched = await api.get<ProductView>(path, patch.position);
    const { position } = await api.expectStatus(202, 'DELETE', path, undefined, ifMatch(3));
    const history = (await api.get<Page<HistoryEntry>>(`${path}/history`, position)).items;
    expect(history).toMatchObject([
      { op: 'delete', version: 4, draftId: null, origin: { kind: 'manual' }, after: null },
      { op: 'update', version: 3, draftId: null, before: { stock: 5 }, after: { stock: 1 } },
      {
        op: 'update',
        version: 2,
        draftId: draft.draftId,
        before: { price: '1000.00' },
        after: { price: '900.00' },
      },
      { op: 'add', version: 1, origin: { kind: 'import' }, before: null },
    ]);
    const asOf = (moment: string) => api.get<ProductView>(`${path}?asOf=${encodeURIComponent(moment)}`);
    expect(await asOf(imported)).toMatchObject({ price: '1000.00', stock: 5, version: 1 });
    expect(await asOf(draft.executedAt!)).toMatchObject({ price: '900.00', stock: 5, version: 2 });
    expect(await asOf(patched.updatedAt)).toMatchObject({ price: '900.00', stock: 1, version: 3 });
    await api.refused('PRODUCT_NOT_FOUND', 'GET', path);
    await api.refused('PRODUCT_NOT_FOUND', 'GET', `${path}?asOf=2001-01-01T00:00:00Z`);
    const then = await api.get<Page<ProductView>>(`/products?asOf=${encodeURIComponent(imported)}`);
    expect(then.items).toHaveLength(PHONES.length);
  });

  it('is found by name, field, range and page', async () => {
    const found = async (query: string) =>
      (await api.all<ProductView>(`/products?${query}`, 2)).map(({ sku }) => sku);
    expect(await found('')).toEqual(PHONES.map(({ sku }) => sku).sort());
    expect(await found('q=IPHONE%2017')).toEqual(['IP17-B', 'IP17-S', 'IP17P-S']);
    expect(await found('brand=samsung')).toEqual(['GX-S']);
    expect(await found('fields.color=Silver&priceMin=900')).toEqual(['IP17-S', 'IP17P-S']);
    expect(await found('stockMax=0')).toEqual(['IP17-B']);
    expect(await found('category=phones&priceMax=799.00')).toEqual(['IP16-S']);
    await api.refused('INVALID_REQUEST', 'GET', '/products?colour=red');
  });
});

describe('a write', () => {
  it('is always seen by a read that carries its position: 50 times in a row', async () => {
    const { productId } = await api.product('CASE-1');
    const path = `/products/${productId}`;
    for (let version = 1; version <= 50; version += 1) {
      const { position } = await api.expectStatus(
        202,
        'PATCH',
        path,
        { stock: 1_000 + version },
        ifMatch(version),
      );
      expect(position).toMatch(/^\d+$/);
      expect(await api.get(path, position)).toMatchObject({ stock: 1_000 + version, version: version + 1 });
      const listed = await api.get<Page<ProductView>>(`/products?sku=CASE-1&after=${position}`);
      expect(listed.items).toMatchObject([{ stock: 1_000 + version }]);
      const history = await api.get<Page<{ version: number }>>(`${path}/history?limit=1`, position);
      expect(history.items).toMatchObject([{ version: version + 1 }]);
    }
  });

  it('of a draft is seen likewise', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { body, position } = await api.expectStatus<{ draftId: string }>(202, 'POST', '/ai/drafts', {
        prompt: 'set the stock of sku CASE-1 to 3',
      });
      const { items } = await api.get<Page<{ draftId: string }>>('/ai/drafts?limit=1', position);
      expect(items).toMatchObject([{ draftId: body.draftId }]);
    }
  });
});

describe('what happened', () => {
  it('stands in change sets and in the audit trail', async () => {
    const done = await api.apply('lower the price of all phones by 10%');
    const [newest, first] = await api.changeSets();
    expect(newest).toMatchObject({
      changeSetId: done.changeSetId,
      draftId: done.draftId,
      userId: done.userId,
      total: 5,
      updated: 5,
      added: 0,
      deleted: 0,
    });
    expect(first).toMatchObject({ origin: { kind: 'import' }, total: PHONES.length, added: PHONES.length });
    const changeSet = await api.changeSet(done.changeSetId!);
    expect(changeSet.changes).toHaveLength(5);
    const rows = new Map(done.preview!.rows.map((row) => [row.productId, row]));
    for (const { productId, before, after } of changeSet.changes)
      expect({ before, after }).toEqual({
        before: rows.get(productId)!.before,
        after: rows.get(productId)!.after,
      });

    const trail = await api.audit();
    expect(new Set(trail.map(({ eventId }) => eventId)).size).toBe(trail.length);
    const positions = trail.map(({ position }) => BigInt(position));
    expect(positions).toEqual(positions.toSorted((left, right) => (left > right ? -1 : 1)));
    const types = trail.map(({ type }) => type);
    expect(types.filter((type) => type === 'ProductsChanged')).toHaveLength(2);
    expect(types).toEqual(expect.arrayContaining(['WorkspaceCreated', 'ImportRequested', 'ImportCompleted']));
    const ofDraft = await api.all<{ type: string }>(`/audit?streamId=draft-${done.draftId}`);
    expect(ofDraft.map(({ type }) => type).toReversed()).toEqual(
      (await api.events(done.draftId)).map(({ type }) => type),
    );
  });
});
