/**
 * Global setup of the tiers that need PostgreSQL: one server per worker, for all tiers, and on each a migrated template
 * that a spec file copies (see database.ts). Not one for all: any open write of a server holds back the end of the log
 * in every database of it, so specs beside each other would wait for each other's transactions, and for those of
 * processes that another one froze. TEST_DATABASE_URL, a superuser's URL, replaces them all.
 */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../src/platform/database/migrate.js';
import { removeAbandonedClusters, startTestCluster } from './cluster.js';

export interface TestPostgres {
  /** URL of the server; its path names a database to connect to for administration. */
  url: string;
  /** Database every spec file copies. */
  template: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** The one of a worker stands at its VITEST_POOL_ID, less one. */
    postgres: TestPostgres[];
  }
}

type Ending = TestPostgres & { end(): Promise<void> };

/** Each tier evaluates this file anew, in one process: what they share lives on the global object. */
interface Shared {
  users: number;
  servers: Promise<Ending[]>;
}
const KEY = Symbol.for('drafthorse.test.postgres');
const holder = globalThis as { [KEY]?: Shared };

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = (holder[KEY] ??= { users: 0, servers: startAll(workersOf(project)) });
  shared.users += 1;
  const servers = await shared.servers;
  project.provide(
    'postgres',
    servers.map(({ url, template }) => ({ url, template })),
  );
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    delete holder[KEY];
    await Promise.all(servers.map(({ end }) => end()));
  };
}

const workersOf = ({ vitest, config }: TestProject) => config.maxWorkers || vitest.config.maxWorkers || 1;

async function startAll(workers: number): Promise<Ending[]> {
  if (process.env['TEST_DATABASE_URL']) return [await start()];
  await removeAbandonedClusters();
  return Promise.all(Array.from({ length: workers }, start));
}

async function start(): Promise<Ending> {
  const external = process.env['TEST_DATABASE_URL'];
  const cluster = external ? { url: external, remove: () => Promise.resolve() } : await startTestCluster();
  const template = `drafthorse_template_${randomBytes(4).toString('hex')}`;
  const url = new URL(cluster.url);
  try {
    await administer(cluster.url, `CREATE DATABASE ${template}`);
    url.pathname = `/${template}`;
    await migrate(url.href);
  } catch (error) {
    await cluster.remove();
    throw error;
  }
  const end = async () => {
    if (external) await administer(cluster.url, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
    await cluster.remove();
  };
  return { url: cluster.url, template, end };
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
