/** The server process: starting it, knowing when it answers, and ending it, also one left by a dead parent. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, readdir, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import pg from 'pg';
import type { Binaries } from './binaries.js';
import type { RunAs } from './files.js';
import { commandOf, eventually, exists, isAlive, processesIn } from './process.js';

export const SUPERUSER = 'drafthorse';
const START_TIMEOUT_MS = 60_000;
const FAST_SHUTDOWN_TIMEOUT_MS = 15_000;
const IMMEDIATE_SHUTDOWN_TIMEOUT_MS = 5_000;
const PORT_ATTEMPTS_MAX = 5;
/** The shortest that a system sets (macOS), less the name of the socket in its folder. */
const SOCKET_FOLDER_BYTES_MAX = 103 - '/.s.PGSQL.65535'.length;

const SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  max_connections: '200',
  shared_buffers: '128MB',
  max_wal_size: '1GB',
  random_page_cost: '1.1',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
  // A client stopped inside a transaction holds back the visible end of the log for everyone.
  idle_in_transaction_session_timeout: '60s',
  // A parent that was killed leaves sockets behind: notice within a minute.
  tcp_keepalives_idle: '30',
  tcp_keepalives_interval: '10',
  tcp_keepalives_count: '3',
};
/** For tests only: a power cut may lose everything. */
const NOT_DURABLE: Record<string, string> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_wal_size: '256MB',
};

export interface PostmasterOptions {
  binaries: Binaries;
  account: RunAs;
  clusterFolder: string;
  logFile: string;
  password: string;
  durable: boolean;
}

export interface Postmaster {
  port: number;
  /** Where its Unix socket is; null where it has none. */
  socketFolder: string | null;
  child: ChildProcess;
}

/** PostgreSQL's programs get no environment of ours: a stray PGDATA or LANG must not change what they do. */
export const cleanEnvironment = () => ({ PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' });

export async function startPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const socketFolder = await emptySocketFolder(options.clusterFolder);
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const child = await spawnPostmaster(options, { port, socketFolder });
    if (await answers(child, port, options.password)) return { port, socketFolder, child };
    await endChild(child);
    const log = await tailOf(options.logFile);
    const retry = /could not bind|pre-existing shared memory block|lock file .* already exists/i.test(log);
    if (!retry || attempt === PORT_ATTEMPTS_MAX)
      throw new Error(`the embedded PostgreSQL did not start. Its last words (${options.logFile}):\n${log}`);
    await eventually(() => processesIn(options.clusterFolder).length === 0, 2_000);
  }
}

/**
 * The cluster's own folder, which only its account can enter: a round trip over a socket there costs a fraction of one
 * over TCP. Null where a path that long cannot be a socket's, and on Windows. What a killed server left there goes.
 */
async function emptySocketFolder(clusterFolder: string): Promise<string | null> {
  const isPossible =
    process.platform !== 'win32' && Buffer.byteLength(clusterFolder) <= SOCKET_FOLDER_BYTES_MAX;
  if (!isPossible) return null;
  for (const name of await readdir(clusterFolder))
    if (name.startsWith('.s.PGSQL.')) await rm(path.join(clusterFolder, name), { force: true });
  return clusterFolder;
}

async function spawnPostmaster(
  options: PostmasterOptions,
  { port, socketFolder }: Pick<Postmaster, 'port' | 'socketFolder'>,
): Promise<ChildProcess> {
  const settings = {
    ...SETTINGS,
    ...(options.durable ? {} : NOT_DURABLE),
    port: String(port),
    unix_socket_directories: socketFolder ?? '',
  };
  await rename(options.logFile, `${options.logFile}.1`).catch(() => undefined);
  const log = openSync(options.logFile, 'a', 0o600);
  try {
    const child = spawn(
      options.binaries.postgres,
      [
        '-D',
        options.clusterFolder,
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      {
        ...options.account,
        cwd: path.parse(options.clusterFolder).root,
        env: cleanEnvironment(),
        stdio: ['ignore', log, log],
        // Its own process group: Ctrl-C in the terminal goes to us, and we decide when the database stops.
        detached: true,
      },
    );
    child.on('error', () => undefined);
    // Nothing but the caller's own work keeps the parent alive.
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

async function answers(child: ChildProcess, port: number, password: string): Promise<boolean> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (child.pid !== undefined && !hasEnded(child) && performance.now() < deadline) {
    const client = new pg.Client({
      host: '127.0.0.1',
      port,
      user: SUPERUSER,
      password,
      database: 'postgres',
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return true;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
  return false;
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

/** Fast shutdown (open transactions are rolled back), then less and less polite; bounded. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  await endProcess(child.pid, () => hasEnded(child));
}

async function endProcess(pid: number, ended: () => boolean): Promise<void> {
  const steps = [
    ['SIGINT', FAST_SHUTDOWN_TIMEOUT_MS],
    ['SIGQUIT', IMMEDIATE_SHUTDOWN_TIMEOUT_MS],
    ['SIGKILL', IMMEDIATE_SHUTDOWN_TIMEOUT_MS],
  ] as const;
  for (const [signal, timeoutMs] of steps) {
    if (ended()) return;
    try {
      process.kill(pid, signal);
    } catch {
      // Gone between the question and the signal.
    }
    if (await eventually(ended, timeoutMs)) return;
  }
  throw new Error(`PostgreSQL (process ${pid}) does not end`);
}

/**
 * Ends a server that a killed parent left running on this cluster, and clears a postmaster.pid whose process
 * id now belongs to somebody else. Call with the folder's lock held. Answers whether a server was ended.
 */
export async function endOrphan(clusterFolder: string): Promise<boolean> {
  const pidFile = path.join(clusterFolder, 'postmaster.pid');
  const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0]);
  const ours = pid > 0 && isAlive(pid) && isPostmasterOf(pid, clusterFolder);
  if (ours) await endProcess(pid, () => !isAlive(pid));
  // Backends of a killed server notice within moments; a new server must not start beside them.
  await eventually(() => processesIn(clusterFolder).length === 0, IMMEDIATE_SHUTDOWN_TIMEOUT_MS);
  // PostgreSQL refuses to start while any process has the id in this file: also one that took the id since, and
  // one that has ended but was never waited for, as happens where process 1 is not a real init.
  if (!ours && pid > 0 && exists(pid) && processesIn(clusterFolder).length === 0)
    await rm(pidFile, { force: true });
  return ours;
}

function isPostmasterOf(pid: number, clusterFolder: string): boolean {
  const command = commandOf(pid);
  if (command === null || !command.includes('postgres')) return false;
  return command.includes(clusterFolder) || processesIn(clusterFolder).includes(pid);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function tailOf(file: string): Promise<string> {
  return (await readFile(file, 'utf8').catch(() => '')).slice(-2_000);
}
