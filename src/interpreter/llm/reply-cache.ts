/**
 * Answers remembered for a while, and asked for once: whoever wants what somebody is already waiting for waits with
 * him. A request is given up only when nobody waits for it any more. Bounded; the entry used longest ago goes first.
 */
export interface CacheOptions {
  ttlMs: number;
  entriesMax: number;
  now?: () => number;
}

interface Flight<Value> {
  result: Promise<Value>;
  abort: AbortController;
  waiting: number;
}

export interface Found<Value> {
  value: Value;
  /** Somebody else paid for it. */
  shared: boolean;
}

export class ReplyCache<Value> {
  private readonly kept = new Map<string, { value: Value; until: number }>();
  private readonly flights = new Map<string, Flight<Value>>();
  private readonly now: () => number;

  constructor(private readonly options: CacheOptions) {
    this.now = options.now ?? (() => performance.now());
  }

  /**
   * `make` is called when nothing is remembered and nobody is asking; what it makes is kept where `keep` says so.
   * Rejects with the signal's reason when aborted, else as `make` does.
   */
  async get(
    key: string,
    make: (signal: AbortSignal) => Promise<Value>,
    keep: (value: Value) => boolean,
    signal?: AbortSignal,
  ): Promise<Found<Value>> {
    const known = this.remembered(key);
    if (known) return { value: known.value, shared: true };
    const running = this.flights.get(key);
    const flight = running ?? this.begin(key, make, keep);
    return { value: await this.wait(flight, signal), shared: running !== undefined };
  }

  private remembered(key: string): { value: Value } | null {
    const entry = this.kept.get(key);
    if (!entry) return null;
    this.kept.delete(key);
    if (entry.until <= this.now()) return null;
    this.kept.set(key, entry);
    return entry;
  }

  private begin(
    key: string,
    make: (signal: AbortSignal) => Promise<Value>,
    keep: (value: Value) => boolean,
  ): Flight<Value> {
    const abort = new AbortController();
    const result = make(abort.signal)
      .then((value) => {
        if (keep(value)) this.keep(key, value);
        return value;
      })
      .finally(() => {
        if (this.flights.get(key) === flight) this.flights.delete(key);
      });
    const flight: Flight<Value> = { result, abort, waiting: 0 };
    // Given up by everybody, it ends in a rejection that nobody awaits.
    result.catch(() => undefined);
    this.flights.set(key, flight);
    return flight;
  }

  private async wait(flight: Flight<Value>, signal: AbortSignal | undefined): Promise<Value> {
    flight.waiting++;
    let stop = (): void => undefined;
    const aborted = new Promise<never>((_, reject) => {
      const giveUp = (): void => reject(signal?.reason as Error);
      if (signal?.aborted) giveUp();
      signal?.addEventListener('abort', giveUp, { once: true });
      stop = () => signal?.removeEventListener('abort', giveUp);
    });
    try {
      return await Promise.race([flight.result, aborted]);
    } finally {
      stop();
      if (--flight.waiting === 0) this.giveUp(flight);
    }
  }

  /** Aborting what has ended does nothing; who comes later starts anew. */
  private giveUp(flight: Flight<Value>): void {
    for (const [key, running] of this.flights) if (running === flight) this.flights.delete(key);
    flight.abort.abort();
  }

  private keep(key: string, value: Value): void {
    this.kept.set(key, { value, until: this.now() + this.options.ttlMs });
    if (this.kept.size > this.options.entriesMax) this.kept.delete(this.kept.keys().next().value!);
  }
}
