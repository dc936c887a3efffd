/** Whether this process can do its work, and what each of its dependencies says. */
import type { ComponentHealth, HealthReporter } from '../api/ports.js';
import type { GroupHealth } from '../event-bus/event-bus.js';
import type { Infrastructure } from './infrastructure.js';

/** A write transaction this old holds back everything appended since; see docs/failure.md. */
const WATERMARK_LAG_MS_MAX = 10_000;

export function healthReporter({ database, store, bus }: Infrastructure): HealthReporter {
  return {
    async ready() {
      try {
        await database.query('SELECT 1');
      } catch {
        return { ready: false, reason: 'the database does not answer' };
      }
      const stopped = (await bus.health()).find((group) => !group.running);
      return stopped
        ? { ready: false, reason: `consumer group ${stopped.group} does not run` }
        : { ready: true, reason: null };
    },

    async components() {
      const [lag, groups] = await Promise.all([store.watermarkLag(), bus.health()]);
      const database: ComponentHealth = {
        status: lag.ageMs > WATERMARK_LAG_MS_MAX ? 'degraded' : 'up',
        oldestWriteTransactionMs: lag.ageMs,
      };
      return { database, ...Object.fromEntries(groups.map((group) => [group.group, groupHealth(group)])) };
    },
  };
}

function groupHealth({ running, caughtUp, deadLetters, checkpoints }: GroupHealth): ComponentHealth {
  const positions = Object.entries(checkpoints).map(([place, position]) => [place, position.toString()]);
  return {
    status: !running ? 'down' : deadLetters > 0 ? 'degraded' : 'up',
    caughtUp,
    deadLetters,
    checkpoints: Object.fromEntries(positions),
  };
}
