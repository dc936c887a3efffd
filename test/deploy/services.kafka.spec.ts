/** The services of docker-compose.yml without Docker: the same steps, programs and variables, on a real broker. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Usage } from '../../src/projections/usage/usage.queries.js';
import { ROLES } from '../../src/platform/config/settings.js';
import { ApiClient } from '../support/api-client.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';
import { environmentOf, readCompose, ROOT, textOf } from './compose.js';

const { brokers } = inject('kafka');
const WAIT_MS_MAX = 90_000;
const API_KEY = randomBytes(24).toString('base64url');
/** What an operator would put into .env. */
const GIVEN = {
  POSTGRES_PASSWORD: 'unused',
  DRAFTHORSE_API_KEY: API_KEY,
  PERSONAL_DATA_KEY: randomBytes(32).toString('base64'),
  KAFKA_PARTITIONS: '2',
  LOG_LEVEL: 'warn',
  RATE_LIMIT_READS: '0',
};
const { services } = readCompose();
const imageCommand = JSON.parse(/^CMD (\[.*\])$/m.exec(textOf('Dockerfile'))![1]!) as string[];

describe.skipIf(brokers === null)('the services of docker-compose.yml', () => {
  const running = new Map<string, { child: ChildProcess; port: string; log: string[] }>();
  let data: TestDatabase;
  let outside: Record<string, string>;

  beforeAll(async () => {
    data = await testDatabase({ empty: true });
    // Where the containers' names would lead.
    outside = {
      DATABASE_URL: data.url,
      KAFKA_BROKERS: brokers ?? '',
      KAFKA_TOPIC_PREFIX: `spec-${randomBytes(4).toString('hex')}.`,
    };
  });
  afterAll(async () => {
    for (const { child } of running.values()) child.kill('SIGKILL');
    await data?.drop();
  });

  function start(name: string, over: Record<string, string> = {}) {
    const service = services[name]!;
    const [, ...words] = service.command ?? imageCommand;
    const asked = environmentOf(service, GIVEN);
    const replaced = Object.fromEntries(Object.entries(outside).filter(([key]) => key in asked));
    const env = { ...asked, ...replaced, ...over, KAFKA_TOPIC_PREFIX: outside['KAFKA_TOPIC_PREFIX']! };
    const child = spawn(process.execPath, words, {
      cwd: fileURLToPath(ROOT),
      env: { PATH: process.env['PATH'], TMPDIR: tmpdir(), HOST: '127.0.0.1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const log: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => log.push(chunk.toString()));
    return { child, log };
  }

  const codeOf = async (child: ChildProcess) =>
    child.exitCode ?? ((await once(child, 'exit')) as [number | null])[0];

  async function isHealthy(name: string): Promise<boolean> {
    const { child, port, log } = running.get(name)!;
    if (child.exitCode !== null) throw new Error(`${name} ended:\n${log.join('')}`);
    const [, ...words] = services[name]!.healthcheck!.test!.slice(1);
    const check = spawn(process.execPath, words, {
      cwd: fileURLToPath(ROOT),
      env: { HEALTH_PORT: port },
      stdio: 'ignore',
    });
    return (await codeOf(check)) === 0;
  }

  it.each(['migrate', 'topics'])('prepare by the step %s, which may run again', async (step) => {
    for (const time of ['first', 'again']) {
      const { child, log } = start(step);
      expect({ time, code: await codeOf(child), log: log.join('') }).toMatchObject({ time, code: 0 });
    }
  });

  it('become healthy, each by its own check, whichever is first', async () => {
    for (const role of [...ROLES].reverse()) {
      const port = await freePort();
      running.set(role, { ...start(role, role === 'api' ? { PORT: port } : { HEALTH_PORT: port }), port });
    }
    for (const role of ROLES) await until(`${role} is healthy`, () => isHealthy(role), WAIT_MS_MAX);
  });

  it('do together what one process does alone', async () => {
    const client = new ApiClient(() => `http://127.0.0.1:${running.get('api')!.port}`, API_KEY);
    await client.importCatalogue([
      { sku: 'MUG-R', name: 'Red Mug', price: '10.00', stock: 4, category: 'Mugs' },
      { sku: 'MUG-B', name: 'Blue Mug', price: '20.00', stock: 2, category: 'Mugs' },
    ]);
    const { draftId } = await client.apply('raise the price of all mugs by 10%');
    const last = (await client.events(draftId)).at(-1)!;
    const { total } = await client.get<Usage>('/usage', last.position);
    expect(total).toMatchObject({ rowsImported: 2, rowsChanged: 2, valueMoved: '3.00' });
    expect(total.drafts).toMatchObject({ created: 1, executed: 1 });
  });

  it('end in peace when they are told to', async () => {
    const codes = await Promise.all(
      [...running].map(async ([role, { child }]) => {
        child.kill('SIGTERM');
        return [role, await codeOf(child)];
      }),
    );
    expect(Object.fromEntries(codes)).toEqual({ api: 0, relay: 0, sagas: 0, projections: 0 });
  });
});

async function freePort(): Promise<string> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}
