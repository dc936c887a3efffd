/** The embedded bus while processes are killed and PostgreSQL goes away: nothing skipped, nothing out of order. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../../test/support/database.js';
import { appendOf, labelOf } from '../../../test/support/events.js';
import { until } from '../../../test/support/until.js';
import { PostgresEventStore } from '../../event-store/postgres/postgres-event-store.js';
import { Database } from '../../platform/database/database.js';
import {
  removeEmbeddedPostgres,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../platform/database/embedded-postgres.js';
import { migrate } from '../../platform/database/migrate.js';
import { DeadLetters } from '../dead-letters.js';
import { EmbeddedEventBus } from './embedded-event-bus.js';

const CHILD = path.join(import.meta.dirname, '../../../test/support/bus-member.child.ts');
const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe('members that are killed', () => {
  it('leave no gap and no disorder in any key, however often it happens', async () => {
    const { database, url, drop } = await testDatabase();
    const store = new PostgresEventStore(database);
    cleanups.push(drop, () => store.close());
    await database.query('CREATE TABLE effects (id bigserial, handler integer, key text, revision integer)');
    const group = `spec.${randomUUID()}`;

    const members: ChildProcess[] = [];
    const join = async () => {
      const child = spawn(process.execPath, ['--import', 'tsx', CHILD, url, group], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      members.push(child);
      cleanups.push(() => kill(child));
      await new Promise((resolve) => child.stdout!.once('data', resolve));
    };
    const kill = async (child: ChildProcess) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await exit;
    };

    const workspaces = Array.from({ length: 4 }, () => randomUUID());
    let appended = 0;
    let writing = true;
    const writer = async () => {
      while (writing) {
        const workspaceId = workspaces[appended % workspaces.length]!;
        await store.append(appendOf([String(appended)], { workspaceId }));
        appended += 1;
      }
    };
    await join();
    const written = writer();
    for (let round = 0; round < 3; round += 1) {
      await join();
      const before = appended;
      await until('the log grew', () => appended > before + 20);
      await kill(members[round]!);
    }
    writing = false;
    await written;

    const histories = async () => {
      const { rows } = await database.query<{ key: string; revision: number }>(
        'SELECT key, revision FROM effects ORDER BY id',
      );
      return workspaces.map((key) => rows.filter((row) => row.key === key).map(({ revision }) => revision));
    };
    await until(
      'the survivor has handled everything',
      async () => {
        const distinct = (await histories()).reduce((sum, history) => sum + new Set(history).size, 0);
        return distinct === appended;
      },
      30_000,
    );
    for (const history of await histories())
      // Repetitions aside, revisions come one after the other from 0.
      expect([...new Set(history)]).toEqual([...new Set(history)].map((_, index) => index));
  });
});

describe('a PostgreSQL that goes away', () => {
  it('is waited for, without dead letters, and delivery goes on where it was', async () => {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'drafthorse-test-'));
    cleanups.push(() => removeEmbeddedPostgres(dataDir));
    let server: EmbeddedPostgres = await startEmbeddedPostgres({ dataDir, durable: false });
    cleanups.push(() => server.stop());
    await migrate(server.url);
    // The port changes with every start; the clients' does not.
    const { port, close } = await proxy(() => Number(new URL(server.url).port));
    cleanups.push(close);
    const url = new URL(server.url);
    url.port = String(port);
    // Past the server's own socket.
    url.searchParams.delete('host');

    const database = new Database({ url: url.href, poolSizeMax: 5, applicationName: 'spec' });
    const store = new PostgresEventStore(database);
    const deadLetters = new DeadLetters(database);
    const bus = new EmbeddedEventBus({
      store,
      database,
      deadLetters,
      standbyPollMs: 20,
      policy: { backoffMsMin: 5, backoffMsMax: 20 },
    });
    cleanups.push(async () => {
      await bus.close();
      await store.close();
      await database.close();
    });
    const seen: string[] = [];
    await bus.subscribe({
      group: 'spec',
      topics: ['drafthorse.workspaces'],
      startFrom: 'now',
      handle: async (batch) => {
        await database.query('SELECT 1');
        seen.push(...batch.map(({ event }) => labelOf(event)));
      },
    });
    const workspaceId = randomUUID();
    await store.append(appendOf(['before'], { workspaceId }));
    await until('the first arrived', () => seen.includes('before'));

    const during = store.append(appendOf(['during'], { workspaceId })).catch(() => 'lost');
    await server.stop();
    await expect(store.append(appendOf(['refused'], { workspaceId }))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
    server = await startEmbeddedPostgres({ dataDir, durable: false });
    await during;
    await until('an append succeeds again', () =>
      store.append(appendOf(['after'], { workspaceId })).catch(() => null),
    );
    await until('the last arrived', () => seen.includes('after'), 30_000);
    const stored = (await store.readStream(`workspace-${workspaceId}`)).map(labelOf);
    expect([...new Set(seen)]).toEqual(stored);
    expect(await deadLetters.list({ workspaceId: null, limit: 10 })).toEqual([]);
  });
});

async function proxy(portBehind: () => number): Promise<{ port: number; close(): Promise<void> }> {
  const { createServer, connect } = await import('node:net');
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((client) => {
    const behind = connect(portBehind(), '127.0.0.1');
    for (const [one, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
