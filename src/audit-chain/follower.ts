/**
 * Appends a link for every event of the log, one process at a time; the others stand by. Not a projection: it needs one
 * order over all streams, which the bus does not have. What it writes follows from the log alone, so a process that died
 * anywhere is followed by one that goes on at the same link.
 */
import type { KeyObject } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStore } from '../event-store/event-store.js';
import { Memberships } from '../event-bus/embedded/membership.js';
import type { Database } from '../platform/database/database.js';
import { chainNext, type NewLink } from './chain-log.js';
import { registerKey, signEnds, unsignedEnds } from './checkpoints.js';
import { CheckpointSchedule } from './checkpoint-schedule.js';

/** In one statement; at 20 µs each it takes the server 20 ms. */
export const LINKS_PER_BATCH_MAX = 1_000;
/** Chains signed in one statement. */
const CHECKPOINTS_PER_BATCH_MAX = 500;

export interface FollowerTimes {
  /** Between two looks at the log while it grows: many events a look cost less each. */
  spacingMs: number;
  /** Fallback for appends that nobody signalled. */
  pollMs: number;
  standbyPollMs: number;
  /** After a failure. */
  retryMs: number;
}

export const FOLLOWER_TIMES: FollowerTimes = {
  spacingMs: 200,
  pollMs: 1_000,
  standbyPollMs: 500,
  retryMs: 2_000,
};

export interface FollowerOptions {
  database: Database;
  store: Pick<EventStore, 'onAppend'>;
  signingKey: KeyObject;
  /** A chain gets a checkpoint after so many links, or so long after the first that has none. */
  checkpointLinks: number;
  checkpointMs: number;
  now: () => Date;
  times?: Partial<FollowerTimes>;
  failed?: (error: unknown) => void;
}

export interface FollowerHealth {
  /** This process appends; false: it stands by. */
  leading: boolean;
  trouble: string | null;
}

export class ChainFollower {
  private readonly stopping = new AbortController();
  private readonly times: FollowerTimes;
  private readonly memberships: Memberships;
  private running: Promise<void> = Promise.resolve();
  private leading = false;
  private trouble: string | null = null;
  private hinted = false;
  private wake: () => void = () => undefined;

  constructor(private readonly options: FollowerOptions) {
    this.times = { ...FOLLOWER_TIMES, ...options.times };
    const { url, applicationName } = options.database.options;
    this.memberships = new Memberships({
      url,
      applicationName: `${applicationName}-audit`,
      standbyPollMs: this.times.standbyPollMs,
    });
  }

  start(): void {
    this.running = this.run();
  }

  /** The batch under way is finished. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.running;
    await this.memberships.close();
  }

  health(): FollowerHealth {
    return { leading: this.leading, trouble: this.trouble };
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    const unsubscribe = this.options.store.onAppend(() => {
      this.hinted = true;
      this.wake();
    });
    while (!signal.aborted) {
      const turn = await this.memberships.join('audit-chain', signal).catch(() => null);
      if (!turn) break;
      this.leading = true;
      try {
        await this.lead(AbortSignal.any([signal, turn.lost]));
      } finally {
        this.leading = false;
        await turn.release();
      }
    }
    unsubscribe();
  }

  private async lead(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.follow(signal);
      } catch (error) {
        this.trouble = error instanceof Error ? error.message : String(error);
        this.options.failed?.(error);
        await sleep(this.times.retryMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  private async follow(signal: AbortSignal): Promise<void> {
    const { database, signingKey, checkpointLinks, checkpointMs, now } = this.options;
    await registerKey(database, signingKey);
    const schedule = new CheckpointSchedule({ links: checkpointLinks, ms: checkpointMs });
    // What an earlier process left is due: nobody knows how long it has waited.
    for (const { workspaceId } of await unsignedEnds(database, null)) schedule.dueNow(workspaceId);
    while (!signal.aborted) {
      this.hinted = false;
      const links = await this.chainAll(schedule, signal);
      await this.sign(schedule.due(now().getTime()));
      this.trouble = null;
      await sleep(this.times.spacingMs, undefined, { signal }).catch(() => undefined);
      if (links === 0 && !this.hinted) await this.hint(signal);
    }
  }

  /** Answers how many links were written. */
  private async chainAll(schedule: CheckpointSchedule, signal: AbortSignal): Promise<number> {
    let written = 0;
    let links: NewLink[] | null = [];
    do {
      links = await chainNext(this.options.database, LINKS_PER_BATCH_MAX);
      for (const { workspaceId } of links ?? []) schedule.linked(workspaceId, this.options.now().getTime());
      written += links?.length ?? 0;
    } while ((links === null || links.length === LINKS_PER_BATCH_MAX) && !signal.aborted);
    return written;
  }

  private async sign(workspaceIds: string[]): Promise<void> {
    const { database, signingKey: key, now } = this.options;
    for (let first = 0; first < workspaceIds.length; first += CHECKPOINTS_PER_BATCH_MAX) {
      const batch = workspaceIds.slice(first, first + CHECKPOINTS_PER_BATCH_MAX);
      const ends = await unsignedEnds(database, batch);
      await signEnds(database, ends, { key, now: now() });
    }
  }

  private async hint(signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    this.wake = () => woken.abort();
    await sleep(this.times.pollMs, undefined, { signal: AbortSignal.any([woken.signal, signal]) }).catch(
      () => undefined,
    );
  }
}
