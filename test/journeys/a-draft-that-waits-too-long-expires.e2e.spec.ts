import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { TestServer } from '../support/server.js';
import { PHONES } from './shop.js';

const PREVIEW_TTL_SECONDS = 6;

let server: TestServer;
let api: ApiClient;
beforeAll(async () => {
  server = await TestServer.start({
    entry: 'test/support/short-lived-previews-main.ts',
    environment: { PREVIEW_TTL_MINUTES: String(PREVIEW_TTL_SECONDS / 60) },
  });
  api = server.client;
  await api.importCatalogue(PHONES);
});
afterAll(() => server?.stop());

it('a preview and a question expire, a confirmed draft does not, also when the program was away meanwhile', async () => {
  const confirmed = await api.preview('set the stock of sku CASE-1 to 1');
  await api.confirm(confirmed);
  const preview = await api.preview('set the stock of sku GX-S to 1');
  const question = await api.say('lower the price of "iphone 17 silber" by 10%');
  expect(question.status).toBe('clarify');
  for (const { draftId, createdAt, expiresAt } of [preview, question]) {
    const livesMs = Date.parse(expiresAt!) - Date.parse(createdAt);
    expect({ draftId, livesMs }).toEqual({
      draftId,
      livesMs: expect.closeTo(PREVIEW_TTL_SECONDS * 1_000, -4),
    });
  }
  await api.until(confirmed.draftId, 'done');
  await server.kill('SIGKILL');
  await server.restart();

  const expired = await api.until(preview.draftId, 'expired');
  expect(expired).toMatchObject({ changeSetId: null, completedAt: expect.any(String) });
  expect(Date.parse(expired.completedAt!)).toBeGreaterThanOrEqual(Date.parse(preview.expiresAt!));
  const path = `/ai/drafts/${preview.draftId}`;
  const problem = await api.refused('DRAFT_NOT_IN_PREVIEW', 'POST', `${path}/confirm`, {
    planHash: preview.preview.planHash,
  });
  expect(problem['currentStatus']).toBe('expired');
  await api.refused('DRAFT_NOT_EXECUTED', 'POST', `${path}/undo`);
  expect((await api.product('GX-S')).stock).toBe(4);

  await api.until(question.draftId, 'expired');
  await api.refused('DRAFT_NOT_IN_CLARIFY', 'POST', `/ai/drafts/${question.draftId}/answer`, { text: 'any' });
  expect(await api.draft(confirmed.draftId)).toMatchObject({ status: 'done' });
  expect((await api.product('CASE-1')).stock).toBe(1);
});
