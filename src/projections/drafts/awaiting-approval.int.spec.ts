import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { SELECT_NEWEST } from './drafts.queries.js';

const DRAFTS = 5_000;
const WORKSPACE = randomUUID();

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await database.database.query(
    `INSERT INTO drafts (workspace_id, draft_id, user_id, revision, status, created_at, view)
     SELECT $1, gen_random_uuid(), $1, 1, 'confirmed', now() - n * interval '1 minute',
            jsonb_build_object('n', n, 'approval', CASE WHEN n % 1000 = 0
              THEN '{"state": "requested"}'::jsonb WHEN n % 2 = 0 THEN '{"state": "approved"}' ELSE 'null' END)
       FROM generate_series(1, $2) AS n`,
    [WORKSPACE, DRAFTS],
  );
  await database.database.query('ANALYZE drafts');
});
afterAll(() => database?.drop());

const parameters = [WORKSPACE, null, null, null, 50, true];

it('what waits for a second person is found among many drafts, newest first', async () => {
  const { rows } = await database.database.query<{ view: { n: number } }>(SELECT_NEWEST, parameters);
  expect(rows.map(({ view }) => view.n)).toEqual([1_000, 2_000, 3_000, 4_000, 5_000]);
});

it('and by its own index, not by looking at each', async () => {
  const { rows } = await database.database.query<{ 'QUERY PLAN': string }>(
    `EXPLAIN ${SELECT_NEWEST}`,
    parameters,
  );
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toContain('drafts_awaiting_approval');
  expect(plan).not.toContain('Sort');
});
