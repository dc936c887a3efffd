import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limiterStoreContract } from '../../../test/contracts/limiter-store.contract.js';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { startRedis, type RedisServer } from '../../../test/support/redis-server.js';
import { until } from '../../../test/support/until.js';
import { Database } from '../database/database.js';
import { postgresLimiterStore, redisLimiterStore, type LimiterStore } from './limiter-store.js';

const LIMIT = { name: 'reads', points: 3, durationSeconds: 60, blockAt: 3 };

/** Counts in this process while the store is away, and refuses there as ever. */
async function expectInsured(store: LimiterStore, key: string): Promise<void> {
  const limiter = store.limiter(LIMIT);
  for (let turn = 0; turn < LIMIT.points; turn += 1) await limiter.consume(key);
  await expect(limiter.consume(key)).rejects.toMatchObject({ remainingPoints: 0 });
}

describe('in PostgreSQL', () => {
  let data: TestDatabase;
  beforeAll(async () => {
    data = await testDatabase();
  });
  afterAll(() => data?.drop());

  limiterStoreContract(() => postgresLimiterStore(data.database), { shared: true });

  it('a flood is none of statements', async () => {
    let statements = 0;
    const counting = {
      query: ((...given: Parameters<Database['query']>) => {
        statements += 1;
        return data.database.query(...given);
      }) as Database['query'],
    };
    const limiter = postgresLimiterStore(counting).limiter(LIMIT);
    for (let turn = 0; turn < 100; turn += 1) await limiter.consume('flood').catch(() => undefined);
    expect(statements).toBe(LIMIT.points);
  });

  it('a database that is away fails no request', async () => {
    const url = new URL(data.url);
    url.port = '1';
    const away = new Database({ url: url.href, poolSizeMax: 1, applicationName: 'spec' });
    await expectInsured(postgresLimiterStore(away), 'away');
    await away.close();
  });
});

const hasRedis = (() => {
  try {
    return execFileSync('redis-server', ['--version']).length > 0;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasRedis)(`in Redis${hasRedis ? '' : ' (skipped: redis-server is not on the PATH)'}`, () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis?.stop());

  const ready = async (troubles: Error[] = []) => {
    const store = redisLimiterStore(redis.url, (error) => troubles.push(error));
    const key = randomUUID();
    await until('Redis counts', async () => {
      await store.limiter({ ...LIMIT, name: 'probe', points: 1_000_000, blockAt: 1_000_000 }).consume(key);
      return redis.holds(`drafthorse:limit:probe:${key}`);
    });
    return store;
  };

  describe('that is there', () => {
    const stores: LimiterStore[] = [];
    beforeAll(async () => {
      stores.push(await ready(), await ready());
    });
    limiterStoreContract(() => stores.shift()!, { shared: true });
  });

  it('that goes away fails no request, and is told of once', async () => {
    const troubles: Error[] = [];
    const store = await ready(troubles);
    await redis.stop();
    await until('it is away', () => troubles.length > 0);
    await expectInsured(store, 'away');
    await store.close();
    expect(troubles).toHaveLength(1);
  });
});
