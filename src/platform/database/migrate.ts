/**
 * Brings a database to this program's schema: the numbered files of `migrations/`, in order, all pending ones in
 * one transaction. Any number of processes may start at once; one migrates, the others wait and find it done.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import knex, { type Knex } from 'knex';
import pg from 'pg';
import type { Queryable } from './database.js';

const MIGRATIONS_FOLDER = path.join(import.meta.dirname, 'migrations');
const FILE_NAME = /^\d{4}_[a-z0-9_]+\.sql$/;
/** Session advisory lock: held while migrating, freed by the server when the process dies. */
const MIGRATION_LOCK = 1_146_504_270;

export interface MigrationFile {
  name: string;
  sql: string;
  sha256: string;
}

export interface MigrateResult {
  /** File names applied now, in order. */
  applied: string[];
}

/**
 * A database this program must not touch. `SCHEMA_NEWER`: a newer release migrated it. `SCHEMA_CHANGED`: a
 * migration was edited after it ran here. `PERSIAN_UNKNOWN`: its character type has no Persian letters.
 */
export class MigrationRefused extends Error {
  constructor(
    readonly code: 'SCHEMA_NEWER' | 'SCHEMA_CHANGED' | 'PERSIAN_UNKNOWN',
    message: string,
  ) {
    super(message);
    this.name = 'MigrationRefused';
  }
}

export function migrationFiles(folder = MIGRATIONS_FOLDER): MigrationFile[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  const numbers = new Set<string>();
  return names.map((name) => {
    if (!FILE_NAME.test(name)) throw new Error(`not a migration's name (0001_what_it_does.sql): ${name}`);
    if (numbers.has(name.slice(0, 4))) throw new Error(`two migrations are numbered ${name.slice(0, 4)}`);
    numbers.add(name.slice(0, 4));
    const sql = readFileSync(path.join(folder, name), 'utf8');
    return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
  });
}

/** Idempotent. Throws MigrationRefused, or the database's error with nothing changed. */
export async function migrate(url: string, files = migrationFiles()): Promise<MigrateResult> {
  const guard = new pg.Client({ connectionString: url, application_name: 'drafthorse-migrate' });
  guard.on('error', () => undefined);
  await guard.connect();
  try {
    await guard.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await refuseForeignSchema(guard, files);
    const applied = await runPending(url, files);
    await recordChecksums(guard, files);
    await assertKnowsPersian(guard);
    await guard.query('SELECT raise_log_epoch()');
    return { applied };
  } finally {
    await guard.end();
  }
}

async function runPending(url: string, files: MigrationFile[]): Promise<string[]> {
  const connection = knex({
    client: 'pg',
    connection: { connectionString: url, application_name: 'drafthorse-migrate' },
    pool: { min: 0, max: 2 },
    log: {
      warn: () => undefined,
      error: () => undefined,
      debug: () => undefined,
      deprecate: () => undefined,
    },
  });
  try {
    const [, applied] = (await connection.migrate.latest({
      migrationSource: new SqlFiles(files),
      tableName: 'schema_migrations',
    })) as [number, string[]];
    return applied;
  } finally {
    await connection.destroy();
  }
}

class SqlFiles implements Knex.MigrationSource<MigrationFile> {
  constructor(private readonly files: MigrationFile[]) {}

  getMigrations(): Promise<MigrationFile[]> {
    return Promise.resolve(this.files);
  }

  getMigrationName(file: MigrationFile): string {
    return file.name;
  }

  getMigration(file: MigrationFile): Promise<Knex.Migration> {
    return Promise.resolve({
      // Not `knex.raw`: it would read a question mark in the file as a placeholder.
      up: async (transaction) => {
        const client = (await transaction.client.acquireConnection()) as pg.Client;
        await client.query(file.sql);
      },
      down: () => Promise.reject(new Error('migrations only go forward: restore a backup instead')),
    });
  }
}

async function refuseForeignSchema(database: Queryable, files: MigrationFile[]): Promise<void> {
  const { rows: tables } = await database.query(
    "SELECT to_regclass('schema_migrations') IS NOT NULL AS there",
  );
  if (!tables[0]?.['there']) return;
  await database.query('ALTER TABLE schema_migrations ADD COLUMN IF NOT EXISTS sha256 text');
  const { rows } = await database.query<{ name: string; sha256: string | null }>(
    'SELECT name, sha256 FROM schema_migrations ORDER BY name',
  );
  const known = new Map(files.map((file) => [file.name, file.sha256]));
  for (const { name, sha256 } of rows) {
    if (!known.has(name))
      throw new MigrationRefused(
        'SCHEMA_NEWER',
        `the database has migration ${name}, which this release does not know: it belongs to a newer release`,
      );
    if (sha256 && sha256 !== known.get(name))
      throw new MigrationRefused(
        'SCHEMA_CHANGED',
        `${name} was edited after it ran on this database; migrations are never edited, add a new one`,
      );
  }
}

async function recordChecksums(database: Queryable, files: MigrationFile[]): Promise<void> {
  await database.query('ALTER TABLE schema_migrations ADD COLUMN IF NOT EXISTS sha256 text');
  await database.query(
    `UPDATE schema_migrations SET sha256 = file.sha256
       FROM unnest($1::text[], $2::text[]) AS file (name, sha256)
      WHERE schema_migrations.name = file.name AND schema_migrations.sha256 IS NULL`,
    [files.map((file) => file.name), files.map((file) => file.sha256)],
  );
}

/**
 * Refuses a database in which pg_trgm sees no Persian letters, as under LC_CTYPE "C" or a builtin locale:
 * every search would come back empty without an error. Needs the extension, so it comes after the migrations.
 */
export async function assertKnowsPersian(database: Queryable): Promise<void> {
  const { rows } = await database.query<{ trigrams: number; ctype: string }>(
    `SELECT cardinality(show_trgm('آ')) AS trigrams, datctype AS ctype
       FROM pg_database WHERE datname = current_database()`,
  );
  if (!rows[0] || rows[0].trigrams > 0) return;
  throw new MigrationRefused(
    'PERSIAN_UNKNOWN',
    `this database's character type (LC_CTYPE "${rows[0].ctype}") knows no Persian letters, so searching would ` +
      "find nothing. Create it with: CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8' LC_CTYPE 'C.UTF-8' " +
      "LC_COLLATE 'C' LOCALE_PROVIDER libc",
  );
}
