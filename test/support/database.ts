/** A migrated database of a spec file's own: a copy of the run's template, made in tens of milliseconds. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import type { TestPostgres } from './postgres.setup.js';
import { Database } from '../../src/platform/database/database.js';

export interface TestDatabase {
  database: Database;
  url: string;
  /** Closes the pool and drops the database, whoever is still connected. */
  drop(): Promise<void>;
}

/** Use in `beforeAll`, with `drop` in `afterAll`. `empty`: without the schema, for specs about migrating. */
export async function testDatabase(
  options: { empty?: boolean; poolSizeMax?: number } = {},
): Promise<TestDatabase> {
  const server = serverOfWorker();
  const name = `spec_${randomBytes(6).toString('hex')}`;
  const template = options.empty ? 'template0' : server.template;
  await administer(server.url, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  const database = new Database({
    url: url.href,
    poolSizeMax: options.poolSizeMax ?? 10,
    applicationName: 'drafthorse-spec',
  });
  return {
    database,
    url: url.href,
    drop: async () => {
      await database.close();
      await administer(server.url, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

/** Alone on its server; see postgres.setup.ts. */
function serverOfWorker(): TestPostgres {
  const servers = inject('postgres');
  const server = servers[(Number(process.env['VITEST_POOL_ID']) - 1) % servers.length];
  if (!server) throw new Error('this tier has no PostgreSQL');
  return server;
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
