import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectProblem, FakeApi } from '../../../test/support/fake-api.js';
import { DeleteProduct, UpdateProduct } from '../../commands/catalogue/catalogue.handlers.js';
import { ExportProducts, ListProducts } from '../../projections/products/products.handlers.js';
import type { ProductView } from '../../projections/products/product-row.js';

let api: FakeApi;
beforeAll(async () => {
  api = await FakeApi.start();
});
afterAll(() => api?.stop());
beforeEach(() => api.reset());

const PRODUCTS = '/api/v1/products';
const productId = randomUUID();
const product = (values: Partial<ProductView> = {}): ProductView => ({
  productId,
  sku: 'A-1',
  name: 'Lamp',
  price: '9.50',
  stock: 3,
  category: null,
  brand: 'Ikea',
  fields: {},
  version: 4,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  ...values,
});
const patch = (headers: Record<string, string>, payload: object = { price: '1' }) =>
  api.send({ method: 'PATCH', url: `${PRODUCTS}/${productId}`, payload, headers });

describe('a change by hand', () => {
  it('names the version it was made from', async () => {
    await expectProblem(patch({}), 428, 'IF_MATCH_REQUIRED');
    await expectProblem(
      api.send({ method: 'DELETE', url: `${PRODUCTS}/${productId}` }),
      428,
      'IF_MATCH_REQUIRED',
    );
  });

  it.each(['4', '"4"', 'W/"4"', ' "4" '])('takes If-Match: %s', async (ifMatch) => {
    let sent: UpdateProduct | undefined;
    api.command = (command) => {
      sent = command as UpdateProduct;
      return { accepted: true, changeSetId: productId, position: 9n };
    };
    const answer = await patch({ 'if-match': ifMatch });
    expect([answer.statusCode, answer.json()]).toEqual([202, { changeSetId: productId }]);
    expect(sent).toMatchObject({ productId, expectedVersion: 4, patch: { price: '1.00' } });
  });

  it.each(['*', 'x', '"4", "5"', '-1', ''])('refuses If-Match: %j', async (ifMatch) => {
    await expectProblem(patch({ 'if-match': ifMatch }), 400, 'INVALID_REQUEST');
  });

  it('is told the version that came before it', async () => {
    api.command = () => ({ accepted: false, refusal: { code: 'PRODUCT_VERSION_MOVED', currentVersion: 7 } });
    const { answer, problem } = await expectProblem(patch({ 'if-match': '4' }), 412, 'PRODUCT_VERSION_MOVED');
    expect([problem.currentVersion, answer.headers.etag]).toEqual([7, '"7"']);
  });

  it.each([
    {},
    { price: '-1' },
    { price: '1.005' },
    { stock: 1.5 },
    { stock: '3' },
    { id: 'x' },
    { fields: { price: '1' } },
  ])('refuses %j', async (values) => {
    await expectProblem(patch({ 'if-match': '4' }, values), 400, 'INVALID_REQUEST');
  });

  it('deletes at the version that was read', async () => {
    let sent: unknown;
    api.command = (command) => {
      sent = command;
      return { accepted: true, changeSetId: productId, position: 9n };
    };
    const headers = { 'if-match': '4' };
    expect((await api.send({ method: 'DELETE', url: `${PRODUCTS}/${productId}`, headers })).statusCode).toBe(
      202,
    );
    expect(sent).toBeInstanceOf(DeleteProduct);
  });
});

describe('a read', () => {
  it('gives the version as ETag, but not that of a past moment', async () => {
    api.query = () => product();
    expect((await api.get(`${PRODUCTS}/${productId}`)).headers.etag).toBe('"4"');
    expect((await api.get(`${PRODUCTS}/${productId}?asOf=2026-01-01`)).headers.etag).toBeUndefined();
  });

  it('narrows by columns and by custom fields', async () => {
    let asked: ListProducts | undefined;
    api.query = (query) => {
      asked = query as ListProducts;
      return { items: [], nextCursor: null };
    };
    const moment = encodeURIComponent('2026-01-01T01:00:00+01:00');
    await api.get(
      `${PRODUCTS}?q=lamp&priceMax=10&fields.colour=red&fields.${encodeURIComponent('رنگ')}=x&asOf=${moment}`,
    );
    expect(asked?.page).toMatchObject({
      filter: { q: 'lamp', priceMax: '10', fields: { colour: 'red', رنگ: 'x' } },
      asOf: '2026-01-01T00:00:00.000Z',
      limit: 50,
    });
  });

  it.each(['priceMin=-1', 'priceMin=x', 'asOf=yesterday', 'colour=red', 'fields.price=1', 'fields.=1', 'q='])(
    'refuses ?%s rather than answer something else',
    async (query) => {
      await expectProblem(api.get(`${PRODUCTS}?${query}`), 400, 'INVALID_REQUEST');
    },
  );

  it('waits for the past to be known instead of making one up', async () => {
    let behind = true;
    api.query = () => {
      if (behind) throw Object.assign(new Error('behind'), { code: 'READ_MODEL_BEHIND' });
      return product();
    };
    await expectProblem(api.get(`${PRODUCTS}/${productId}?asOf=2026-01-01`), 404, 'PRODUCT_NOT_FOUND');
    behind = false;
    expect((await api.get(`${PRODUCTS}/${productId}?asOf=2026-01-01`)).statusCode).toBe(200);
  });
});

describe('an export', () => {
  const exported = async (query: string, ...products: ProductView[]) => {
    async function* all() {
      yield* products;
    }
    api.query = (asked) => {
      expect(asked).toBeInstanceOf(ExportProducts);
      return { customFields: ['colour'], products: all() };
    };
    return api.get(`${PRODUCTS}/export?${query}`);
  };

  it('writes CSV that an import reads back', async () => {
    const answer = await exported('format=csv', product({ name: 'Lamp, "big"', fields: { colour: 'قرمز' } }));
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(answer.headers['content-disposition']).toContain('products.csv');
    expect(answer.payload.split('\r\n')).toEqual([
      'sku,name,price,stock,category,brand,colour',
      'A-1,"Lamp, ""big""",9.50,3,,Ikea,قرمز',
      '',
    ]);
  });

  it('writes the header even where there is nothing', async () => {
    expect((await exported('')).payload).toBe('sku,name,price,stock,category,brand,colour\r\n');
    expect((await exported('format=ndjson')).payload).toBe('');
  });

  it('writes no cell of CSV that a spreadsheet would run', async () => {
    const formula = product({ name: '=1+1', fields: { colour: '@x' } });
    expect((await exported('', formula)).payload).toContain("A-1,'=1+1,9.50,3,,Ikea,'@x");
    expect((await exported('format=ndjson', formula)).payload).toContain('"name":"=1+1"');
  });

  it('writes NDJSON with what an import takes, and no more', async () => {
    const answer = await exported('format=ndjson', product(), product({ sku: 'A-2' }));
    const lines = answer.payload
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ sku }) => sku)).toEqual(['A-1', 'A-2']);
    expect(Object.keys(lines[0])).toEqual(['sku', 'name', 'price', 'stock', 'category', 'brand', 'fields']);
  });
});
