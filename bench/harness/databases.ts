/** Databases of their own for contenders that share a server, so that none meets the tables of another. */
import pg from 'pg';

/** Creates the database, which must not be there, and answers its URL. */
export async function createDatabase(serverUrl: string, name: string): Promise<string> {
  await runOn(serverUrl, `CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/**
 * What filling left to be done later (statistics, visibility, dirty pages, log to be flushed) is done before the
 * clock starts, and not by whoever is measured first.
 */
export async function settle(databaseUrl: string): Promise<void> {
  await runOn(databaseUrl, 'VACUUM (ANALYZE)', 'CHECKPOINT');
}

/** One after another, each in a transaction of its own. */
export async function runOn(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
