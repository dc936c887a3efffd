import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, lstat, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../test/support/until.js';
import { isAlive } from './embedded/process.js';
import { removeEmbeddedPostgres, startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js';

const CHILD = path.join(import.meta.dirname, '../../../test/support/embedded-postgres.child.ts');

let dataDir: string;
const servers: EmbeddedPostgres[] = [];
const owners: ChildProcess[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'drafthorse-test-'));
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  for (const owner of owners.splice(0)) await ended(owner, 'SIGKILL');
});
afterAll(() => removeEmbeddedPostgres(dataDir));

async function start(folder = dataDir): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir: folder, durable: false });
  servers.push(server);
  return server;
}

async function query<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Another process that owns the folder; in a process group of its own, like a terminal's foreground job. */
async function startOwner(folders = [dataDir]): Promise<{ owner: ChildProcess; url: string }> {
  const owner = spawn(process.execPath, ['--import', 'tsx', CHILD, ...folders], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  owners.push(owner);
  let output = '';
  owner.stdout!.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const urls = () => output.match(/^postgres:.*$/gm) ?? [];
  await until('the owner printed its URLs', () => urls().length === folders.length, 60_000);
  return { owner, url: urls()[0]! };
}

async function ended(owner: ChildProcess, signal: NodeJS.Signals, group = false): Promise<void> {
  if (owner.exitCode !== null || owner.signalCode !== null) return;
  const exit = new Promise((resolve) => owner.once('exit', resolve));
  process.kill(group ? -owner.pid! : owner.pid!, signal);
  await exit;
}

async function postmasterPid(folder = dataDir): Promise<number> {
  return Number((await readFile(path.join(folder, 'postgres/postmaster.pid'), 'utf8')).split('\n')[0]);
}

describe('an embedded PostgreSQL', () => {
  it('answers on the loopback only, with a secret password, and keeps its data', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept AS SELECT 1 AS one');
    expect(await query(first.url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect((await stat(path.join(dataDir, 'postgres.password'))).mode & 0o777).toBe(0o600);
    const guessed = new URL(first.url);
    guessed.password = 'postgres';
    await expect(query(guessed.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
    await first.stop();
    await first.stop();

    const second = await start();
    expect(await query(second.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  });

  it('knows Persian letters and orders by bytes', async () => {
    const { url } = await start();
    await query(url, 'CREATE EXTENSION IF NOT EXISTS pg_trgm');
    expect(
      await query(
        url,
        `SELECT cardinality(show_trgm('آ')) > 0 AS persian, datcollate, pg_encoding_to_char(encoding) AS encoding
           FROM pg_database WHERE datname = current_database()`,
      ),
    ).toEqual([{ persian: true, datcollate: 'C', encoding: 'UTF8' }]);
  });

  it('belongs to one process', async () => {
    await start();
    await expect(start()).rejects.toThrow(/another Drafthorse runs on this data folder/);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'stops with its owner on %s to the whole group',
    async (signal) => {
      const { owner } = await startOwner();
      const pid = await postmasterPid();
      await ended(owner, signal, true);
      expect(owner.signalCode).toBe(signal);
      expect(isAlive(pid)).toBe(false);
    },
  );

  it('stops with its owner also when the owner has two', async () => {
    const other = await mkdtemp(path.join(tmpdir(), 'drafthorse-test-'));
    try {
      const { owner } = await startOwner([dataDir, other]);
      const pids = [await postmasterPid(), await postmasterPid(other)];
      await ended(owner, 'SIGTERM');
      expect(pids.map(isAlive)).toEqual([false, false]);
    } finally {
      await removeEmbeddedPostgres(other);
    }
  });

  it('is taken over, with all that was committed, from an owner that was killed', async () => {
    const { owner, url } = await startOwner();
    await query(url, 'CREATE TABLE committed AS SELECT 2 AS two');
    const orphan = await postmasterPid();
    await ended(owner, 'SIGKILL');
    expect(isAlive(orphan)).toBe(true);
    const next = await start();
    expect(isAlive(orphan)).toBe(false);
    expect(await query(next.url, 'SELECT two FROM committed')).toEqual([{ two: 2 }]);
  });

  it('recovers after server and owner were both killed', async () => {
    const { owner } = await startOwner();
    process.kill(await postmasterPid(), 'SIGKILL');
    await ended(owner, 'SIGKILL');
    expect(await query((await start()).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('is not kept from starting by files that name a process which is somebody else today', async () => {
    await (await start()).stop();
    const stranger = String(process.ppid);
    await writeFile(
      path.join(dataDir, 'postgres.lock'),
      JSON.stringify({ pid: process.ppid, birth: 'other', token: '' }),
    );
    await writeFile(
      path.join(dataDir, 'postgres/postmaster.pid'),
      `${stranger}\n${dataDir}/postgres\n0\n1\n\n\n\n`,
    );
    expect(await query((await start()).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(isAlive(Number(stranger))).toBe(true);
  });

  it('says that it ended, when nobody asked it to', async () => {
    const exit = Promise.withResolvers<void>();
    const server = await startEmbeddedPostgres({ dataDir, durable: false, onUnexpectedExit: exit.resolve });
    servers.push(server);
    process.kill(await postmasterPid(), 'SIGQUIT');
    await exit.promise;
    await server.stop();
  });

  it('refuses a folder of another PostgreSQL version', async () => {
    await (await start()).stop();
    const file = path.join(dataDir, 'postgres/PG_VERSION');
    const version = await readFile(file, 'utf8');
    await writeFile(file, '15\n');
    try {
      await expect(start()).rejects.toThrow(/written by PostgreSQL 15/);
    } finally {
      await writeFile(file, version);
    }
  });
});

describe('a new data folder', () => {
  it('is completed when the first start was interrupted', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'drafthorse-test-'));
    try {
      await mkdir(path.join(folder, 'postgres.new/half'), { recursive: true });
      expect(await query((await start(folder)).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await expect(stat(path.join(folder, 'postgres.new'))).rejects.toThrow('ENOENT');
      await servers.pop()!.stop();
    } finally {
      await removeEmbeddedPostgres(folder);
    }
  });

  it.runIf(process.getuid?.() === 0)(
    'may lie where only root can go: the cluster lives elsewhere',
    async () => {
      const parent = await mkdtemp(path.join(tmpdir(), 'drafthorse-closed-'));
      const folder = path.join(parent, 'data');
      await chmod(parent, 0o700);
      try {
        expect(await query((await start(folder)).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
        expect((await lstat(path.join(folder, 'postgres'))).isSymbolicLink()).toBe(true);
        expect((await stat(parent)).mode & 0o777).toBe(0o700);
        await servers.pop()!.stop();
        expect(await query((await start(folder)).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
        await servers.pop()!.stop();
      } finally {
        await removeEmbeddedPostgres(folder);
        await rm(parent, { recursive: true, force: true });
      }
    },
  );
});
