/** How far the chain is behind the log: for health and for Prometheus. */
import { Gauge, type Registry } from 'prom-client';
import type { Queryable } from '../platform/database/database.js';

/** Events counted at most: beyond that the exact number helps nobody. */
const EVENTS_COUNTED_MAX = 10_000;

export interface ChainLag {
  /** Without a link, counted up to EVENTS_COUNTED_MAX. */
  events: number;
  /** Age of the oldest of them; 0 without any. */
  ms: number;
}

/** $1 events counted at most. */
const LAG = {
  name: 'audit-chain-lag',
  text: `
  SELECT count(*)::int AS events,
         coalesce(extract(epoch FROM clock_timestamp() - min(recorded_at)) * 1000, 0)::float8 AS ms
    FROM (SELECT recorded_at FROM events
           WHERE position > (SELECT position FROM audit_chain_progress) ORDER BY position LIMIT $1) AS behind`,
};

export async function chainLag(database: Queryable): Promise<ChainLag> {
  const { rows } = await database.query<ChainLag>(LAG, [EVENTS_COUNTED_MAX]);
  return { events: rows[0]?.events ?? 0, ms: Math.max(0, Math.round(rows[0]?.ms ?? 0)) };
}

/** Asked for when the figures are read. A database that is away leaves them as they were. */
export function chainLagMetrics(registry: Registry, database: Queryable): void {
  const seconds = new Gauge({
    name: 'drafthorse_audit_chain_lag_seconds',
    help: 'Age of the oldest event that has no link in its audit chain yet.',
    registers: [registry],
  });
  new Gauge({
    name: 'drafthorse_audit_chain_lag_events',
    help: `Events that have no link in their audit chain yet, counted up to ${EVENTS_COUNTED_MAX}.`,
    registers: [registry],
    async collect() {
      const lag = await chainLag(database).catch(() => null);
      if (!lag) return;
      this.set(lag.events);
      seconds.set(lag.ms / 1_000);
    },
  });
}
