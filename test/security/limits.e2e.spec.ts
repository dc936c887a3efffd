/** Limits per user and address over real HTTP, and every way around them that people try. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stopProgram, TestServer, type RunningProgram } from '../support/server.js';
import { rawRequest, type RawRequest } from './raw-request.js';

const LIMIT = 5;
const PRODUCTS = '/api/v1/products';

const limited = (environment: Record<string, string> = {}) =>
  TestServer.start({
    environment: {
      RATE_LIMIT_READS: String(LIMIT),
      RATE_LIMIT_DRAFTS: String(LIMIT),
      RATE_LIMIT_AUTH: String(LIMIT),
      ...environment,
    },
  });

/** Uses up what `api` may do in this window. */
async function useUp(send: () => Promise<{ status: number }>): Promise<void> {
  for (let turn = 0; turn < 2 * LIMIT; turn += 1) if ((await send()).status === 429) return;
  throw new Error('the limit was never reached');
}

describe('reads beyond the limit', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await limited();
  });
  afterAll(() => server?.stop());

  const bearer = () => ({ authorization: `Bearer ${server.apiKey}` });
  const raw = (asked: RawRequest) =>
    rawRequest(server.url, { ...asked, headers: { ...bearer(), ...asked.headers } });

  it('are refused, and every answer says what remains', async () => {
    const { client } = await server.createWorkspace('another');
    for (let remaining = LIMIT - 1; remaining >= 0; remaining -= 1) {
      const { status, headers } = await client.send('GET', '/products');
      expect([status, headers.get('ratelimit-limit'), headers.get('ratelimit-remaining')]).toEqual([
        200,
        String(LIMIT),
        String(remaining),
      ]);
      expect(Number(headers.get('ratelimit-reset'))).toBeGreaterThan(50);
      expect(headers.get('ratelimit-policy')).toBe(`"reads";q=${LIMIT};w=60`);
      expect(headers.get('ratelimit')).toMatch(new RegExp(`^"reads";r=${remaining};t=\\d+$`));
    }
    const refused = await client.send('GET', '/products/export');
    expect(refused.body).toMatchObject({ code: 'RATE_LIMITED', status: 429, limit: LIMIT });
    expect(refused.headers.get('ratelimit-remaining')).toBe('0');
    const retryAfter = Number(refused.headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThan(0);
    expect(retryAfter).toBeLessThanOrEqual(60);
    // Other classes have limits of their own, and other people too.
    expect((await client.send('POST', '/ai/drafts', { prompt: 'cheapest?' })).status).toBe(202);
  });

  it('say what remains also where they are refused for something else', async () => {
    const { client } = await server.createWorkspace('third');
    const wrong = await client.send('GET', '/products?limit=no');
    expect([wrong.status, wrong.headers.get('ratelimit-remaining')]).toEqual([400, String(LIMIT - 1)]);
    const missing = await client.send('GET', `/products/${randomUUID()}`);
    expect([missing.status, missing.headers.get('ratelimit-remaining')]).toEqual([404, String(LIMIT - 2)]);
  });

  describe('stay refused', () => {
    beforeAll(() => useUp(() => raw({ path: PRODUCTS })));

    it.each([
      ['X-Forwarded-For', '203.0.113.9'],
      ['X-Forwarded-For', '127.0.0.1, 203.0.113.9'],
      ['Forwarded', 'for=203.0.113.9;proto=https'],
      ['X-Real-IP', '203.0.113.9'],
      ['X-Client-IP', '203.0.113.9'],
      ['True-Client-IP', '203.0.113.9'],
      ['X-User-Id', randomUUID()],
      ['X-HTTP-Method-Override', 'POST'],
      ['X-Original-URL', '/health/live'],
      ['Host', 'another.example'],
    ])('with the header %s: %s', async (name, value) => {
      expect((await raw({ path: PRODUCTS, headers: { [name]: value } })).status).toBe(429);
    });

    it.each([
      ['a slash at the end', `${PRODUCTS}/`],
      ['encoded letters', '/api/v1/%70roducts'],
      ['letters encoded in upper case', '/api/v1/pro%64ucts'],
      ['a question', `${PRODUCTS}?limit=1`],
      ['a fragment of a question', `${PRODUCTS}?`],
      ['another route of the class', `${PRODUCTS}/export?format=csv`],
      ['one product', `${PRODUCTS}/${randomUUID()}`],
      ['its history', `${PRODUCTS}/${randomUUID()}/history`],
    ])('at an address with %s', async (_, path) => {
      expect((await raw({ path })).status).toBe(429);
    });

    it.each([
      '/API/V1/PRODUCTS',
      '/api/v1/Products',
      '//api/v1/products',
      '/api//v1/products',
      '/api/v1/products//',
      '/api/v1/./products',
      '/api/v1/x/../products',
      '/api/v1/products;x=1',
      '/api/v1/products%2f',
      '/api/v1/products%00',
      '/api/v1/%2570roducts',
    ])('at %s, or there is nothing', async (path) => {
      expect([404, 429]).toContain((await raw({ path })).status);
    });

    it('by HEAD', async () => {
      expect((await raw({ method: 'HEAD', path: PRODUCTS })).status).toBe(429);
    });

    it('with several keys of one user', async () => {
      const created = await server.client.expectStatus<{ apiKey: string }>(202, 'POST', '/api-keys', {
        name: 'another of mine',
      });
      expect((await server.clientWithKey(created.body.apiKey).send('GET', '/products')).status).toBe(429);
    });
  });
});

describe('a burst against two processes', () => {
  let server: TestServer;
  let second: RunningProgram;
  beforeAll(async () => {
    server = await limited();
    second = await server.another();
  });
  afterAll(async () => {
    if (second) await stopProgram(second);
    await server?.stop();
  });

  it('lets as many pass as one request after another would', async () => {
    const body = JSON.stringify({ prompt: 'cheapest phone?' });
    const headers = { authorization: `Bearer ${server.apiKey}`, 'content-type': 'application/json' };
    const urls = [server.url, second.url];
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, turn) =>
        rawRequest(urls[turn % 2]!, { method: 'POST', path: '/api/v1/ai/drafts', headers, body }),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 202)).toHaveLength(LIMIT);
    expect(statuses.filter((status) => status === 429)).toHaveLength(200 - LIMIT);
    const { rows } = await server.data.database.query<{ drafts: string }>(
      "SELECT count(*) AS drafts FROM events WHERE type = 'DraftCreated'",
    );
    expect(Number(rows[0]?.drafts)).toBe(LIMIT);
  });
});

describe('wrong keys', () => {
  let direct: TestServer;
  let proxied: TestServer;
  beforeAll(async () => {
    [direct, proxied] = await Promise.all([limited(), limited({ TRUSTED_PROXIES: '127.0.0.0/8,::1' })]);
  });
  afterAll(async () => {
    await direct?.stop();
    await proxied?.stop();
  });

  const guess = (server: TestServer, forwardedFor?: string | string[]) =>
    rawRequest(server.url, {
      path: PRODUCTS,
      headers: {
        authorization: `Bearer ${randomUUID()}`,
        ...(forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor }),
      },
    });

  it('are counted by the address of the connection, whatever a header says', async () => {
    let turn = 0;
    await useUp(() => guess(direct, `203.0.113.${(turn += 1)}`));
    for (const forged of [undefined, '198.51.100.1', ['198.51.100.2', '198.51.100.3'], '::1'])
      expect((await guess(direct, forged)).status).toBe(429);
    const refused = await guess(direct);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.headers['ratelimit-remaining']).toBe('0');
  });

  it('do not lock out who has the right one', async () => {
    await useUp(() => guess(direct));
    expect((await direct.client.send('GET', '/ai/drafts')).status).toBe(200);
  });

  it('are counted by the address that a trusted proxy names', async () => {
    await useUp(() => guess(proxied, '203.0.113.1'));
    expect((await guess(proxied, '203.0.113.2')).status).toBe(401);
    // What the client wrote itself stands in front of what the proxy adds.
    expect((await guess(proxied, '198.51.100.7, 203.0.113.1')).status).toBe(429);
    expect((await guess(proxied, ['198.51.100.8', '203.0.113.1'])).status).toBe(429);
  });

  it('of neighbours in one IPv6 network of a customer count together', async () => {
    let turn = 0;
    await useUp(() => guess(proxied, `2001:db8:1:2::${(turn += 1).toString(16)}`));
    expect((await guess(proxied, '2001:db8:1:2:ffff:ffff:ffff:ffff')).status).toBe(429);
    expect((await guess(proxied, '2001:DB8:0001:0002::abcd')).status).toBe(429);
    expect((await guess(proxied, '2001:db8:1:3::1')).status).toBe(401);
  });

  it('from an IPv4 address in IPv6 clothes are those of the IPv4 address', async () => {
    await useUp(() => guess(proxied, '203.0.113.77'));
    expect((await guess(proxied, '::ffff:203.0.113.77')).status).toBe(429);
  });
});

describe('a password', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await limited({ TRUSTED_PROXIES: '127.0.0.1' });
  });
  afterAll(() => server?.stop());

  const signIn = async (email: string, address: string) => {
    const body = JSON.stringify({ email, password: 'not the password at all' });
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': address };
    return (await rawRequest(server.url, { method: 'POST', path: '/api/v1/auth/login', headers, body }))
      .status;
  };

  it('is guessed at from one address no more often in a burst than one by one', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 40 }, (_, turn) => signIn(`person-${turn}@shop.example`, '203.0.113.1')),
    );
    expect(statuses.filter((status) => status === 401)).toHaveLength(LIMIT);
    expect(statuses.filter((status) => status === 429)).toHaveLength(40 - LIMIT);
  });

  it('of one account is guessed at from many addresses no more often, however the account is written', async () => {
    const spellings = ['owner@shop.example', 'Owner@Shop.Example', ' OWNER@SHOP.EXAMPLE '];
    const statuses: number[] = [];
    for (let turn = 0; turn < 3 * LIMIT; turn += 1)
      statuses.push(await signIn(spellings[turn % 3]!, `198.51.100.${turn}`));
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(LIMIT);
    expect(statuses.at(-1)).toBe(429);
  });
});
