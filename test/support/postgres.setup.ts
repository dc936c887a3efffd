/**
 * Global setup of the tiers that need PostgreSQL: one server per test run, however many tiers run, and a migrated
 * template that each spec file copies (see database.ts). TEST_DATABASE_URL, a superuser's URL, replaces it.
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
    postgres: TestPostgres;
  }
}

/** Each tier evaluates this file anew, in one process: what they share lives on the global object. */
interface Shared {
  users: number;
  server: Promise<TestPostgres & { end(): Promise<void> }>;
}
const KEY = Symbol.for('drafthorse.test.postgres');
const holder = globalThis as { [KEY]?: Shared };

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = (holder[KEY] ??= { users: 0, server: start() });
  shared.users += 1;
  const server = await shared.server;
  project.provide('postgres', { url: server.url, template: server.template });
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    delete holder[KEY];
    await server.end();
  };
}

async function start(): Promise<TestPostgres & { end(): Promise<void> }> {
  const external = process.env['TEST_DATABASE_URL'];
  if (!external) await removeAbandonedClusters();
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
