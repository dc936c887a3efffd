import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogueOf, differencesBetween, PHONES, type Catalogue } from '../journeys/shop.js';
import type { ApiClient, ProblemBody } from '../support/api-client.js';
import { TestServer } from '../support/server.js';
import { bodyPlaces, operationsOf, withKeysAt, type OpenApi, type Operation } from './openapi-bodies.js';
import { answerIn, exchange } from './socket.js';

/** What is refused without being read is refused at once; room for a busy machine. */
const QUICK_MS = 5_000;
const TABLES_THAT_MOVE = /checkpoint|lease|offset|limit|position|link|audit|idempot|relay|consumer/;

let server: TestServer;
let api: ApiClient;
let before: Catalogue;
let rowsBefore: Record<string, number>;
let operations: Operation[];
beforeAll(async () => {
  server = await TestServer.start();
  api = server.client;
  await api.importCatalogue(PHONES);
  before = await catalogueOf(api);
  rowsBefore = await rowCounts();
  const answer = await fetch(`${server.url}/docs/openapi.json`);
  operations = operationsOf((await answer.json()) as OpenApi);
});
afterAll(() => server?.stop());

/** Of every table that only a request can add to. */
async function rowCounts(): Promise<Record<string, number>> {
  const { database } = server.data;
  const { rows } = await database.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of rows) {
    if (TABLES_THAT_MOVE.test(name)) continue;
    const counted = await database.query<{ count: number }>(`SELECT count(*)::int AS count FROM "${name}"`);
    counts[name] = counted.rows[0]!.count;
  }
  return counts;
}

async function expectNothingChanged() {
  expect(await rowCounts()).toEqual(rowsBefore);
  expect(differencesBetween(before, await catalogueOf(api))).toEqual([]);
}

const send = (method: string, path: string, raw: string | Uint8Array, headers = {}) =>
  api.send<ProblemBody & { errors?: { path: string; message: string }[] }>(method, path, undefined, {
    raw,
    headers: { 'content-type': 'application/json', ...headers },
  });

describe('a body that could be taken for something else than it is', () => {
  const product = (more: string) => `{"sku":"X-1","name":"X","stock":1,${more}}`;
  const bytes = (...pieces: (string | number[])[]) =>
    Buffer.concat(pieces.map((piece) => Buffer.from(piece as string)));

  it.each<[string, string, string | Buffer]>([
    ['a key twice', 'MALFORMED_JSON', product('"price":"1.00","price":"2.00"')],
    ['a key twice, spelled in two ways', 'MALFORMED_JSON', product('"price":"1.00","pric\\u0065":"2.00"')],
    ['a key twice, deep inside', 'MALFORMED_JSON', product('"price":"1","fields":{"a":"1","a":"2"}')],
    ['__proto__', 'MALFORMED_JSON', product('"price":"1.00","__proto__":{"stock":5}')],
    ['__proto__, spelled otherwise', 'MALFORMED_JSON', product('"price":"1","\\u005f_proto__":{}')],
    ['__proto__ among the fields', 'MALFORMED_JSON', product('"price":"1","fields":{"__proto__":"x"}')],
    ['constructor.prototype', 'MALFORMED_JSON', product('"price":"1","constructor":{"prototype":{}}')],
    ['constructor as a field', 'INVALID_REQUEST', product('"price":"1","fields":{"constructor":"x"}')],
    ['bytes that are not UTF-8', 'MALFORMED_JSON', bytes('{"sku":"', [0xff, 0xfe], '","name":"x"}')],
    ['half a character', 'MALFORMED_JSON', bytes('{"sku":"', [0xe2, 0x82], '"}')],
    ['an overlong NUL', 'MALFORMED_JSON', bytes('{"sku":"', [0xc0, 0x80], '"}')],
    ['UTF-16', 'MALFORMED_JSON', Buffer.from('{"sku":"x"}', 'utf16le')],
    ['a NUL', 'INVALID_REQUEST', product('"price":"1","category":"a\\u0000b"')],
    ['a NUL in a key', 'INVALID_REQUEST', product('"price":"1","fields":{"a\\u0000":"b"}')],
    ['half a surrogate pair', 'INVALID_REQUEST', product('"price":"1","category":"\\udc00"')],
    ['half a surrogate pair in a key', 'INVALID_REQUEST', product('"price":"1","fields":{"\\ud800":"b"}')],
    ['a price beyond every number', 'INVALID_REQUEST', product('"price":1e400')],
    ['a price with a huge exponent', 'INVALID_REQUEST', product('"price":"1e999999999"')],
    ['a tiny exponent', 'INVALID_REQUEST', product('"price":1e-400000')],
    ['a price below zero', 'INVALID_REQUEST', product('"price":-0.01')],
    ['more digits than a price has', 'INVALID_REQUEST', product(`"price":"${'9'.repeat(40)}"`)],
    ['digits that a float would lose', 'INVALID_REQUEST', product('"price":9007199254740993.01')],
    [
      'a stock beyond the column',
      'INVALID_REQUEST',
      product('"price":"1","stock":2147483648').replace('"stock":1,', ''),
    ],
    ['not a number', 'MALFORMED_JSON', product('"price":NaN')],
    ['a number in hex', 'MALFORMED_JSON', product('"price":0x10')],
    ['a leading zero', 'MALFORMED_JSON', product('"price":007')],
    ['a comment', 'MALFORMED_JSON', product('"price":"1" /* cheap */')],
    ['two values', 'MALFORMED_JSON', `${product('"price":"1"')}${product('"price":"2"')}`],
  ])('is refused: %s', async (_, code, raw) => {
    const { status, body } = await send('POST', '/products', raw);
    expect({ status, code: body.code }).toEqual({ status: 400, code });
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/jsonp',
    'text/json, application/json',
    'application/json-patch',
    '',
  ])('is refused for its type: %s', async (type) => {
    const { status, body } = await send('POST', '/products', product('"price":"1"'), {
      'content-type': type,
    });
    expect({ status, code: body.code }).toEqual({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
  });

  it.each(['gzip', 'br', 'deflate', 'identity, gzip', 'zstd'])(
    'is refused compressed: %s',
    async (encoding) => {
      for (const [path, type] of [
        ['/products', 'application/json'],
        ['/products/import', 'text/csv'],
      ] as const) {
        const headers = { 'content-type': type, 'content-encoding': encoding };
        const { status, body } = await send('POST', path, product('"price":"1"'), headers);
        expect({ status, code: body.code }).toEqual({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
      }
    },
  );

  it('changes nothing', () => expectNothingChanged());
});

describe('a body that is made to take long', () => {
  const refusedQuickly = async (body: string, expected: [number, string], path = '/api/v1/products') => {
    const head = [
      `POST ${path} HTTP/1.1`,
      'Host: x',
      `Authorization: Bearer ${server.apiKey}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
    ].join('\r\n');
    const answer = await exchange(server.url, `${head}\r\n\r\n`, body);
    // Whoever is refused in the middle of writing may find the connection closed before the answer is read.
    const isCutOff = expected[0] === 413 && answer.text === '';
    const { status, body: problem } = answerIn(answer);
    if (!isCutOff) expect([status, JSON.parse(problem).code]).toEqual(expected);
    expect(answer.milliseconds).toBeLessThan(QUICK_MS);
  };

  it.each<[string, string, [number, string]]>([
    ['100,000 arrays in each other', '['.repeat(100_000), [400, 'INVALID_REQUEST']],
    [
      '100,000 objects in each other',
      `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
      [400, 'INVALID_REQUEST'],
    ],
    ['10 MB', `{"sku":"${'x'.repeat(10_000_000)}"}`, [413, 'BODY_TOO_LARGE']],
    ['10 MB of spaces', ' '.repeat(10_000_000), [413, 'BODY_TOO_LARGE']],
    [
      '300,000 keys',
      `{${Array.from({ length: 300_000 }, (_, i) => `"${i}":1`).join()}}`,
      [400, 'INVALID_REQUEST'],
    ],
    ['a string of 4 MB', `{"name":"${'\\u0041'.repeat(650_000)}"}`, [400, 'INVALID_REQUEST']],
    ['4 MB of backslashes', `{"name":"${'\\\\'.repeat(2_000_000)}"}`, [400, 'INVALID_REQUEST']],
    ['a number of a million digits', `{"price":${'9'.repeat(1_000_000)}}`, [400, 'INVALID_REQUEST']],
    ['a price of a million digits', `{"price":"${'9'.repeat(1_000_000)}"}`, [400, 'INVALID_REQUEST']],
    [
      '200,000 fields',
      `{"fields":{${Array.from({ length: 200_000 }, (_, i) => `"f${i}":"1"`).join()}}}`,
      [400, 'INVALID_REQUEST'],
    ],
  ])('is refused at once: %s', async (_, body, expected) => refusedQuickly(body, expected));

  it('is refused at once in chunks of unknown number, too', async () => {
    const head = `POST /api/v1/products HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.apiKey}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const chunk = `100000\r\n${' '.repeat(0x100000)}\r\n`;
    const answer = await exchange(server.url, head, ...Array.from({ length: 10 }, () => chunk));
    expect(['', '413']).toContain(answer.text.split(' ')[1] ?? '');
    expect(answer.milliseconds).toBeLessThan(QUICK_MS);
  });

  it('changes nothing', () => expectNothingChanged());
});

describe('keys that a body does not have', () => {
  const KEYS = {
    userId: randomUUID(),
    workspaceId: randomUUID(),
    role: 'owner',
    status: 'done',
    planHash_: 'x',
    version: 99,
    createdAt: '2020-01-01T00:00:00Z',
    permissions: ['workspace.manage'],
    isAdmin: true,
    productId: randomUUID(),
    draftId: randomUUID(),
    approvedBy: randomUUID(),
    toString: 'x',
  };

  it('are refused by every address that changes anything, at every place of its body', async () => {
    expect(operations.length).toBeGreaterThan(20);
    const wrong: unknown[] = [];
    for (const operation of operations)
      for (const place of bodyPlaces(operation.body)) {
        // Keys the place does have are no mass assignment.
        const keys = Object.fromEntries(Object.entries(KEYS).filter(([key]) => !place.known.has(key)));
        const path = operation.path.replace('/api/v1', '').replaceAll(/\{\w+\}/g, randomUUID());
        const body = JSON.stringify(withKeysAt(place, keys));
        const { status, body: problem } = await send(operation.method, path, body, { 'if-match': '1' });
        const named = (problem.errors ?? []).filter(({ message }) => message === 'unknown key');
        const missing = Object.keys(keys).filter(
          (key) => !named.some((error) => error.path === ['body', ...place.path, key].join('.')),
        );
        if (status !== 400 || missing.length > 0)
          wrong.push({
            operation: `${operation.method} ${path}`,
            place: place.path,
            status,
            missing,
            problem,
          });
      }
    expect(wrong).toEqual([]);
  });

  it('change nothing', () => expectNothingChanged());
});
