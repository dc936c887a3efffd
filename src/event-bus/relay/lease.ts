/**
 * Which process relays. A lease with an end, so that a holder that hangs or whose machine vanishes is replaced too; its
 * epoch fences: what an older holder still wants to record is refused.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../platform/database/database.js';

export interface LeaseOptions {
  database: Database;
  /** Shown to people. */
  holder: string;
  /** How long after its last sign of life a holder is replaced. */
  ttlMs: number;
  /** How often one that stands by asks for its turn. */
  standbyPollMs: number;
}

export interface Lease {
  epoch: bigint;
  /** Aborts when another process holds it, or ours has run out. */
  lost: AbortSignal;
  /** Told with each renewal: whether nothing is left to relay. */
  caughtUp: boolean;
  release(): Promise<void>;
}

const TAKE = `
  INSERT INTO relay_lease AS l (epoch, holder, expires_at)
  VALUES (1, $1, clock_timestamp() + make_interval(secs => $2))
      ON CONFLICT (only_row) DO UPDATE
     SET epoch = l.epoch + 1, holder = excluded.holder, expires_at = excluded.expires_at
   WHERE $3 OR l.expires_at < clock_timestamp()
  RETURNING epoch`;

const RENEW = `
  UPDATE relay_lease SET expires_at = clock_timestamp() + make_interval(secs => $2),
         caught_up_at = CASE WHEN $3 THEN clock_timestamp() ELSE caught_up_at END
   WHERE epoch = $1 RETURNING epoch`;

/** Waits for our turn; `preempt` takes it at once from whoever has it. Rejects only when the signal aborts. */
export async function takeLease(
  options: LeaseOptions,
  signal: AbortSignal,
  { preempt }: { preempt: boolean },
): Promise<Lease> {
  const { database, holder, ttlMs, standbyPollMs } = options;
  for (;;) {
    signal.throwIfAborted();
    const asked = performance.now();
    const taken = await database
      .query<{ epoch: string }>(TAKE, [holder, ttlMs / 1_000, preempt])
      .catch(() => null);
    const epoch = taken?.rows[0]?.epoch;
    if (epoch !== undefined) return hold(options, BigInt(epoch), asked);
    await sleep(standbyPollMs, undefined, { signal });
  }
}

function hold({ database, ttlMs }: LeaseOptions, epoch: bigint, taken: number): Lease {
  const lost = new AbortController();
  /** By our own clock, from before the database was asked: never later than what it thinks. */
  let expires = taken + ttlMs;
  let released = false;
  const lease: Lease = {
    epoch,
    lost: lost.signal,
    caughtUp: false,
    release: async () => {
      released = true;
      clearInterval(renewing);
      lost.abort();
      await database
        .query("UPDATE relay_lease SET expires_at = '-infinity' WHERE epoch = $1", [epoch])
        .catch(() => undefined);
    },
  };
  const renew = async () => {
    const asked = performance.now();
    try {
      const { rows } = await database.query(RENEW, [epoch, ttlMs / 1_000, lease.caughtUp]);
      if (released) return;
      if (rows.length === 0) lost.abort();
      else expires = asked + ttlMs;
    } catch {
      // The database may come back before the lease has run out.
    }
    if (performance.now() > expires) lost.abort();
  };
  const renewing = setInterval(() => {
    if (lost.signal.aborted) clearInterval(renewing);
    else void renew();
  }, ttlMs / 4);
  return lease;
}
