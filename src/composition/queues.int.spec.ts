import { randomUUID } from 'node:crypto';
import { makeWorkerUtils, type WorkerUtils } from 'graphile-worker';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../../test/support/database.js';
import { draftStream, workspaceStream } from '../events/streams.js';
import { PostgresEventStore } from '../event-store/postgres/postgres-event-store.js';
import { queueGauge } from './queues.js';

const COUNTED_MAX = 20;

describe.each(['embedded', 'kafka'] as const)('what waits on the %s bus', (bus) => {
  let data: TestDatabase;
  let store: PostgresEventStore;
  let utils: WorkerUtils;
  let jobs = 0;
  beforeAll(async () => {
    data = await testDatabase();
    store = new PostgresEventStore(data.database);
    utils = await makeWorkerUtils({ connectionString: data.url });
    await utils.migrate();
  });
  afterAll(async () => {
    await utils?.release();
    await store?.close();
    await data?.drop();
  });
  beforeEach(async () => {
    await handled((1n << 62n).toString());
    await data.database.query('DELETE FROM graphile_worker._private_jobs');
  });

  const lengths = () => queueGauge(data.database, { bus, countedMax: COUNTED_MAX }).lengths();

  async function handled(position: string): Promise<void> {
    const table = bus === 'kafka' ? 'kafka_checkpoints' : 'bus_checkpoints';
    await data.database.query(
      `INSERT INTO ${table} AS c (group_name, topic, partition, position)
       VALUES ('saga.interpret-prompt', 'drafthorse.drafts', 0, $1)
       ON CONFLICT (group_name, topic, partition) DO UPDATE SET position = excluded.position`,
      [position],
    );
  }

  /** Positions of the events, in order. */
  async function logged(...types: string[]): Promise<bigint[]> {
    const positions: bigint[] = [];
    for (const type of types) {
      const streamId = type === 'DraftCreated' ? draftStream(randomUUID()) : workspaceStream(randomUUID());
      const result = await store.append({
        workspaceId: randomUUID(),
        streamId,
        expectedRevision: 'none',
        events: [{ eventId: randomUUID(), type, schemaVersion: 1, data: {} }],
        metadata: { userId: null, commandId: randomUUID(), correlationId: 'c', causationId: null },
      });
      if (result.outcome !== 'appended') throw new Error(result.outcome);
      positions.push(result.lastPosition);
    }
    return positions;
  }

  const job = (runAt: Date, queueName?: string) =>
    utils.addJob('interpret', {}, { jobKey: `job ${(jobs += 1)}`, runAt, ...(queueName && { queueName }) });

  const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000);

  it('is nothing where nothing is to be done', async () => {
    expect(await lengths()).toEqual({ waiting: 0, oldestSeconds: 0 });
  });

  it('is every draft that the saga has not seen, and no other event', async () => {
    const [first] = await logged('DraftCreated', 'FieldDefined', 'DraftCreated', 'DraftCreated');
    await handled((first! - 1n).toString());
    expect((await lengths()).waiting).toBe(3);
    await handled(first!.toString());
    expect((await lengths()).waiting).toBe(2);
  });

  it('is every job that could begin, and none that is to come or under way', async () => {
    await job(ago(30));
    await job(ago(10));
    await job(ago(-60));
    await job(ago(90));
    await data.database.query(
      "UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = 'x' WHERE run_at < now() - interval '80 s'",
    );
    const { waiting, oldestSeconds } = await lengths();
    expect(waiting).toBe(2);
    expect(oldestSeconds).toBeGreaterThan(29);
    expect(oldestSeconds).toBeLessThan(60);
  });

  it('has waited no longer for those that take turns in a queue of their own', async () => {
    await job(ago(600), 'apply:one');
    await job(ago(5));
    const { waiting, oldestSeconds } = await lengths();
    expect(waiting).toBe(2);
    expect(oldestSeconds).toBeLessThan(60);
  });

  it('is counted no further than is asked for', async () => {
    for (let count = 0; count < COUNTED_MAX + 5; count += 1) await job(ago(1));
    expect((await lengths()).waiting).toBe(COUNTED_MAX);
  });
});
