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
  let finish: () => void;

  beforeEach(async () => {
    test = await testDatabase();
    queue = await JobQueue.open({ url: test.url, concurrency: 2, durableCommits: true, logger });
    runs = 0;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const slow = defineJob<{ name: string }>({
      name: 'slow',
      payload: z.strictObject({ name: z.string() }),
      async run() {
        runs += 1;
        await finished;
      },
    });
    await queue.start([slow]);
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

  it('is one job for one key until it runs', async () => {
    const runAt = new Date(Date.now() + 3_600_000).toISOString();
    await queue.add([{ job: 'slow', payload: { name: 'a' }, key: 'same', runAt }]);
    await queue.add([{ job: 'slow', payload: { name: 'b' }, key: 'same', runAt }]);
    expect(await attempts()).toEqual([{ attempts: 0, locked: false }]);
  });
});
