/** A stop on request loses nothing, and what one process leaves behind another one finishes. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient } from '../support/api-client.js';
import { stopProgram, TestServer, type RunningProgram } from '../support/server.js';
import { until } from '../support/until.js';
import { applyPatiently, expectSound } from './kill-case.js';

const DRAFTS = 30;
const SKUS = Array.from({ length: DRAFTS }, (_, index) => `STOP-${index + 1}`);
/** Far above what the parts take that have nothing left to do, far below what a container runtime grants. */
const STOP_MS_MAX = 15_000;

let server: TestServer;
let api: ApiClient;
beforeAll(async () => {
  server = await TestServer.start();
  api = server.client;
  await api.importCatalogue(
    SKUS.map((sku) => ({ sku, name: `Clock ${sku}`, price: '100.00', stock: 5, category: 'Clocks' })),
  );
});
afterAll(() => server?.stop());

const raise = (client: ApiClient, sku: string) =>
  applyPatiently(client, `increase the price of sku ${sku} by 10`, { clientRequestId: randomUUID() });

async function executions(): Promise<number> {
  const { rows } = await server.data.database.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM events WHERE type = 'Executed'`,
  );
  return rows[0]!.count;
}

async function expectPrices(price: string, version: number) {
  for (const sku of SKUS) expect(await api.product(sku)).toMatchObject({ sku, price, version });
}

describe('a program', () => {
  it.each(['before the first', 'after some'] as const)(
    `that is asked to stop during ${DRAFTS} drafts, %s was executed, stops soon and loses none`,
    async (moment) => {
      const [before, { version }] = [await executions(), await api.product(SKUS[0]!)];
      const working = Promise.all(SKUS.map((sku) => raise(api, sku)));
      working.catch(() => undefined);
      if (moment === 'after some')
        await until('some drafts are executed', async () => (await executions()) > before + 3, 60_000);
      else await until('drafts are in the log', async () => (await draftCount()) > 0, 60_000);
      const askedAt = performance.now();
      expect(await server.kill('SIGTERM')).toEqual({ code: 0, signal: null });
      expect(performance.now() - askedAt).toBeLessThan(STOP_MS_MAX);
      await server.restart();
      await working;
      expect(await executions()).toBe(before + DRAFTS);
      await expectPrices(`${100 + version * 10}.00`, version + 1);
      await expectSound(server);
    },
  );

  it('that dies beside another on the same database leaves its work to that one', async () => {
    const [before, { version }] = [await executions(), await api.product(SKUS[0]!)];
    let other: RunningProgram | undefined;
    try {
      other = await server.another();
      const { url } = other;
      const viaOther = new ApiClient(() => url, server.apiKey);
      const working = Promise.all(SKUS.map((sku) => raise(viaOther, sku)));
      working.catch(() => undefined);
      await until('some drafts are executed', async () => (await executions()) > before + 3, 60_000);
      // The first one started holds all consumer groups and runs half of the jobs.
      expect(await server.kill('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
      await working;
      expect(await executions()).toBe(before + DRAFTS);
      await server.restart();
      await expectPrices(`${100 + version * 10}.00`, version + 1);
      await expectSound(server);
    } finally {
      if (other) await stopProgram(other);
    }
  });
});

async function draftCount(): Promise<number> {
  const { rows } = await server.data.database.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM events e WHERE type = 'DraftCreated'
        AND NOT EXISTS (SELECT FROM events x WHERE x.stream_id = e.stream_id AND x.type = 'Executed')`,
  );
  return rows[0]!.count;
}
