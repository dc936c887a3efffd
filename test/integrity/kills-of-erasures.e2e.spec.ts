/** The program dies while a person's words are erased. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DraftView } from '../../src/projections/drafts/draft-view.js';
import { PHONES } from '../journeys/shop.js';
import type { ApiClient } from '../support/api-client.js';
import { crashAt, describePoint } from '../support/crash-point.js';
import { tablesWith } from '../support/everything-stored.js';
import type { TestServer } from '../support/server.js';
import { until } from '../support/until.js';
import { patiently, startMortal, throughDeath } from './kill-case.js';

const PROMPT = 'Decrease the price of "iPhone 17 Silver"  by 10 percent';

let server: TestServer;
let api: ApiClient;
beforeAll(async () => {
  server = await startMortal();
  api = server.client;
  await api.importCatalogue(PHONES);
});
afterAll(() => server?.stop());

describe('an erasure', () => {
  const points = [
    crashAt('before', 'append:UserDataErased'),
    crashAt('after', 'append:UserDataErased'),
    crashAt('before', 'append:Cancelled'),
    crashAt('after', 'append:Cancelled'),
  ];
  it.each(points.map((point) => [describePoint(point), point] as const))(
    'is carried out once, whole, through a death %s',
    async (_, point) => {
      const drafts = [await api.preview(PROMPT), await api.preview(PROMPT)];
      const headers = { 'idempotency-key': randomUUID() };
      await throughDeath(server, point, () =>
        patiently(() => api.expectStatus(202, 'POST', '/me/erasure', undefined, { headers })),
      );
      for (const { draftId } of drafts)
        await until('the draft is erased and cancelled', async () => {
          const { prompt, status } = await api.get<DraftView>(`/ai/drafts/${draftId}`);
          return prompt === '[erased]' && status === 'cancelled';
        });
      expect(await tablesWith(server.data.database, [PROMPT])).toEqual([]);
      const { rows } = await server.data.database.query(
        'SELECT FROM personal_keys WHERE destroyed_at IS NULL',
      );
      expect(rows).toEqual([]);
      const trail = (await api.audit()).filter(({ type }) => type === 'UserDataErased');
      expect(trail).toHaveLength(points.indexOf(point) + 1);
    },
  );
});
