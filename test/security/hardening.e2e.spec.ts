import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PHONES } from '../journeys/shop.js';
import type { ApiClient } from '../support/api-client.js';
import { TestServer } from '../support/server.js';
import { answerIn, exchange, type Exchange } from './socket.js';

const ORIGIN = 'https://shop.example';
const TIMEOUT_SECONDS = 1;
/** Room for a busy machine; what is proved is that the end comes, and not before its time. */
const LATE_MS = 20_000;

let server: TestServer;
let api: ApiClient;
let draftId: string;
beforeAll(async () => {
  server = await TestServer.start({
    environment: {
      CORS_ORIGINS: `${ORIGIN},https://desk.example`,
      HSTS_SECONDS: '300',
      REQUEST_TIMEOUT_SECONDS: String(TIMEOUT_SECONDS),
    },
  });
  api = server.client;
  await api.importCatalogue(PHONES);
  ({ draftId } = await api.preview('lower the price of all phones by 10%'));
});
afterAll(() => server?.stop());

const ALWAYS: Record<string, RegExp> = {
  'content-security-policy': /^default-src 'self';.*object-src 'none'/,
  'x-content-type-options': /^nosniff$/,
  'x-frame-options': /^SAMEORIGIN$/,
  'referrer-policy': /^no-referrer$/,
  'cross-origin-resource-policy': /^same-origin$/,
  'cross-origin-opener-policy': /^same-origin$/,
  'strict-transport-security': /^max-age=300$/,
};

function expectHardened(headers: Headers): void {
  for (const [name, value] of Object.entries(ALWAYS))
    expect([name, headers.get(name)]).toEqual([name, expect.stringMatching(value)]);
  expect(headers.get('content-security-policy')).not.toMatch(/unsafe-eval|https:|\*/);
  for (const name of ['server', 'x-powered-by', 'x-aspnet-version', 'via'])
    expect(headers.has(name)).toBe(false);
}

const rawRequest = (line: string, ...headers: string[]) =>
  [line, 'Host: localhost', ...headers, '', ''].join('\r\n');
const keyed = () => `Authorization: Bearer ${server.apiKey}`;
const post = (...headers: string[]) =>
  rawRequest('POST /api/v1/ai/drafts HTTP/1.1', keyed(), 'Content-Type: application/json', ...headers);

describe('every answer', () => {
  const key = () => ({ authorization: `Bearer ${server.apiKey}` });
  const json = () => ({ ...key(), 'content-type': 'application/json' });

  it.each<[string, string, () => RequestInit, number]>([
    ['a read', '/api/v1/products', () => ({ headers: key() }), 200],
    ['a read of no body', '/api/v1/products', () => ({ method: 'HEAD', headers: key() }), 200],
    [
      'a command',
      '/api/v1/ai/drafts',
      () => ({ method: 'POST', headers: json(), body: '{"prompt":"x"}' }),
      202,
    ],
    ['a stream of CSV', '/api/v1/products/export', () => ({ headers: key() }), 200],
    ['a stream of NDJSON', '/api/v1/products/export?format=ndjson', () => ({ headers: key() }), 200],
    ['no key', '/api/v1/products', () => ({}), 401],
    ['no such draft', '/api/v1/ai/drafts/none', () => ({ headers: key() }), 404],
    ['no such address', '/nothing/here', () => ({}), 404],
    ['an address that cannot be read', '/%zz', () => ({}), 404],
    ['another method', '/api/v1/products', () => ({ method: 'PUT', headers: key() }), 405],
    ['no JSON', '/api/v1/ai/drafts', () => ({ method: 'POST', headers: json(), body: '{' }), 400],
    ['no version', `/api/v1/products/x`, () => ({ method: 'DELETE', headers: key() }), 404],
    ['no JSON type', '/api/v1/ai/drafts', () => ({ method: 'POST', headers: key(), body: 'x' }), 415],
    [
      'a preflight',
      '/api/v1/products',
      () => ({ method: 'OPTIONS', headers: { origin: ORIGIN, 'access-control-request-method': 'GET' } }),
      204,
    ],
    ['health', '/health/live', () => ({}), 200],
    ['metrics', '/metrics', () => ({}), 200],
  ])('says how it is to be handled: %s', async (_, path, init, status) => {
    const answer = await fetch(server.url + path, init());
    await answer.arrayBuffer();
    expect(answer.status).toBe(status);
    expectHardened(answer.headers);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it.each([
    ['no HTTP', 'GARBAGE\r\n\r\n'],
    ['headers of 100 kB', rawRequest('GET /health/live HTTP/1.1', `X-Bomb: ${'x'.repeat(100_000)}`)],
    [
      '10,000 headers',
      rawRequest('GET /health/live HTTP/1.1', ...Array.from({ length: 10_000 }, (_, i) => `X-${i}: 1`)),
    ],
    ['a million parameters', rawRequest(`GET /api/v1/products?${'a=1&'.repeat(1_000_000)} HTTP/1.1`)],
    ['two lengths', `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`],
    [
      'a length and chunks',
      `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['a chunk without a size', `POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n`],
    ['a header folded over two lines', `GET / HTTP/1.1\r\nHost: x\r\nX-A: b\r\n c\r\n\r\n`],
    ['a space in front of a colon', `GET / HTTP/1.1\r\nHost : x\r\n\r\n`],
    ['a NUL in a header', `GET / HTTP/1.1\r\nHost: x\r\nX-A: a\u0000b\r\n\r\n`],
    ['another protocol', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ])('to what is no request is a problem and the end of the connection: %s', async (_, bytes) => {
    const { status, headers, body } = answerIn(await exchange(server.url, bytes));
    expect(status).toBe(400);
    expectHardened(headers);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(headers.get('connection')).toBe('close');
    expect(JSON.parse(body)).toMatchObject({ code: 'INVALID_REQUEST', status: 400 });
  });

  it('to garbage behind a request in one packet is never a problem that seems to be the request’s', async () => {
    const { text } = await exchange(server.url, `${rawRequest('GET /health/live HTTP/1.1')}GARBAGE\r\n\r\n`);
    const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status);
    expect([[], ['200'], ['200', '400']]).toContainEqual(statuses);
  });
});

describe('time', () => {
  const expectTimeout = (answer: Exchange, code: string, status: number) => {
    const { body, headers, status: answered } = answerIn(answer);
    expect([answered, JSON.parse(body).code]).toEqual([status, code]);
    expectHardened(headers);
    expect(answer.milliseconds).toBeGreaterThan(TIMEOUT_SECONDS * 1_000 - 50);
    expect(answer.milliseconds).toBeLessThan(LATE_MS);
  };

  it('is up for a body that does not arrive', async () => {
    expectTimeout(
      await exchange(server.url, post('Content-Length: 100'), '{"prompt":'),
      'REQUEST_TIMEOUT',
      408,
    );
  });

  it('is up for a body that arrives in chunks without end', async () => {
    const chunks = `${'1\r\n \r\n'.repeat(100)}`;
    expectTimeout(
      await exchange(server.url, post('Transfer-Encoding: chunked'), chunks),
      'REQUEST_TIMEOUT',
      408,
    );
  });

  it('is up for headers that do not arrive', async () => {
    expectTimeout(
      await exchange(server.url, 'GET /health/live HTTP/1.1\r\nHost: x\r\n'),
      'REQUEST_TIMEOUT',
      408,
    );
  });

  it('is up for an answer that takes too long, and that is the server’s to say', async () => {
    const path = `/api/v1/ai/drafts/${draftId}?wait=done&waitMs=25000`;
    const answer = await exchange(
      server.url,
      rawRequest(`GET ${path} HTTP/1.1`, keyed(), 'Connection: close'),
    );
    expectTimeout(answer, 'SERVER_BUSY', 503);
    expect(answerIn(answer).headers.get('retry-after')).toBe('1');
  });
});

describe('pages of other origins', () => {
  const ask = async (origin: string, init: RequestInit = {}, from = server.url) => {
    const answer = await fetch(`${from}/api/v1/products`, { ...init, headers: { origin, ...init.headers } });
    await answer.arrayBuffer();
    return answer;
  };

  it.each([ORIGIN, 'https://desk.example'])(
    'that are listed may read answers, without cookies: %s',
    async (origin) => {
      const { headers } = await ask(origin);
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('vary')).toContain('Origin');
      expect(headers.has('access-control-allow-credentials')).toBe(false);
    },
  );

  it.each([
    'https://evil.example',
    'http://shop.example',
    'https://shop.example.evil.example',
    'https://evilshop.example',
    'https://shop.example:8443',
    'HTTPS://SHOP.EXAMPLE',
    'null',
    '*',
  ])('that are not listed may not: %s', async (origin) => {
    const preflight = await ask(origin, {
      method: 'OPTIONS',
      headers: { 'access-control-request-method': 'POST' },
    });
    for (const { headers } of [await ask(origin), preflight])
      expect([null, ORIGIN, 'https://desk.example']).toContain(headers.get('access-control-allow-origin'));
    expect((await ask(origin)).headers.get('access-control-allow-origin')).not.toBe(origin);
  });

  it('learn from a preflight what they may send', async () => {
    const { status, headers } = await ask(ORIGIN, {
      method: 'OPTIONS',
      headers: {
        'access-control-request-method': 'PATCH',
        'access-control-request-headers': 'authorization,if-match,idempotency-key,content-type',
      },
    });
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-methods')).toContain('PATCH');
    expect(headers.get('access-control-allow-headers')).toContain('idempotency-key');
    expect(headers.has('access-control-allow-credentials')).toBe(false);
  });

  it('are all let in by *, and still without cookies', async () => {
    const open = await server.another({ CORS_ORIGINS: '*', ROLES: 'api' });
    try {
      const { headers } = await ask('https://evil.example', {}, open.url);
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.has('access-control-allow-credentials')).toBe(false);
    } finally {
      open.signal('SIGTERM');
      await open.exited;
    }
  });
});

describe('the page of the documentation', () => {
  it.each(['/docs', '/api/v1/docs'])('runs under its own policy: %s', async (path) => {
    const answer = await fetch(server.url + path);
    const page = await answer.text();
    expectHardened(answer.headers);
    // What the policy keeps out: scripts in the page itself, handlers in attributes, anything from elsewhere.
    const scripts = [...page.matchAll(/<script\b([^>]*)>([^]*?)<\/script>/g)];
    expect(scripts.length).toBeGreaterThan(1);
    for (const [, attributes = '', content = ''] of scripts) {
      expect(attributes).toContain('src=');
      expect(content.trim()).toBe('');
    }
    expect(page).not.toMatch(/\son\w+\s*=/);
    const links = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => new URL(link!, answer.url));
    expect(links.every(({ origin }) => origin === new URL(server.url).origin)).toBe(true);
    for (const link of links) {
      const file = await fetch(link);
      await file.arrayBuffer();
      expect([link.pathname, file.status]).toEqual([link.pathname, 200]);
      if (link.pathname.endsWith('.js')) expect(file.headers.get('content-type')).toMatch(/javascript/);
    }
  });
});

it('after all of this, the server still serves', async () => {
  expect((await api.product('IP17-S')).price).toBe('1000.00');
  expect(server.running.log()).not.toContain('INTERNAL_ERROR');
});
