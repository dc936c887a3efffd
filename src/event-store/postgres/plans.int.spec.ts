/** What the store's statements cost, seen through the planner: no sort, no scan of the table, at any size. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { appendOf } from '../../../test/support/events.js';
import { PostgresEventStore, READ_PAGE_BYTES_MAX } from './postgres-event-store.js';
import { STATEMENTS, type StatementName } from './statements.js';

const EVENTS = 30_000;

let made: TestDatabase;
let store: PostgresEventStore;

beforeAll(async () => {
  // One connection, so that its statistics are complete when it is asked for them.
  made = await testDatabase({ poolSizeMax: 1 });
  store = new PostgresEventStore(made.database);
});
afterAll(async () => {
  await store.close();
  await made.drop();
});

async function scans(): Promise<{ seq_scan: string }> {
  await made.database.query('SELECT pg_stat_force_next_flush()');
  const { rows } = await made.database.query<{ seq_scan: string }>(
    "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'events'",
  );
  return rows[0]!;
}

describe('appending', () => {
  it('never scans the table, from the first event on and without statistics', async () => {
    const before = await scans();
    const append = appendOf(['0']);
    for (let revision = 0; revision < 300; revision += 1)
      await store.append(
        appendOf([String(revision)], { streamId: append.streamId, expectedRevision: revision - 1 }),
      );
    await store.append(append);
    await store.append(append);
    expect(await scans()).toEqual(before);
  });
});

describe('a young log', () => {
  it("gives a stream's end by index, with a plan that is kept while the log grows", async () => {
    await made.database.query('SET plan_cache_mode = force_generic_plan');
    await made.database.query(`PREPARE young AS ${STATEMENTS['stream-end'].text}`);
    const { rows } = await made.database.query<{ 'QUERY PLAN': string }>(`EXPLAIN EXECUTE young('draft-7')`);
    await made.database.query('DEALLOCATE young; RESET plan_cache_mode');
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).not.toMatch(/Sort|Seq Scan|Bitmap/);
  });
});

describe('with a filled log', () => {
  beforeAll(async () => {
    await made.database.query(
      `INSERT INTO events
       SELECT ((pg_current_xact_id()::text::bigint + xid_offset) << 20) + n, 'draft-' || n / 10, n % 10,
              gen_random_uuid(), gen_random_uuid(), 'CustomFieldsDefined', 1, '{"keys": ["a"]}', '{}', now()
         FROM log_epoch, generate_series(0, ${EVENTS - 1}) AS n`,
    );
    await made.database.query('ANALYZE events');
  });

  it('appends without scanning the table', async () => {
    const before = await scans();
    for (let round = 0; round < 10; round += 1) await store.append(appendOf(['a', 'b', 'c']));
    await store.append(appendOf(Array.from({ length: 1_000 }, (_, index) => `${index}`)));
    expect(await scans()).toEqual(before);
  });

  const head = async () => (await store.headPosition()).toString();
  const regimes: [string, StatementName, () => Promise<string[]>][] = [
    [
      'the log, caught up',
      'read-all',
      async () => [await head(), '500', String(READ_PAGE_BYTES_MAX), 'NULL'],
    ],
    [
      'the log, slightly behind',
      'read-all',
      async () => {
        const { rows } = await made.database.query<{ position: string }>(
          'SELECT position FROM events ORDER BY position DESC OFFSET 50 LIMIT 1',
        );
        return [rows[0]!.position, '500', String(READ_PAGE_BYTES_MAX), 'NULL'];
      },
    ],
    [
      'the log, a deep backlog',
      'read-all',
      async () => {
        const { rows } = await made.database.query<{ position: string }>(
          'SELECT position FROM events ORDER BY position OFFSET 5000 LIMIT 1',
        );
        return [rows[0]!.position, '500', String(READ_PAGE_BYTES_MAX), 'NULL'];
      },
    ],
    [
      'the log, from zero',
      'read-all',
      () => Promise.resolve(['0', '1000', String(READ_PAGE_BYTES_MAX), 'NULL']),
    ],
    ['a stream', 'read-stream', () => Promise.resolve(["'draft-7'", '0', '1000'])],
    ["a stream's end", 'stream-end', () => Promise.resolve(["'draft-7'"])],
    ["a stream's end up to a position", 'stream-end-up-to', async () => ["'draft-7'", await head()]],
    ['an event by id', 'find-event', () => Promise.resolve([`'${randomUUID()}'`])],
    ['the event at a position', 'event-at', async () => [await head()]],
  ];

  it.each(regimes)('reads %s by index, without a sort', async (_, name, values) => {
    const given = (await values()).join(', ');
    for (const mode of ['force_custom_plan', 'force_generic_plan']) {
      await made.database.query(`SET plan_cache_mode = ${mode}`);
      await made.database.query(`PREPARE planned AS ${STATEMENTS[name].text}`);
      const { rows } = await made.database.query<{ 'QUERY PLAN': string }>(
        `EXPLAIN EXECUTE planned(${given})`,
      );
      await made.database.query('DEALLOCATE planned; RESET plan_cache_mode');
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).toMatch(/Index (Only )?Scan/);
      expect(plan).not.toMatch(/Seq Scan|Sort|Bitmap/);
    }
  });

  it('looks up the ids of an append by index', async () => {
    const { rows } = await made.database.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT count(*), max(revision) FROM events WHERE event_id = ANY ($1::uuid[])`,
      [Array.from({ length: 1_000 }, () => randomUUID())],
    );
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).not.toMatch(/Seq Scan/);
  });
});
