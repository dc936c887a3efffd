/**
 * Where requests are counted: in this process, or where several processes count together. A store that is away is stood
 * in for by this process's own counting, so that it never fails a request.
 */
import { Redis } from 'ioredis';
import {
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRedis,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible';
import type { Database } from '../database/database.js';

/** A Redis that does not answer within this time is away. */
const REDIS_ANSWER_MS_MAX = 500;
const REDIS_CONNECT_MS_MAX = 2_000;
const REDIS_PREFIX = 'drafthorse:limit';

export interface LimiterOptions {
  /** Limiters of one name count together. */
  name: string;
  /** Allowed per window, at least 1. */
  points: number;
  durationSeconds: number;
  /**
   * Points at which a key is refused from memory until its window ends, so that a flood of requests is none of
   * statements. Points that are given back afterwards no longer help such a key.
   */
  blockAt: number;
}

export interface LimiterStore {
  limiter(options: LimiterOptions): RateLimiterAbstract;
  close(): Promise<void>;
}

/** Token under which the composition root provides the store. */
export const LIMITER_STORE = Symbol('LimiterStore');

const inMemory = ({ name, points, durationSeconds }: LimiterOptions) =>
  new RateLimiterMemory({ keyPrefix: name, points, duration: durationSeconds });

const shared = (options: LimiterOptions) => ({
  points: options.points,
  duration: options.durationSeconds,
  inMemoryBlockOnConsumed: options.blockAt,
  insuranceLimiter: inMemory(options),
});

export const memoryLimiterStore = (): LimiterStore => ({
  limiter: inMemory,
  close: () => Promise.resolve(),
});

/** In the table of migration 0019. */
export function postgresLimiterStore(database: Pick<Database, 'query'>): LimiterStore {
  // By key, one row: a statement that may share a connection with others.
  const client = {
    query: ({ name, text, values }: { name?: string; text: string; values: unknown[] }) =>
      name === undefined
        ? database.query(text, values)
        : database.query({ name: `rate-${name}`, text, quick: true }, values),
  };
  return {
    limiter: (options) =>
      new RateLimiterPostgres({
        ...shared(options),
        keyPrefix: options.name,
        storeClient: client,
        storeType: 'client',
        tableName: 'rate_limits',
        tableCreated: true,
      }),
    close: () => Promise.resolve(),
  };
}

/** `onTrouble` is told each time Redis goes away. */
export function redisLimiterStore(url: string, onTrouble: (error: Error) => void): LimiterStore {
  const client = new Redis(url, {
    connectionName: 'drafthorse-limits',
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: REDIS_ANSWER_MS_MAX,
    connectTimeout: REDIS_CONNECT_MS_MAX,
  });
  let isAway = false;
  client.on('ready', () => (isAway = false));
  client.on('error', (error: Error) => {
    if (!isAway) onTrouble(error);
    isAway = true;
  });
  return {
    limiter: (options) =>
      new RateLimiterRedis({
        ...shared(options),
        keyPrefix: `${REDIS_PREFIX}:${options.name}`,
        storeClient: client,
        rejectIfRedisNotReady: true,
      }),
    close: () => Promise.resolve(client.disconnect()),
  };
}
