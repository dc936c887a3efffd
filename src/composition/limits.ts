/** Where requests are counted, as the settings say it. */
import type { Settings } from '../platform/config/config.js';
import type { Database } from '../platform/database/database.js';
import {
  memoryLimiterStore,
  postgresLimiterStore,
  redisLimiterStore,
  type LimiterStore,
} from '../platform/limits/limiter-store.js';
import type { Logger } from '../platform/logging/logger.js';

export function limiterStoreOf(settings: Settings, database: Database, logger: Logger): LimiterStore {
  const kind = settings.RATE_LIMIT_STORE === 'auto' ? chosenFor(settings) : settings.RATE_LIMIT_STORE;
  if (kind === 'memory') return memoryLimiterStore();
  if (kind === 'postgres') return postgresLimiterStore(database);
  if (settings.REDIS_URL === null) throw new Error('RATE_LIMIT_STORE=redis needs REDIS_URL');
  return redisLimiterStore(settings.REDIS_URL, (err) =>
    logger.warn({ err }, 'Redis is away: this process counts its requests alone until it is back'),
  );
}

/** The embedded database has one process; one of your own may have several at any time, of which none knows. */
function chosenFor({ REDIS_URL, DATABASE_URL }: Settings): 'redis' | 'postgres' | 'memory' {
  if (REDIS_URL !== null) return 'redis';
  return DATABASE_URL === null ? 'memory' : 'postgres';
}
