import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { until } from '../../../test/support/until.js';
import { createLogger } from '../logging/logger.js';
import { JobQueue } from './job-queue.js';
import { defineJob } from './job.js';

const logger = createLogger({ level: 'silent' });

describe('the job queue', () => {
  let test: TestDatabase;
  let queue: JobQueue;
  let runs: number;
  let quickRuns: string[];
  let finish: () => void;

  beforeEach(async () => {
    test = await testDatabase();
    queue = await JobQueue.open({
      url: test.url,
      concurrency: { quick: 2, outside: 1, voice: 1 },
      durableCommits: true,
      logger,
    });
    runs = 0;
    quickRuns = [];
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const payload = z.strictObject({ name: z.string() });
    const run = async () => {
      runs += 1;
      await finished;
    };
    const slow = defineJob<{ name: string }>({ name: 'slow', payload, run });
    const outside = defineJob<{ name: string }>({ name: 'outside', lane: 'outside', payload, run });
    const quick = defineJob<{ name: string }>({
      name: 'quick',
      payload,
      run: async ({ name }) => void quickRuns.push(name),
    });
    await queue.start([slow, outside, quick]);
  });
  afterEach(async () => {
    finish();
    await queue.close();
    await test.drop();
  });

  const attempts = async () =>
    (
      await test.database.query<{ attempts: number; locked: boolean }>(
        'SELECT attempts, locked_at IS NOT NULL AS locked FROM graphile_worker._private_jobs',
      )
    ).rows;
  const ageLocks = () =>
    test.database.query(`UPDATE graphile_worker._private_jobs SET locked_at = locked_at - interval '1 hour'`);

  it('leaves a job that runs long to the living process that runs it', async () => {
    await queue.add([{ job: 'slow', payload: { name: 'a' }, key: 'a' }]);
    await until('the job runs', () => runs === 1);
    await ageLocks();
    await queue.releaseDeadWorkers();
    expect(await attempts()).toEqual([{ attempts: 1, locked: true }]);
    expect(runs).toBe(1);
  });

  it('runs a job again whose process is gone', async () => {
    await queue.add([{ job: 'slow', payload: { name: 'a' }, key: 'a' }]);
    await until('the job runs', () => runs === 1);
    await test.database.query(`UPDATE graphile_worker._private_jobs SET locked_by = 'pool-of-the-dead'`);
    await ageLocks();
    await queue.releaseDeadWorkers();
    await until('it runs again', () => runs === 2);
  });

  it('keeps its jobs when the connection was lost that says it is alive', async () => {
    await queue.add([{ job: 'slow', payload: { name: 'a' }, key: 'a' }]);
    await until('the job runs', () => runs === 1);
    const { url } = test;
    const concurrency = { quick: 1, outside: 1, voice: 1 };
    const another = await JobQueue.open({ url, concurrency, durableCommits: true, logger });
    try {
      const sessions = `SELECT pid FROM pg_stat_activity
                         WHERE application_name = 'drafthorse-job-session' AND datname = current_database()`;
      const { rows: own } = await test.database.query<{ pid: number }>(sessions);
      await another.start([]);
      await test.database.query('SELECT pg_terminate_backend($1)', [own[0]!.pid]);
      await until('somebody stands for the job', async () => {
        const { rows } = await test.database.query(
          `SELECT FROM graphile_worker._private_jobs j JOIN job_workers w ON w.worker_id = j.locked_by
             JOIN pg_locks l ON l.locktype = 'advisory' AND l.objid::bigint = w.session_key AND l.objsubid = 2
            WHERE l.pid <> $1`,
          [own[0]!.pid],
        );
        return rows.length === 1;
      });
      // Who looked in the moment of the loss has given the job to a second run: never to a third.
      const before = await attempts();
      await ageLocks();
      await another.releaseDeadWorkers();
      expect(await attempts()).toEqual(before);
    } finally {
      await another.close();
    }
  });

  it('runs quick jobs while every place of the lane outside is taken', async () => {
    await queue.add(['a', 'b', 'c'].map((name) => ({ job: 'outside', payload: { name }, key: name })));
    await until('the only place is taken', () => runs === 1);
    await queue.add(['d', 'e'].map((name) => ({ job: 'quick', payload: { name }, key: name })));
    await until('both quick jobs ran', () => quickRuns.length === 2);
    expect(runs).toBe(1);
    finish();
    await until('the others had their turn', () => runs === 3);
  });

  it('is one job for one key until it runs', async () => {
    const runAt = new Date(Date.now() + 3_600_000).toISOString();
    await queue.add([{ job: 'slow', payload: { name: 'a' }, key: 'same', runAt }]);
    await queue.add([{ job: 'slow', payload: { name: 'b' }, key: 'same', runAt }]);
    expect(await attempts()).toEqual([{ attempts: 0, locked: false }]);
  });

  it('is the last of those that are asked for under one key at once', async () => {
    const runAt = new Date(Date.now() + 3_600_000).toISOString();
    const asked = ['a', 'b', 'c'].map((name) => ({ job: 'slow', payload: { name }, key: 'same', runAt }));
    await queue.add(asked);
    expect(await attempts()).toEqual([{ attempts: 0, locked: false }]);
    const { rows } = await test.database.query('SELECT payload FROM graphile_worker._private_jobs');
    expect(rows).toEqual([{ payload: { name: 'c' } }]);
  });
});
