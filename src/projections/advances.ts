/** Waking those who wait for a read model, each only by the stream it waits for. */

/** Looking again for what another process projected: first after this long, then twice as long each time. */
const POLL_MS_MIN = 25;
const POLL_MS_MAX = 200;
/** The first look where this process is expected to advance: its own advance wakes, and this is for when it does not come. */
const EXPECTED_POLL_MS = 500;

export interface WaitOptions {
  timeoutMs: number;
  /** Wakes on events of this stream only; otherwise on every advance of the projection. */
  streamId?: string | undefined;
  /** Of the stream's events, those that may have brought about what is waited for; all of them when absent. */
  wokenBy?: ((type: string) => boolean) | undefined;
  /**
   * What this process knows by itself, asked first and at every advance of its own: the condition is then looked at
   * only now and then, for what another process has done.
   */
  isKnown?: (() => boolean) | undefined;
  /** This process advances the partition waited for, as far as it knows. */
  isExpectedHere?: boolean | undefined;
  /** Ends the wait early, as if its time were over. */
  signal?: AbortSignal | undefined;
}

/** One who waits. */
interface Sleeper {
  wake(): void;
  wokenBy: WaitOptions['wokenBy'];
}

export class Advances {
  private readonly sleepers = new Map<string, Set<Sleeper>>();

  /** This process has projected these events. */
  advanced(projection: string, events: Iterable<{ streamId: string; type: string }>): void {
    for (const { streamId, type } of events) this.wake(place(projection, streamId), type);
    this.wake(place(projection));
  }

  /**
   * Looks at `condition` now, at every advance, and at growing intervals; with `isKnown` at growing intervals only. False
   * when the time is over first.
   */
  async waitUntil(
    projection: string,
    condition: () => Promise<boolean>,
    options: WaitOptions,
  ): Promise<boolean> {
    const deadline = performance.now() + options.timeoutMs;
    let wokenByAdvance = true;
    for (
      let pollMs = options.isExpectedHere ? EXPECTED_POLL_MS : POLL_MS_MIN;
      ;
      pollMs = Math.min(pollMs * 2, POLL_MS_MAX)
    ) {
      // Listening starts before looking: an advance in between must not be missed.
      const sleep = this.sleep(place(projection, options.streamId), options);
      try {
        const isDue = !options.isKnown || !wokenByAdvance;
        if (options.isKnown?.() || (isDue && (await condition()))) return true;
        const leftMs = deadline - performance.now();
        if (leftMs <= 0 || options.signal?.aborted) return false;
        wokenByAdvance = await sleep.atMost(Math.min(pollMs, leftMs));
      } finally {
        sleep.end();
      }
    }
  }

  private wake(at: string, type?: string): void {
    for (const { wake, wokenBy } of this.sleepers.get(at) ?? [])
      if (type === undefined || !wokenBy || wokenBy(type)) wake();
  }

  /** `atMost` resolves true when an advance ended it. */
  private sleep(at: string, { signal, wokenBy }: Pick<WaitOptions, 'signal' | 'wokenBy'>) {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const wake = () => resolve(true);
    const timeOut = () => resolve(false);
    const sleepers = this.sleepers.get(at) ?? new Set();
    const sleeper = { wake, wokenBy };
    this.sleepers.set(at, sleepers.add(sleeper));
    signal?.addEventListener('abort', timeOut);
    let timer: NodeJS.Timeout | undefined;
    return {
      atMost: (ms: number) => {
        timer = setTimeout(timeOut, ms);
        return promise;
      },
      end: () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', timeOut);
        sleepers.delete(sleeper);
        if (sleepers.size === 0 && this.sleepers.get(at) === sleepers) this.sleepers.delete(at);
      },
    };
  }
}

const place = (projection: string, streamId?: string) => `${projection}\n${streamId ?? ''}`;
