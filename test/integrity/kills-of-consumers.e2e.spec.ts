/**
 * The program dies in the middle of a batch of each projection (its rows written, nothing committed), and after a
 * batch of each consumer (all committed, or its jobs added) before the bus has noted it.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALL_PROJECTIONS } from '../../src/projections/all.js';
import type { ApiClient } from '../support/api-client.js';
import { crashAt, describePoint } from '../support/crash-point.js';
import type { TestServer } from '../support/server.js';
import { SAGA_GROUPS } from './at-rest.js';
import { applyPatiently, expectSound, importPatiently, startMortal, throughDeath } from './kill-case.js';

const POINTS = [
  ...ALL_PROJECTIONS.flatMap(({ name }) => [
    crashAt('after', `apply:${name}`),
    crashAt('after', `deliver:projection.${name}`),
  ]),
  ...SAGA_GROUPS.map((group) => crashAt('after', `deliver:${group}`)),
];

let server: TestServer;
let api: ApiClient;
beforeAll(async () => {
  server = await startMortal();
  api = server.client;
  await api.importCatalogue([{ sku: 'BATCH-0', name: 'Desk lamp', price: '100.00', stock: 5 }]);
});
afterAll(() => server?.stop());

describe('a program that dies while consumers are at work', () => {
  it.each(POINTS.map((point, index) => ({ name: describePoint(point), point, deaths: index + 1 })))(
    'shows every change once after a death $name',
    async ({ point, deaths }) => {
      const row = { sku: `BATCH-${deaths}`, name: 'Desk lamp', price: '5.00', stock: 1 };
      // A custom field nobody had before: every projection has something to do with this work.
      const line = JSON.stringify({ ...row, fields: { [`colour-${deaths}`]: 'red' } });
      await throughDeath(server, point, () =>
        Promise.all([
          applyPatiently(api, 'increase the price of sku BATCH-0 by 10', { clientRequestId: randomUUID() }),
          importPatiently(api, line, randomUUID()),
        ]),
      );
      expect(await api.product('BATCH-0')).toMatchObject({
        price: `${100 + deaths * 10}.00`,
        version: 1 + deaths,
      });
      expect(await api.product(row.sku)).toMatchObject({
        version: 1,
        fields: { [`colour-${deaths}`]: 'red' },
      });
    },
  );

  it('has left nothing undone, doubled or unseen after all of these deaths', async () => {
    await server.kill('SIGTERM');
    await server.restart('src/main.ts');
    await expectSound(server);
  });
});
