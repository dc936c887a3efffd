/**
 * Global setup of the tiers that need PostgreSQL: one server per tier, and a migrated template that each spec file
 * copies (see database.ts). Not one for all: where a tier freezes or kills processes in the middle of a write, the log
 * of every database on the server stands still until they are thrown out. TEST_DATABASE_URL, a superuser's URL,
 * replaces them all.
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

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, template, end } = await start();
  project.provide('postgres', { url, template });
  return end;
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
