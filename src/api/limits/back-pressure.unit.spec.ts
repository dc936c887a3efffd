import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fastify } from 'fastify';
import { Registry } from 'prom-client';
import { DRAFT_ID, DRAFTS, expectProblem, FakeApi } from '../../../test/support/fake-api.js';
import { until } from '../../../test/support/until.js';
import { QueueMetrics } from '../operations/queue-metrics.js';
import type { QueueLengths } from '../ports.js';
import { BackPressure } from './back-pressure.js';

const LIMITS = { waitingMax: 10, oldestSecondsMax: 60 };
const EMPTY = { waiting: 0, oldestSeconds: 0 };

describe('new work', () => {
  let lengths: QueueLengths | Error;
  let registry: Registry;
  let pressure: BackPressure;
  let server: ReturnType<typeof fastify>;
  beforeEach(() => {
    lengths = EMPTY;
    registry = new Registry();
    const gauge = {
      lengths: async () => {
        if (lengths instanceof Error) throw lengths;
        return lengths;
      },
    };
    pressure = new BackPressure(LIMITS, gauge, new QueueMetrics(registry));
    server = fastify();
    pressure.guard(server as never);
    server.post('/new', { config: { newWork: true } as never }, async () => 'taken');
  });
  const ask = async () => (await server.inject({ method: 'POST', url: '/new' })).statusCode === 200;
  const asks = async (...found: QueueLengths[]) => {
    const answers: boolean[] = [];
    for (lengths of found) {
      await pressure.look();
      answers.push(await ask());
    }
    return answers;
  };

  it('is taken until as much waits as may, and again when half of that is done', async () => {
    const waiting = (count: number) => ({ waiting: count, oldestSeconds: 0 });
    expect(await asks(waiting(9), waiting(10), waiting(9), waiting(5), waiting(4), waiting(9))).toEqual([
      true,
      false,
      false,
      false,
      true,
      true,
    ]);
  });

  it('is taken until the oldest has waited as long as it may, and again when it is half as long', async () => {
    const since = (oldestSeconds: number) => ({ waiting: 1, oldestSeconds });
    expect(await asks(since(59), since(60), since(31), since(29))).toEqual([true, false, false, true]);
  });

  it('is counted between two looks', async () => {
    await asks({ waiting: 7, oldestSeconds: 0 });
    expect([await ask(), await ask(), await ask()]).toEqual([true, true, false]);
  });

  it('is treated as before while nobody can tell how much waits', async () => {
    await asks({ waiting: 10, oldestSeconds: 0 });
    lengths = new Error('away');
    await pressure.look();
    expect(await ask()).toBe(false);
  });

  it('that is refused shows in the figures', async () => {
    await asks({ waiting: 12, oldestSeconds: 3 });
    const figures = await registry.metrics();
    expect(figures).toContain('drafthorse_queue_waiting 12');
    expect(figures).toContain('drafthorse_queue_oldest_seconds 3');
    expect(figures).toContain('drafthorse_queue_refusals_total 1');
  });
});

describe('a server whose queues are full', () => {
  let api: FakeApi;
  beforeAll(async () => {
    api = await FakeApi.start({
      queues: LIMITS,
      limits: { drafts: 100_000, executions: 0, reads: 0, auth: 0 },
    });
  });
  afterAll(() => api?.stop());

  it('refuses drafts, recordings and imports, and nothing else', async () => {
    api.queues = { waiting: 10, oldestSeconds: 0 };
    await until('it has looked', async () => (await api.post(DRAFTS, { prompt: 'x' })).statusCode === 503);
    const { answer } = await expectProblem(api.post(DRAFTS, { prompt: 'x' }), 503, 'QUEUES_FULL');
    expect(answer.headers['retry-after']).toBe('5');
    expect(answer.headers['ratelimit-remaining']).toMatch(/^\d+$/);
    for (const url of ['/api/v1/ai/audio', '/api/v1/products/import'])
      await expectProblem(api.post(url, 'x', { 'content-type': 'text/csv' }), 503, 'QUEUES_FULL');
    api.query = () => ({ items: [], nextCursor: null });
    expect((await api.get(DRAFTS)).statusCode).toBe(200);
    for (const [action, body] of [
      ['answer', { text: 'all' }],
      ['confirm', { planHash: `sha256:${'0'.repeat(64)}` }],
      ['cancel', undefined],
      ['undo', undefined],
    ] as const)
      expect((await api.post(`${DRAFTS}/${DRAFT_ID}/${action}`, body)).statusCode).toBe(202);
    api.queues = EMPTY;
    await until('it has looked', async () => (await api.post(DRAFTS, { prompt: 'x' })).statusCode === 202);
  });
});
