/** Every route that changes something heeds the header, whoever adds it: the table of routes is walked. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectProblem, FakeApi, OWNER } from '../../../test/support/fake-api.js';
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

it('each of them refuses a key that belongs to another request, or is told to take or give secrets', async () => {
  for (const { method, url, config } of mutations()) {
    if (config?.public || config?.secrets) continue;
    const { workspaceId, userId } = OWNER;
    const key = randomUUID();
    await api.receipts.claim({ workspaceId, userId, key, holder: randomUUID() }, 'another', 60_000);
    const sent = api.send({
      method: method as 'POST',
      url: url.replaceAll(/:\w+/g, () => randomUUID()),
      headers: { 'idempotency-key': key, 'if-match': '1' },
      payload: {},
    });
    await expectProblem(sent, 422, 'IDEMPOTENCY_KEY_REUSED').catch((cause: unknown) => {
      throw new Error(`${method} ${url} does not heed the Idempotency-Key`, { cause });
    });
  }
});
