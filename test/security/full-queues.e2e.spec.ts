/** Too much work waits: new work is refused for a while, and nothing else is. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { stopProgram, TestServer, type RunningProgram } from '../support/server.js';
import { until } from '../support/until.js';

const WAITING_MAX = 8;
const PROMPT = { prompt: 'cheapest phone?' };

let server: TestServer;
let api: ApiClient;
let workers: RunningProgram | undefined;

beforeAll(async () => {
  // Nobody is there to do anything: projections so that reads are answered.
  server = await TestServer.start({
    environment: {
      ROLES: 'api,projections,relay',
      QUEUE_WAITING_MAX: String(WAITING_MAX),
      QUEUE_WAIT_SECONDS_MAX: '0',
    },
  });
  api = server.client;
});
afterAll(async () => {
  if (workers) await stopProgram(workers);
  await server?.stop();
});

const figure = async (name: string) => {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
};

it('drafts and imports are refused while nobody works, and taken again when somebody does', async () => {
  const accepted: string[] = [];
  const full = await until('the queue is full', async () => {
    const answer = await api.send<{ draftId: string }>('POST', '/ai/drafts', PROMPT);
    if (answer.status === 202) accepted.push(answer.body.draftId);
    return answer.status === 202 ? null : answer;
  });
  expect([full.status, full.body]).toMatchObject([503, { code: 'QUEUES_FULL', status: 503 }]);
  expect(full.headers.get('retry-after')).toBe('5');
  // What is let in between two looks is counted, so that not even a burst gets far beyond.
  expect(accepted.length).toBe(WAITING_MAX);

  const upload = {
    raw: '{"sku":"A","name":"A","price":1,"stock":1}',
    headers: { 'content-type': 'text/csv' },
  };
  await api.refused('QUEUES_FULL', 'POST', '/products/import', undefined, upload);
  await api.refused('QUEUES_FULL', 'POST', '/ai/audio', undefined, upload);

  // All else goes on.
  expect(await api.draft(accepted[0]!)).toMatchObject({ status: 'pending' });
  await api.get('/products');
  await api.expectStatus(202, 'POST', `/ai/drafts/${accepted[0]}/cancel`);
  const product = { sku: 'CUP-1', name: 'Cup', price: '4.00', stock: 3 };
  await api.expectStatus(202, 'POST', '/products', product);
  await until('the figures show it', async () => (await figure('drafthorse_queue_waiting')) >= WAITING_MAX);
  expect(await figure('drafthorse_queue_refusals_total')).toBeGreaterThanOrEqual(3);

  workers = await server.another({ ROLES: 'api,sagas' });
  const taken = await until('new drafts are taken again', async () => {
    const answer = await api.send<{ draftId: string }>('POST', '/ai/drafts', PROMPT);
    return answer.status === 202 ? answer : null;
  });
  // What was accepted is done, and so is what came after.
  for (const draftId of [...accepted.slice(1), taken.body.draftId])
    expect((await api.parsed(draftId)).status).not.toBe('pending');
  await until('nothing waits', async () => (await figure('drafthorse_queue_waiting')) === 0);
});
