import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { PipelinedConnections } from './pipelined.js';

let test: TestDatabase;
const open: PipelinedConnections[] = [];
beforeAll(async () => {
  test = await testDatabase();
});
afterEach(() => Promise.all(open.splice(0).map((each) => each.close())));
afterAll(() => test.drop());

function connections(count: number): PipelinedConnections {
  const made = new PipelinedConnections({
    connectionString: test.url,
    application_name: 'pipelined-spec',
    connections: count,
  });
  open.push(made);
  return made;
}
const ECHO = { name: 'echo', text: 'SELECT $1::int AS value, pg_backend_pid() AS pid' };
const FAIL = { name: 'fail', text: 'SELECT 1 / $1::int AS value' };

describe('pipelined connections', () => {
  it('answer each caller its own rows, over no more connections than they have', async () => {
    const pipelined = connections(2);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, value) =>
        pipelined.query<{ value: number; pid: number }>(ECHO, [value]).then(({ rows }) => rows[0]!),
      ),
    );
    expect(answers.map(({ value }) => value)).toEqual(Array.from({ length: 50 }, (_, value) => value));
    expect(new Set(answers.map(({ pid }) => pid)).size).toBe(2);
  });

  it('fail a statement alone', async () => {
    const pipelined = connections(1);
    const answers = await Promise.allSettled([
      pipelined.query(ECHO, [1]),
      pipelined.query(FAIL, [0]),
      pipelined.query(ECHO, [2]),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('report a lost server to those who wait, and connect anew for the next', async () => {
    const pipelined = connections(1);
    const { rows } = await pipelined.query<{ pid: number }>(ECHO, [1]);
    const asleep = pipelined.query({ name: 'sleep', text: 'SELECT pg_sleep($1)' }, [60]);
    const behind = pipelined.query(ECHO, [2]);
    const lost = Promise.allSettled([asleep, behind]);
    await test.database.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid]);
    expect((await lost).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect((await pipelined.query<{ value: number }>(ECHO, [3])).rows[0]!.value).toBe(3);
  });

  it('that were never used close at once', async () => {
    await connections(2).close();
  });
});
