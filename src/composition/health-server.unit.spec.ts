import { afterEach, expect, it } from 'vitest';
import { Counter, Registry } from 'prom-client';
import { serveHealth } from './health-server.js';

const registry = new Registry();
let server: Awaited<ReturnType<typeof serveHealth>>;
afterEach(() => server.close());

async function ask(path: string, ready: () => Promise<{ ready: boolean; reason: string | null }>) {
  server = await serveHealth({ host: '127.0.0.1', port: 0 }, { ready }, registry);
  const answer = await fetch(`http://127.0.0.1:${server.port}${path}`);
  return [answer.status, await answer.json()];
}
const well = async () => ({ ready: true, reason: null });

it.each([
  ['/health/ready', well, 200, { status: 'ready', reason: null }],
  [
    '/health/ready?verbose',
    async () => ({ ready: false, reason: 'a group stands still' }),
    503,
    { status: 'not_ready', reason: 'a group stands still' },
  ],
  [
    '/health/ready',
    () => Promise.reject(new Error('secret')),
    503,
    { status: 'not_ready', reason: 'health cannot be told' },
  ],
  ['/health/live', () => Promise.reject(new Error('unwell')), 200, { status: 'up' }],
  ['/', well, 404, { status: 'not_found' }],
])('%s is answered from what the process knows of itself', async (path, ready, status, body) => {
  expect(await ask(path, ready)).toEqual([status, body]);
});

it('refuses a port that is taken', async () => {
  server = await serveHealth({ host: '127.0.0.1', port: 0 }, { ready: well }, registry);
  await expect(
    serveHealth({ host: '127.0.0.1', port: server.port }, { ready: well }, registry),
  ).rejects.toThrow('EADDRINUSE');
});

it('/metrics has the figures of the process', async () => {
  const own = new Registry();
  new Counter({ name: 'things_total', help: 'Things.', registers: [own] }).inc(3);
  server = await serveHealth({ host: '127.0.0.1', port: 0 }, { ready: well }, own);
  const answer = await fetch(`http://127.0.0.1:${server.port}/metrics`);
  expect(answer.headers.get('content-type')).toContain('text/plain');
  expect(await answer.text()).toContain('things_total 3');
});
