/** The migrations step, as the deployment runs it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrationFiles } from '../../src/platform/database/migrate.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

let empty: TestDatabase;
beforeAll(async () => {
  empty = await testDatabase({ empty: true });
});
afterAll(() => empty?.drop());

const run = (environment: Record<string, string>) =>
  promisify(execFile)(process.execPath, ['--import', 'tsx', 'src/migrate.ts'], {
    env: { PATH: process.env['PATH'], ...environment },
  }).then(
    ({ stdout }) => ({ code: 0, said: stdout.trim().split('\n') }),
    (error: { code: number; stderr: string }) => ({ code: error.code, said: [error.stderr.trim()] }),
  );

it('applies what is missing and says so, once', async () => {
  const applied = migrationFiles().map(({ name }) => `applied ${name}`);
  expect(await run({ DATABASE_URL: empty.url })).toEqual({ code: 0, said: applied });
  expect(await run({ DATABASE_URL: empty.url })).toEqual({ code: 0, said: ['nothing to apply'] });
});

it('fails where it cannot know or reach the database', async () => {
  const nowhere = await run({});
  expect(nowhere.code).toBe(1);
  expect(nowhere.said[0]).toContain('DATABASE_URL is not set');
  expect((await run({ DATABASE_URL: 'postgres://127.0.0.1:1/none' })).code).toBe(1);
});
