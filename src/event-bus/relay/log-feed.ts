/** Pages of the log, the next one read while the last one is being sent, and a wait at the end that is short. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordedEvent } from '../../events/contract.js';
import { READ_EVENTS_MAX, type EventStore } from '../../event-store/event-store.js';

/** How soon to look again for an event that was appended but is not visible yet: another write is still open. */
const RECHECK_MS_MIN = 1;

export class LogFeed {
  private reading: Promise<RecordedEvent[]> | null = null;
  private highestAppended = 0n;
  private hinted = false;
  private recheckMs = RECHECK_MS_MIN;
  private wake: () => void = () => undefined;
  private readonly unsubscribe: () => void;

  constructor(
    private readonly store: Pick<EventStore, 'readAll' | 'onAppend'>,
    private after: bigint,
  ) {
    this.unsubscribe = store.onAppend((position) => {
      this.hinted = true;
      if (position !== null && position > this.highestAppended) this.highestAppended = position;
      this.wake();
    });
  }

  /** Empty at the end of the log. The page behind a full one is being read when this resolves. */
  async next(): Promise<RecordedEvent[]> {
    if (!this.reading) this.hinted = false;
    const page = await (this.reading ?? this.read());
    this.reading = null;
    const last = page.at(-1);
    if (!last) return page;
    this.after = last.position;
    this.recheckMs = RECHECK_MS_MIN;
    this.hinted = false;
    this.reading = this.read();
    // Whoever asks for it learns why it failed.
    this.reading.catch(() => undefined);
    return page;
  }

  /** Until there may be more, at most so long. */
  async wait(timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (this.hinted) return;
    const isInvisible = this.highestAppended > this.after;
    const waitMs = isInvisible ? Math.min(this.recheckMs, timeoutMs) : timeoutMs;
    this.recheckMs = isInvisible ? this.recheckMs * 2 : RECHECK_MS_MIN;
    const woken = new AbortController();
    this.wake = () => woken.abort();
    await sleep(waitMs, undefined, { signal: AbortSignal.any([woken.signal, signal]) }).catch(
      () => undefined,
    );
  }

  close(): void {
    this.unsubscribe();
  }

  private read(): Promise<RecordedEvent[]> {
    return this.store.readAll({ after: this.after, limit: READ_EVENTS_MAX });
  }
}
