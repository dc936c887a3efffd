/**
 * The end of the log, read once for all groups of this process: a buffer of its newest events, filled when an
 * append is signalled or the poll is due. A group that is further behind reads for itself until it catches up.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStore } from '../../event-store/event-store.js';
import type { StreamKind } from '../../events/streams.js';
import { BATCH_EVENTS_MAX } from '../event-bus.js';
import { LoggedEvent } from './logged-event.js';

const BUFFER_EVENTS_MAX = 1_000;
/** Of all buffered events together; see LoggedEvent.weight. */
const BUFFER_ROWS_MAX = 60_000;
/**
 * Between two reads while appends come faster than this: reading for each of them would take as much of the server
 * as appending them does. The first append after a pause is read at once.
 */
const READ_SPACING_MS = 2;
/** A page of this many events or rows was probably cut: there is more behind it. */
const LARGE_PAGE_EVENTS = 100;
const LARGE_PAGE_ROWS = 1_000;
/** How soon to look again for an event that was appended but is not visible yet: another write is still open. */
const RECHECK_MS_MIN = 1;

export interface LogTailOptions {
  store: EventStore;
  /** Stream kinds that anyone here may want; undefined: all. */
  kinds?: readonly StreamKind[] | undefined;
  /** Fallback for signals that were lost, and for appends by processes that send none. */
  pollMs: number;
}

export class LogTail {
  private buffer: LoggedEvent[] = [];
  private bufferRows = 0;
  /** The buffer holds every event behind `start`, up to `end`. */
  private start = 0n;
  private end = 0n;
  private highestAppended = 0n;
  /** Whether there may be something behind `end`; while not, nobody needs to ask the store. */
  private stale = true;
  private lastReadAt = -Infinity;
  private advancing: Promise<void> | null = null;
  private readonly waiters = new Set<() => void>();
  private readonly closing = new AbortController();
  private unsubscribe: () => void = () => undefined;
  private watching: Promise<void> = Promise.resolve();
  private poke: () => void = () => undefined;

  constructor(private readonly options: LogTailOptions) {}

  open(): void {
    this.unsubscribe = this.options.store.onAppend((position) => {
      if (position !== null && position > this.highestAppended) this.highestAppended = position;
      this.stale = true;
      this.poke();
    });
    this.watching = this.watch();
  }

  async close(): Promise<void> {
    this.unsubscribe();
    this.closing.abort();
    this.poke();
    await this.watching;
  }

  /** The position up to which the log was read last. */
  get seen(): bigint {
    return this.end;
  }

  /** Events behind `after`, 1 to BATCH_EVENTS_MAX of them, or none at the end. Rejects when the store does. */
  async read(after: bigint): Promise<LoggedEvent[]> {
    if (after > this.end) await this.advance();
    if (after > this.end) this.restartAt(after);
    if (after < this.start) return this.load(after);
    if (after === this.end && this.stale) await this.advance();
    return this.buffered(after);
  }

  /** `over` resolves when the log goes on behind `after`, `wake` is called, or the signal aborts. */
  waitBeyond(after: bigint, signal: AbortSignal): { over: Promise<void>; wake: () => void } {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => resolve();
    if (this.end > after || signal.aborted) wake();
    this.waiters.add(wake);
    signal.addEventListener('abort', wake, { once: true });
    // Something was appended while nobody waited: the watch has not looked, or not lately.
    if (this.stale || this.highestAppended > this.end) this.poke();
    const over = promise.finally(() => {
      this.waiters.delete(wake);
      signal.removeEventListener('abort', wake);
    });
    return { over, wake };
  }

  private buffered(after: bigint): LoggedEvent[] {
    if (after < this.start) return [];
    const first = this.buffer.findLastIndex(({ recorded }) => recorded.position <= after) + 1;
    return this.buffer.slice(first, first + BATCH_EVENTS_MAX);
  }

  private async load(after: bigint): Promise<LoggedEvent[]> {
    const { store, kinds } = this.options;
    const page = await store.readAll({ after, limit: BATCH_EVENTS_MAX, kinds });
    return page.map((recorded) => new LoggedEvent(recorded));
  }

  /** One read at a time; whoever asks meanwhile shares it. */
  private advance(): Promise<void> {
    this.advancing ??= this.readOn().finally(() => {
      this.advancing = null;
    });
    return this.advancing;
  }

  private async readOn(): Promise<void> {
    const pauseMs = this.lastReadAt + READ_SPACING_MS - performance.now();
    if (pauseMs > 0) await sleep(pauseMs);
    const from = this.end;
    this.stale = false;
    const page = await this.load(from).catch((error: unknown) => {
      this.stale = true;
      throw error;
    });
    const last = page.at(-1);
    if (!last || this.end !== from) return;
    const rows = page.reduce((sum, { weight }) => sum + weight, 0);
    const isLarge = page.length >= LARGE_PAGE_EVENTS || rows >= LARGE_PAGE_ROWS;
    this.stale ||= isLarge;
    this.lastReadAt = isLarge ? -Infinity : performance.now();
    this.bufferRows += rows;
    this.buffer.push(...page);
    this.end = last.recorded.position;
    this.trim();
    this.wakeWaiters();
  }

  private wakeWaiters(): void {
    for (const waiter of this.waiters) waiter();
  }

  private trim(): void {
    let dropped = 0;
    while (this.buffer.length - dropped > BUFFER_EVENTS_MAX || this.bufferRows > BUFFER_ROWS_MAX) {
      const event = this.buffer[dropped];
      if (!event) break;
      this.bufferRows -= event.weight;
      this.start = event.recorded.position;
      dropped += 1;
    }
    if (dropped > 0) this.buffer = this.buffer.slice(dropped);
  }

  /** Somebody is further than we have read: the buffer follows. */
  private restartAt(position: bigint): void {
    this.buffer = [];
    this.bufferRows = 0;
    this.start = position;
    this.end = position;
    this.stale = true;
    this.wakeWaiters();
  }

  private async watch(): Promise<void> {
    const { signal } = this.closing;
    let recheckMs = RECHECK_MS_MIN;
    while (!signal.aborted) {
      const behind = this.highestAppended > this.end;
      const poked = await this.pokedWithin(behind ? recheckMs : this.options.pollMs);
      recheckMs = poked || !behind ? RECHECK_MS_MIN : Math.min(recheckMs * 2, this.options.pollMs);
      // Nobody waits at the end: those who are behind read for themselves, and the buffer is not needed.
      if (signal.aborted || this.waiters.size === 0) continue;
      // A store that is away comes back; the next poll tries again.
      await this.advance().catch(() => undefined);
    }
  }

  private async pokedWithin(timeoutMs: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), timeoutMs);
    this.poke = () => resolve(true);
    const poked = await promise;
    clearTimeout(timer);
    return poked;
  }
}
