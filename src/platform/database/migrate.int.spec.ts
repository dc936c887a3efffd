import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { migrate, migrationFiles, type MigrationFile } from './migrate.js';

const opened: TestDatabase[] = [];
async function empty(): Promise<TestDatabase> {
  const made = await testDatabase({ empty: true });
  opened.push(made);
  return made;
}
afterAll(async () => {
  for (const made of opened) await made.drop();
});

const later: MigrationFile = { name: '9999_later.sql', sql: 'CREATE TABLE later (id int)', sha256: 'later' };

describe('migrating', () => {
  it('leaves one migrated schema when twenty processes start at once', async () => {
    const { url, database } = await empty();
    const results = await Promise.all(Array.from({ length: 20 }, () => migrate(url)));
    expect(results.filter(({ applied }) => applied.length > 0)).toHaveLength(1);
    const { rows } = await database.query<{ name: string }>('SELECT name FROM schema_migrations ORDER BY id');
    expect(rows.map(({ name }) => name)).toEqual(migrationFiles().map(({ name }) => name));
  });

  it('changes nothing when a file fails, and completes when it is mended', async () => {
    const { url, database } = await empty();
    const broken = { ...later, sql: 'CREATE TABLE later (id int); SELECT 1/0;' };
    await expect(migrate(url, [...migrationFiles(), broken])).rejects.toThrow('division by zero');
    const { rows } = await database.query(
      "SELECT to_regclass('later') AS later, to_regclass('events') AS events",
    );
    expect(rows).toEqual([{ later: null, events: null }]);
    await expect(migrate(url, [...migrationFiles(), later])).resolves.toMatchObject({
      applied: expect.arrayContaining(['0001_event_log.sql', '9999_later.sql']) as string[],
    });
  });

  it('takes question marks in a file as they are', async () => {
    const { url, database } = await empty();
    await migrate(url, [
      ...migrationFiles(),
      { ...later, sql: `CREATE TABLE later AS SELECT '{"a":1}'::jsonb ? 'a' AS has` },
    ]);
    expect((await database.query('SELECT has FROM later')).rows).toEqual([{ has: true }]);
  });
});

describe('migrating refuses', () => {
  let migrated: TestDatabase;
  beforeAll(async () => {
    migrated = await empty();
    await migrate(migrated.url, [...migrationFiles(), later]);
  });

  it('a schema of a newer release', () =>
    expect(migrate(migrated.url)).rejects.toMatchObject({ code: 'SCHEMA_NEWER' }));

  it('a migration that was edited after it ran', () =>
    expect(
      migrate(migrated.url, [...migrationFiles(), { ...later, sha256: 'edited' }]),
    ).rejects.toMatchObject({
      code: 'SCHEMA_CHANGED',
    }));

  it('a database whose character type knows no Persian letters', async () => {
    const name = `spec_${randomBytes(6).toString('hex')}`;
    await migrated.database.query(
      `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' LC_CTYPE 'C' LC_COLLATE 'C' LOCALE_PROVIDER libc`,
    );
    const url = new URL(migrated.url);
    url.pathname = `/${name}`;
    try {
      await expect(migrate(url.href)).rejects.toMatchObject({ code: 'PERSIAN_UNKNOWN' });
    } finally {
      await migrated.database.query(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  });
});
