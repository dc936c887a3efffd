/** Whether this process can do its work, and what each of its dependencies says. */
import type { ComponentHealth, HealthReporter } from '../api/ports.js';
import type { GroupHealth } from '../event-bus/event-bus.js';
import type { RelayHealth } from '../event-bus/relay/relay.js';
import type { Settings } from '../platform/config/config.js';
import type { Infrastructure } from './infrastructure.js';

/** A write transaction this old holds back everything appended since; see docs/failure.md. */
const WATERMARK_LAG_MS_MAX = 10_000;

export function healthReporter(
  { database, store, bus, relay }: Infrastructure,
  settings: Settings,
  /** Services outside that this process asks, by name. */
  services: Readonly<Record<string, () => ComponentHealth | Promise<ComponentHealth>>> = {},
): HealthReporter {
  const lagEventsMax = settings.KAFKA_LAG_EVENTS_MAX;
  const relayLagMsMax = settings.KAFKA_RELAY_LAG_SECONDS_MAX * 1_000;
  return {
    async ready() {
      try {
        await database.query('SELECT 1');
      } catch {
        return { ready: false, reason: 'the database does not answer' };
      }
      const groups = await bus.health();
      const stopped = groups.find((group) => !group.running);
      if (stopped) return notReady(`consumer group ${stopped.group} does not run`);
      const late = groups.find(({ lagEvents = 0 }) => lagEvents > lagEventsMax);
      if (late) return notReady(`consumer group ${late.group} is ${late.lagEvents} events behind`);
      const relayed = await relay?.health();
      if (relayed && isLate(relayed, relayLagMsMax)) return notReady('the log is not being relayed');
      return { ready: true, reason: null };
    },

    async components() {
      const [lag, groups] = await Promise.all([store.watermarkLag(), bus.health()]);
      const database: ComponentHealth = {
        status: lag.ageMs > WATERMARK_LAG_MS_MAX ? 'degraded' : 'up',
        oldestWriteTransactionMs: lag.ageMs,
      };
      const relayed = await relay?.health();
      return {
        database,
        ...Object.fromEntries(
          await Promise.all(Object.entries(services).map(async ([name, health]) => [name, await health()])),
        ),
        ...(relayed && { relay: relayHealth(relayed, relayLagMsMax) }),
        ...Object.fromEntries(groups.map((group) => [group.group, groupHealth(group)])),
      };
    },
  };
}

const notReady = (reason: string) => ({ ready: false, reason });

const isLate = ({ lagMs }: RelayHealth, lagMsMax: number) => lagMs === null || lagMs > lagMsMax;

function relayHealth(relayed: RelayHealth, lagMsMax: number): ComponentHealth {
  const { leading, lagMs, trouble } = relayed;
  const status = isLate(relayed, lagMsMax) ? 'down' : trouble ? 'degraded' : 'up';
  return { status, leading, lagMs, trouble };
}

function groupHealth(group: GroupHealth): ComponentHealth {
  const { running, caughtUp, deadLetters, checkpoints, lagEvents, trouble } = group;
  const positions = Object.entries(checkpoints).map(([place, position]) => [place, position.toString()]);
  return {
    status: !running ? 'down' : deadLetters > 0 ? 'degraded' : 'up',
    caughtUp,
    deadLetters,
    ...(lagEvents === undefined ? {} : { lagEvents }),
    ...(trouble === undefined ? {} : { trouble }),
    checkpoints: Object.fromEntries(positions),
  };
}
