/** Every route that changes something heeds the header, whoever adds it: the table of routes is walked. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectProblem, FakeApi, OWNER } from '../../../test/support/fake-api.js';
import type { Request } from '../requests/request.js';
import { keyOwnerOf, type KeyOwner } from './key-owner.js';
import { MUTATIONS } from './repeated-requests.js';

const routes: RouteOptions[] = [];
let api: FakeApi;

beforeAll(async () => {
  const collect = (message: unknown) =>
    void (message as { fastify: FastifyInstance }).fastify.addHook(
      'onRoute',
      (route) => void routes.push(route),
    );
  subscribe('fastify.initialization', collect);
  try {
    api = await FakeApi.start();
  } finally {
    unsubscribe('fastify.initialization', collect);
  }
});
afterAll(() => api?.stop());

const mutations = () =>
  routes.flatMap((route) =>
    [route.method].flat().flatMap((method) => (MUTATIONS.has(method) ? [{ ...route, method }] : [])),
  );

it('there are routes that change something', () => expect(mutations().length).toBeGreaterThan(10));

it('each of them refuses a key that belongs to another request, secrets or not', async () => {
  for (const { method, url, config } of mutations()) {
    if (config?.public) continue;
    const { workspaceId, userId } = OWNER;
    await expectHeeded(method, url, { workspaceId, userId }, {});
  }
});

it('where nobody is signed in, whoever holds an invitation is known by it; nobody else can be known again', async () => {
  const open = mutations().filter(({ config }) => config?.public);
  expect(open.map(({ method, url, config }) => [`${method} ${url}`, config?.keysOf])).toEqual([
    ['POST /api/v1/auth/login', undefined],
    ['POST /api/v1/auth/refresh', undefined],
    ['POST /api/v1/auth/register', 'invitation'],
    ['POST /api/v1/auth/openid/:provider', undefined],
  ]);
  const body = { invitation: `di_${randomUUID()}` };
  const config = { public: true, keysOf: 'invitation' } as const;
  const owner = keyOwnerOf({ caller: null, body, routeOptions: { config } } as Request);
  await expectHeeded('POST', '/api/v1/auth/register', owner!, body);
});

async function expectHeeded(method: string, url: string, owner: KeyOwner, payload: object) {
  const key = randomUUID();
  await api.receipts.claim({ ...owner, key, holder: randomUUID() }, 'another', 60_000);
  const sent = api.send({
    method: method as 'POST',
    url: url.replaceAll(/:\w+/g, () => randomUUID()),
    headers: { 'idempotency-key': key, 'if-match': '1' },
    payload,
  });
  await expectProblem(sent, 422, 'IDEMPOTENCY_KEY_REUSED').catch((cause: unknown) => {
    throw new Error(`${method} ${url} does not heed the Idempotency-Key`, { cause });
  });
}
