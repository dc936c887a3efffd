import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { TestServer } from '../support/server.js';
import { catalogueOf, differencesBetween, PERSIAN, PHONES } from './shop.js';

let server: TestServer;
let api: ApiClient;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server?.stop());

/** Each test in a workspace of its own: nothing but what it imported is there. */
const empty = async () => (api = (await server.createWorkspace('import')).client);
const ndjson = (rows: unknown[]) => rows.map((row) => JSON.stringify(row)).join('\n');
const row = (sku: string, more: object = {}) => ({
  sku,
  name: `Thing ${sku}`,
  price: '1.00',
  stock: 1,
  ...more,
});

describe('an import', () => {
  it('of NDJSON puts every product into the catalogue exactly as it was written', async () => {
    await empty();
    const rows = [...PHONES, ...PERSIAN];
    const done = await api.importFile(ndjson(rows));
    expect(done).toMatchObject({
      status: 'done',
      format: 'ndjson',
      added: rows.length,
      updated: 0,
      unchanged: 0,
      rejectedCount: 0,
      rejected: [],
      error: null,
    });
    const products = await catalogueOf(api);
    expect(products.size).toBe(rows.length);
    for (const { sku, ...given } of rows)
      expect(products.get(sku)).toMatchObject({
        ...given,
        category: given.category ?? null,
        brand: given.brand ?? null,
        fields: given.fields ?? {},
        version: 1,
      });
  });

  it('of CSV reads core columns by name and every other one as a custom field, quotes and line breaks included', async () => {
    await empty();
    const csv = [
      'sku,name,price,stock,category,رنگ,note',
      'C-1,"Lamp, small",12.5,3,Lamps,قرمز,"two',
      'lines"',
      'C-2,"The ""big"" lamp",20,0,,,',
    ].join('\r\n');
    const done = await api.importFile(`\uFEFF${csv}`, 'text/csv');
    expect(done).toMatchObject({ status: 'done', format: 'csv', added: 2, rejectedCount: 0 });
    expect(await api.product('C-1')).toMatchObject({
      name: 'Lamp, small',
      price: '12.50',
      stock: 3,
      category: 'Lamps',
      brand: null,
      fields: { رنگ: 'قرمز', note: 'two\r\nlines' },
    });
    expect(await api.product('C-2')).toMatchObject({ name: 'The "big" lamp', category: null, fields: {} });
  });

  it.each([
    { delimiter: ',', others: '; and\t' },
    { delimiter: ';', others: ', and\t' },
    { delimiter: '\t', others: ', and ;' },
  ])(
    'of CSV takes the delimiter of its header, and the other ones as text: “$delimiter”',
    async ({ delimiter, others }) => {
      await empty();
      const cells = [
        ['sku', 'name', 'price', 'stock', 'note'],
        ['T-1', 'Tea', '3.00', '4', `black${others}green`],
      ];
      const csv = cells.map((line) => line.join(delimiter)).join('\n');
      expect(await api.importFile(csv, 'text/csv')).toMatchObject({ added: 1, rejectedCount: 0 });
      expect(await api.product('T-1')).toMatchObject({
        name: 'Tea',
        fields: { note: `black${others}green` },
      });
    },
  );

  it('of a JSON array reads its elements', async () => {
    await empty();
    const content = JSON.stringify([row('J-1'), row('J-2', { fields: { size: 42, new: true } })]);
    expect(await api.importFile(content, 'application/json')).toMatchObject({ format: 'json', added: 2 });
    expect(await api.product('J-2')).toMatchObject({ fields: { size: '42', new: 'true' } });
  });

  it('names each bad line with its reason and brings the good ones', async () => {
    await empty();
    const content = [
      JSON.stringify(row('G-1')),
      '{"sku": "broken"',
      JSON.stringify(row('', {})),
      '',
      JSON.stringify(row('P-1', { price: '-1' })),
      JSON.stringify(row('P-2', { price: '1.999' })),
      JSON.stringify(row('S-1', { stock: -1 })),
      JSON.stringify(row('S-2', { stock: 1.5 })),
      JSON.stringify({ sku: 'N-1', price: '1.00', stock: 1 }),
      JSON.stringify(row('U-1', { colour: 'a key at the wrong place' })),
      JSON.stringify(row('F-1', { fields: { __proto: 'fine', price: '7' } })),
      '[]',
      JSON.stringify(row('G-2')),
    ].join('\n');
    const done = await api.importFile(content);
    expect(done).toMatchObject({ status: 'done', added: 2, updated: 0, rejectedCount: 10 });
    expect(done.rejected.map(({ line }) => line)).toEqual([2, 3, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(done.rejected.every(({ reason }) => reason.length > 3)).toBe(true);
    expect([...(await catalogueOf(api)).keys()]).toEqual(['G-1', 'G-2']);
  });

  it('of known skus changes what the row says, keeps what it does not speak of, and counts the unchanged', async () => {
    await empty();
    await api.importCatalogue(PHONES);
    const before = await catalogueOf(api);
    const done = await api.importFile(
      ndjson([
        { ...PHONES[0], price: '950.00', fields: { storage: '256' } },
        PHONES[1],
        { sku: 'CASE-1', name: 'Leather Case', price: '19.90', stock: 49 },
        row('NEW-1'),
      ]),
    );
    expect(done).toMatchObject({ added: 1, updated: 2, unchanged: 1, rejectedCount: 0 });
    expect(differencesBetween(before, await catalogueOf(api))).toEqual([
      { sku: 'CASE-1', before: { stock: 50 }, after: { stock: 49 } },
      {
        sku: 'IP17-S',
        before: { price: '1000.00', storage: null },
        after: { price: '950.00', storage: '256' },
      },
      expect.objectContaining({ sku: 'NEW-1', before: null }),
    ]);
    expect((await api.product('CASE-1')).category).toBe('Accessories');
  });

  it('lets the last row of a sku win', async () => {
    await empty();
    const rows = [row('D-1', { price: '1.00' }), row('D-2'), row('D-1', { price: '2.00' })];
    expect(await api.importFile(ndjson(rows))).toMatchObject({ added: 2, updated: 1 });
    expect(await api.product('D-1')).toMatchObject({ price: '2.00', version: 2 });
  });

  it('is run once for one Idempotency-Key, and a key does not come with two files', async () => {
    await empty();
    const headers = { 'idempotency-key': 'monday' };
    const first = await api.startImport(ndjson([row('I-1')]), 'application/x-ndjson', headers);
    expect(await api.startImport(ndjson([row('I-1')]), 'application/x-ndjson', headers)).toBe(first);
    expect(await api.finishedImport(first)).toMatchObject({ status: 'done', added: 1 });
    expect(await api.startImport(ndjson([row('I-1')]), 'application/x-ndjson', headers)).toBe(first);
    expect(await api.changeSets()).toHaveLength(1);
  });

  it('that cannot be read at all fails with a reason and changes nothing', async () => {
    await empty();
    expect(await api.importFile('[{"sku": ', 'application/json')).toMatchObject({
      status: 'failed',
      error: { code: 'IMPORT_UNREADABLE' },
    });
    await api.refused('EMPTY_BODY', 'POST', '/products/import', undefined, {
      raw: '  \n ',
      headers: { 'content-type': 'application/x-ndjson' },
    });
    await api.refused('UNSUPPORTED_MEDIA_TYPE', 'POST', '/products/import', undefined, {
      raw: '<xml/>',
      headers: { 'content-type': 'application/xml' },
    });
    expect(await api.products()).toEqual([]);
  });

  it('is read back from what the export wrote, in both formats, without a change', async () => {
    await empty();
    await api.importCatalogue([...PHONES, ...PERSIAN]);
    const before = await catalogueOf(api);
    for (const [format, type] of [
      ['csv', 'text/csv'],
      ['ndjson', 'application/x-ndjson'],
    ] as const) {
      const { body } = await api.expectStatus<string>(200, 'GET', `/products/export?format=${format}`);
      const again = await api.importFile(body, type);
      expect(again).toMatchObject({ added: 0, updated: 0, unchanged: before.size, rejectedCount: 0 });
      const other = (await server.createWorkspace('copy')).client;
      expect(await other.importFile(body, type)).toMatchObject({ added: before.size, rejectedCount: 0 });
      const copied = await catalogueOf(other);
      expect(differencesBetween(before, copied)).toEqual([]);
    }
  });
});
