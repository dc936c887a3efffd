/**
 * Which process delivers a group: the one whose session holds the group's advisory lock. PostgreSQL frees it the
 * moment a process dies, so another takes over without waiting for a lease to run out; and each new holder raises
 * the group's epoch, so that one who lost its connection but lives on cannot move the checkpoint any more.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const RECONNECT_MS = 500;

export interface Membership {
  group: string;
  epoch: bigint;
  /** Aborts when the group is not ours any more. */
  lost: AbortSignal;
  release(): Promise<void>;
}

export interface MembershipsOptions {
  url: string;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** How often one that stands by asks for its turn. */
  standbyPollMs: number;
}

interface Session {
  client: pg.Client;
  ended: AbortController;
}

export class Memberships {
  private session: Promise<Session> | null = null;
  /** All groups share one connection: one statement at a time. */
  private turn: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(private readonly options: MembershipsOptions) {}

  /** Waits for the group's turn. Rejects only when the signal aborts. */
  async join(group: string, signal: AbortSignal): Promise<Membership> {
    for (;;) {
      signal.throwIfAborted();
      const membership = await this.inTurn(() => this.tryJoin(group)).catch(() => null);
      if (membership) return membership;
      await sleep(this.options.standbyPollMs, undefined, { signal });
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    const session = await this.session?.catch(() => null);
    await session?.client.end().catch(() => undefined);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  private async tryJoin(group: string): Promise<Membership | null> {
    const { client, ended } = await this.connect();
    const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [
      lockKey(group),
    ]);
    if (!rows[0]?.locked) return null;
    const unlock = async () => {
      if (ended.signal.aborted) return;
      await client.query('SELECT pg_advisory_unlock($1)', [lockKey(group)]).catch(() => undefined);
    };
    try {
      const { rows: raised } = await client.query<{ epoch: string }>(
        `INSERT INTO bus_groups AS g (group_name, epoch) VALUES ($1, 1)
         ON CONFLICT (group_name) DO UPDATE SET epoch = g.epoch + 1 RETURNING epoch`,
        [group],
      );
      return {
        group,
        epoch: BigInt(raised[0]!.epoch),
        lost: ended.signal,
        release: () => this.inTurn(unlock),
      };
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  private connect(): Promise<Session> {
    if (this.closed) return Promise.reject(new Error('the bus is closed'));
    this.session ??= this.open();
    return this.session;
  }

  private async open(): Promise<Session> {
    const client = new pg.Client({
      connectionString: this.options.url,
      application_name: this.options.applicationName,
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
    });
    const ended = new AbortController();
    const lose = () => {
      ended.abort();
      this.session = null;
    };
    client.on('error', () => undefined);
    client.on('end', lose);
    try {
      await client.connect();
      return { client, ended };
    } catch (error) {
      await sleep(RECONNECT_MS);
      lose();
      throw error;
    }
  }
}

/** A 64-bit key from the group's name (FNV-1a): no two groups of one product meet by accident. */
function lockKey(group: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(`drafthorse.bus.${group}`))
    hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & MASK;
  return BigInt.asIntN(64, hash);
}
const MASK = 0xffff_ffff_ffff_ffffn;
