import { parse } from 'csv-parse/sync';
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogueOf, differencesBetween } from '../journeys/shop.js';
import type { ApiClient, ProductFields } from '../support/api-client.js';
import { TestServer } from '../support/server.js';
import { HOSTILE_TEXTS } from './hostile-texts.js';

const IMPORT_BYTES_MAX = 2_000_000;
/** What an import of two megabytes may add to the process for good, the database's own pages not among it. */
const GROWTH_MB_MAX = 200;

let server: TestServer;
let api: ApiClient;
beforeAll(async () => {
  server = await TestServer.start({
    environment: { IMPORT_BYTES_MAX: String(IMPORT_BYTES_MAX), BODY_BYTES_MAX: '1000000' },
  });
  api = server.client;
});
afterAll(() => server?.stop());

describe('an export as CSV', () => {
  const FORMULAS = [
    '=1+1',
    '+1',
    '-1',
    '@x',
    '＝1',
    '＋1',
    '－1',
    '＠x',
    "'=1",
    "''=1",
    "'",
    "'80s",
    "=HYPERLINK('x')",
  ];
  const products = (): ProductFields[] =>
    [...FORMULAS, ...HOSTILE_TEXTS]
      .map((text) => text.trim())
      .filter((text) => text !== '')
      .map((text, index) => ({
        // Skus that differ in marks alone are found as one: a number keeps them apart.
        sku: `${text.slice(0, 100)} ${index}`.trim(),
        name: text,
        price: '1.00',
        stock: index,
        category: text.slice(0, 200),
        fields: { note: text },
      }));

  it('has no cell that a spreadsheet runs, and is imported back exactly as it was', async () => {
    const { client: shop } = await server.createWorkspace('shop');
    const { client: copy } = await server.createWorkspace('copy');
    const rows = products();
    await shop.importCatalogue(rows);
    const before = await catalogueOf(shop);
    for (const row of rows) expect(before.get(row.sku)).toMatchObject({ name: row.name, fields: row.fields });

    const { body: csv } = await shop.expectStatus<string>(200, 'GET', '/products/export?format=csv');
    const cells = (parse(csv) as string[][]).flat();
    expect(cells.length).toBeGreaterThan(rows.length * 6);
    expect(cells.filter((cell) => /^[=+\-@\t\r\n＝＋－＠]/.test(cell))).toEqual([]);

    const again = await shop.importFile(csv, 'text/csv');
    expect(again).toMatchObject({ added: 0, updated: 0, unchanged: rows.length, rejectedCount: 0 });
    expect(await copy.importFile(csv, 'text/csv')).toMatchObject({ added: rows.length, rejectedCount: 0 });
    expect(differencesBetween(before, await catalogueOf(copy))).toEqual([]);
  });
});

describe('an upload that is made to break', () => {
  /** Peak of the process's memory so far. */
  const memoryMb = () =>
    Number(execFileSync('ps', ['-o', 'rss=', '-p', String(server.running.pid)], { encoding: 'utf8' })) /
    1_024;
  const filled = (head: string, piece: string, tail: string) =>
    head + piece.repeat(Math.floor((IMPORT_BYTES_MAX - head.length - tail.length) / piece.length)) + tail;

  it.each<[string, string, () => string, object]>([
    ['a million tiny lines', 'application/x-ndjson', () => filled('', '1\n', ''), { added: 0 }],
    ['a million tiny elements', 'application/json', () => filled('[', '{},', '1]'), { added: 0 }],
    ['a million tiny rows', 'text/csv', () => filled('sku,name\n', 'x\n', ''), { added: 0 }],
    ['one line', 'application/x-ndjson', () => filled('{"sku":"', 'x', '"}'), { added: 0, rejectedCount: 1 }],
    ['one element', 'application/json', () => filled('["', 'x', '"]'), { added: 0, rejectedCount: 1 }],
    ['one cell', 'text/csv', () => filled('sku,name\nA,"', 'x', ''), { added: 0, rejectedCount: 1 }],
    ['arrays in each other', 'application/json', () => filled('[', '[', ''), { status: 'failed' }],
    ['a header without end', 'text/csv', () => filled('', 'column,', ''), { status: 'failed' }],
  ])(
    'costs neither memory nor the others’ time: %s',
    { timeout: 180_000 },
    async (_, type, content, expected) => {
      const before = memoryMb();
      const importId = await api.startImport(content(), type);
      // Everything else goes on meanwhile.
      const health = await fetch(`${server.url}/health/live`, { signal: AbortSignal.timeout(20_000) });
      expect(health.status).toBe(200);
      const done = await api.finishedImport(importId);
      expect(done).toMatchObject(expected);
      expect(done.rejected.length).toBeLessThanOrEqual(1_000);
      expect(memoryMb() - before).toBeLessThan(GROWTH_MB_MAX);
    },
  );

  it('is cut off one byte beyond what is taken, announced or not', async () => {
    const tooLarge = 'x'.repeat(IMPORT_BYTES_MAX + 1);
    const answer = await api
      .send<{ code?: string }>('POST', '/products/import', undefined, {
        raw: tooLarge,
        headers: { 'content-type': 'text/csv' },
      })
      .catch(() => null);
    // Whoever is refused in the middle of writing may find the connection closed before the answer is read.
    if (answer) expect(answer.body.code).toBe('BODY_TOO_LARGE');
    expect(await api.products()).toEqual([]);
  });

  it('that names itself like a path is a file like any other', async () => {
    const form = new FormData();
    form.set('file', new File(['sku,name\n'], '../../../etc/passwd\u0000.csv'));
    const encoded = new Response(form);
    const sent = {
      raw: await encoded.bytes(),
      headers: { 'content-type': encoded.headers.get('content-type')! },
    };
    await api.refused('UNSUPPORTED_MEDIA_TYPE', 'POST', '/products/import', undefined, sent);
    const csv = {
      raw: 'sku,name,price,stock\nA,x,1,1\n',
      headers: { 'content-type': 'text/csv', 'content-disposition': 'attachment; filename="../../x"' },
    };
    const { body } = await api.expectStatus<{ importId: string }>(
      202,
      'POST',
      '/products/import',
      undefined,
      csv,
    );
    expect(await api.finishedImport(body.importId)).toMatchObject({ status: 'done', added: 1 });
  });
});
