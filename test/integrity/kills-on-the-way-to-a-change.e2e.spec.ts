/** The program dies before and after every append that leads from a sentence to changed products. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { crashAt, describePoint } from '../support/crash-point.js';
import type { TestServer } from '../support/server.js';
import { applyPatiently, expectSound, startMortal, throughDeath } from './kill-case.js';

const STEPS = [
  'DraftCreated',
  // Read and planned in one append, with the attempt before and the preview behind it.
  'Parsed',
  'Confirmed',
  'ExecutionStarted',
  // Between the two streams of an execution: the catalogue has the change, the draft does not know it yet.
  'ProductsChanged',
  'Executed',
];
/** The second passage: another draft is a step ahead or behind when the program dies. */
const POINTS = STEPS.flatMap((type) => [
  crashAt('before', `append:${type}`, 2),
  crashAt('after', `append:${type}`, 1),
]);
const SKUS = ['KILL-1', 'KILL-2', 'KILL-3'];

let server: TestServer;
let api: ApiClient;
beforeAll(async () => {
  server = await startMortal();
  api = server.client;
  await api.importCatalogue(
    SKUS.map((sku) => ({ sku, name: `Lamp ${sku}`, price: '100.00', stock: 5, category: 'Lamps' })),
  );
});
afterAll(() => server?.stop());

describe('a program that dies on the way to a change', () => {
  it.each(POINTS.map((point, index) => ({ name: describePoint(point), point, deaths: index + 1 })))(
    'has applied every confirmed draft once after a death $name',
    async ({ point, deaths }) => {
      const drafts = await throughDeath(server, point, () =>
        Promise.all(
          SKUS.map((sku) =>
            applyPatiently(api, `increase the price of sku ${sku} by 10`, { clientRequestId: randomUUID() }),
          ),
        ),
      );
      expect(new Set(drafts).size).toBe(SKUS.length);
      for (const sku of SKUS)
        expect(await api.product(sku)).toMatchObject({
          price: `${100 + deaths * 10}.00`,
          version: 1 + deaths,
        });
    },
  );

  it('has left nothing undone, doubled or unseen after all of these deaths', async () => {
    await server.kill('SIGTERM');
    await server.restart('src/main.ts');
    await expectSound(server);
    expect((await api.changeSets()).filter(({ draftId }) => draftId !== null)).toHaveLength(
      POINTS.length * SKUS.length,
    );
  });
});
