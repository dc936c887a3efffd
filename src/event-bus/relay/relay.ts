/** The relay role: brings the log to Kafka, one process at a time; the others stand by. */
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../platform/database/database.js';
import { RETRY_POLICY, backoffMs } from '../failure.js';
import { toEventBusError } from '../kafka/errors.js';
import { ensureDeadLetterTopics } from '../kafka/topics.js';
import { takeLease, type Lease } from './lease.js';
import { RelaySession, type SessionOptions } from './session.js';

export interface RelayObserver {
  /** This process relays from now on. */
  leading?(epoch: bigint): void;
  /** Another one does. */
  replaced?(epoch: bigint): void;
  failed?(error: unknown, delayMs: number): void;
}

export interface RelayTimes {
  /** After its last sign of life a relay is replaced. */
  leaseMs: number;
  standbyPollMs: number;
  pollMs: number;
  inspectMs: number;
  settleMs: number;
}

export const RELAY_TIMES: RelayTimes = {
  leaseMs: 4_000,
  standbyPollMs: 500,
  pollMs: 500,
  inspectMs: 2_000,
  settleMs: 30_000,
};

export interface RelayOptions extends Omit<SessionOptions, 'pollMs' | 'inspectMs' | 'settleMs'> {
  observer?: RelayObserver;
  times?: Partial<RelayTimes>;
}

export interface RelayHealth {
  /** This process relays; false: it stands by. */
  leading: boolean;
  /** How long ago everything appended was last relayed, by whoever relays; null: not yet. */
  lagMs: number | null;
  trouble: string | null;
}

export class Relay {
  private readonly stopping = new AbortController();
  private readonly times: RelayTimes;
  private running: Promise<void> = Promise.resolve();
  private lease: Lease | null = null;
  private trouble: string | null = null;

  constructor(private readonly options: RelayOptions) {
    this.times = { ...RELAY_TIMES, ...options.times };
  }

  /**
   * Makes topics ready for the groups' dead letters as well; the relay sees to its own by itself. Whatever is wrong with
   * them is for the log: each is made when its first letter needs it.
   */
  async prepare(groups: readonly string[]): Promise<void> {
    const { connection, topics, observer } = this.options;
    await ensureDeadLetterTopics(connection, topics, groups).catch((error: unknown) =>
      observer?.failed?.(error, 0),
    );
  }

  start(): void {
    this.running = this.run();
  }

  /** The outstanding send is waited for and recorded, and the lease given back. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  async health(): Promise<RelayHealth> {
    return {
      leading: this.lease !== null,
      lagMs: await relayLagMs(this.options.database),
      trouble: this.trouble,
    };
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    const { database, observer } = this.options;
    const { leaseMs: ttlMs, standbyPollMs } = this.times;
    const holder = `${hostname()}/${process.pid}`;
    while (!signal.aborted) {
      const lease = await takeLease({ database, holder, ttlMs, standbyPollMs }, signal, {
        preempt: false,
      }).catch(() => null);
      if (!lease) return;
      observer?.leading?.(lease.epoch);
      this.lease = lease;
      try {
        await this.lead(lease, AbortSignal.any([signal, lease.lost]));
      } finally {
        this.lease = null;
        await lease.release();
        if (!signal.aborted) observer?.replaced?.(lease.epoch);
      }
    }
  }

  /** Session after session, until the lease is lost or this process stops. */
  private async lead(lease: Lease, signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      try {
        await new RelaySession({ ...this.options, ...this.times }, lease).run(signal, () => {
          failures = 0;
          this.trouble = null;
        });
      } catch (error) {
        const fault = toEventBusError(error, 'relaying');
        if (fault.fenced || signal.aborted) return;
        this.trouble = fault.message;
        lease.caughtUp = false;
        const delayMs = backoffMs((failures += 1), RETRY_POLICY, Math.random);
        this.options.observer?.failed?.(fault, delayMs);
        await sleep(delayMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}

/** Null: nothing was ever relayed to the end. */
export async function relayLagMs(database: Database): Promise<number | null> {
  const { rows } = await database.query<{ lag: string | null }>(
    'SELECT extract(epoch FROM clock_timestamp() - caught_up_at) * 1000 AS lag FROM relay_lease',
  );
  const lag = rows[0]?.lag ?? null;
  return lag === null ? null : Math.max(0, Number(lag));
}
