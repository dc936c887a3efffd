/**
 * Delivering to one group's handler, whatever brings the events: retries, isolation of the event that fails, dead
 * letters and the quarantine of their keys, re-driving. One instance per group and process; the transport calls
 * `deliver` and `redrive` one after the other and commits its checkpoint or offset after `deliver` resolved.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordedEvent } from '../events/contract.js';
import { readEvent, type ReadEvent } from '../events/registry.js';
import type { Topic } from '../events/streams.js';
import type { DeadLetters, KeyRef, NewDeadLetter } from './dead-letters.js';
import { REDRIVEN_HEADER, type ConsumerGroup, type DeadLetter, type Delivery } from './event-bus.js';
import { RETRY_POLICY, backoffMs, classifyFailure, type RetryPolicy } from './failure.js';

/** An event as the transport brings it, not yet read. */
export interface Incoming {
  topic: Topic;
  partition: number;
  key: string;
  headers: Record<string, string>;
  /** Its workspaceId must be a UUID, whatever else is wrong with it: a dead letter belongs to a workspace. */
  recorded: RecordedEvent;
  /** `readEvent` of `recorded`: the current version, validated. Throws. */
  read(): ReadEvent;
}

/** What an operator wants to see of it. All called synchronously; must not throw. */
export interface DeliveryObserver {
  handled?(group: string, events: number, tookMs: number): void;
  retrying?(group: string, error: unknown, attempt: number, delayMs: number): void;
  setAside?(letter: NewDeadLetter): void;
}

/** Where letters are kept; a transport may do more with those it sets aside. */
export type LetterStore = Pick<
  DeadLetters,
  'quarantine' | 'setAside' | 'requests' | 'oldest' | 'remove' | 'failedAgain' | 'closeRequest'
>;

export interface GroupDeliveryOptions {
  consumer: Pick<ConsumerGroup, 'group' | 'handle'>;
  deadLetters: LetterStore;
  /** Ends waiting between tries; a handler that runs is left to finish. */
  signal: AbortSignal;
  policy?: Partial<RetryPolicy>;
  observer?: DeliveryObserver;
  random?: () => number;
}

/** `deliver` was ended by its signal: the batch is not handled and its checkpoint must not be committed. */
export class DeliveryStopped extends Error {
  constructor() {
    super('delivery was stopped');
    this.name = 'DeliveryStopped';
  }
}

interface Failure {
  error: unknown;
  attempts: number;
}

/** One line for the dead letter's error: the class and what it said. */
const describe = (error: unknown) => ({
  errorClass: error instanceof Error ? error.name : typeof error,
  errorMessage: error instanceof Error ? error.message : String(error),
});

const placeOf = ({ topic, key }: Pick<Incoming, 'topic' | 'key'>) => `${topic}\n${key}`;

export class GroupDelivery {
  /** Keys with dead letters. Exact while this is the group's active member, so looking costs no query. */
  private readonly quarantined = new Map<string, { first: bigint; count: number }>();
  private readonly policy: RetryPolicy;
  private readonly random: () => number;

  constructor(private readonly options: GroupDeliveryOptions) {
    this.policy = { ...RETRY_POLICY, ...options.policy };
    this.random = options.random ?? Math.random;
  }

  private get group(): string {
    return this.options.consumer.group;
  }

  get deadLetterCount(): number {
    return [...this.quarantined.values()].reduce((sum, { count }) => sum + count, 0);
  }

  /**
   * Reads the quarantine. Call whenever this process becomes the one that delivers (a lease won, partitions
   * assigned): until then another one may have changed it.
   */
  async start(): Promise<void> {
    const keys = await this.persistently(() => this.options.deadLetters.quarantine(this.group));
    this.quarantined.clear();
    for (const key of keys) this.quarantined.set(placeOf(key), key);
  }

  /** Resolves when every event was handled or set aside. Throws DeliveryStopped only. */
  async deliver(batch: Incoming[]): Promise<void> {
    const { ready, letters } = this.sort(batch);
    if (ready.length > 0) {
      const failure = await this.attempt(ready, this.policy.batchAttemptsMax);
      if (failure) letters.push(...(await this.deliverOneByOne(ready)));
    }
    await this.setAside(letters);
  }

  /** Events of quarantined keys, and those that cannot be read, are not for the handler. */
  private sort(batch: Incoming[]): {
    ready: { delivery: Delivery; incoming: Incoming }[];
    letters: NewDeadLetter[];
  } {
    const ready: { delivery: Delivery; incoming: Incoming }[] = [];
    const letters: NewDeadLetter[] = [];
    const blocked = new Set<string>();
    for (const incoming of batch) {
      if (blocked.has(placeOf(incoming)) || this.waitsBehindAnother(incoming)) {
        letters.push(this.letter(incoming, 'waiting', null));
        continue;
      }
      const { topic, partition, key, headers } = incoming;
      try {
        ready.push({ delivery: { topic, partition, key, headers, event: incoming.read() }, incoming });
      } catch (error) {
        blocked.add(placeOf(incoming));
        letters.push(this.letter(incoming, 'failed', { error, attempts: 1 }));
      }
    }
    return { ready, letters };
  }

  /**
   * What lies in front of the key's first letter was handled before (a repetition after a crash) and goes to the
   * handler again, which knows it; only what lies behind waits.
   */
  private waitsBehindAnother(incoming: Incoming): boolean {
    if (this.quarantined.size === 0) return false;
    const key = this.quarantined.get(placeOf(incoming));
    return key !== undefined && incoming.recorded.position >= key.first;
  }

  private async deliverOneByOne(
    ready: { delivery: Delivery; incoming: Incoming }[],
  ): Promise<NewDeadLetter[]> {
    const letters: NewDeadLetter[] = [];
    const blocked = new Set<string>();
    for (const one of ready) {
      if (blocked.has(placeOf(one.incoming))) {
        letters.push(this.letter(one.incoming, 'waiting', null));
        continue;
      }
      const failure = await this.attempt([one], this.policy.eventAttemptsMax);
      if (!failure) continue;
      blocked.add(placeOf(one.incoming));
      letters.push(this.letter(one.incoming, 'failed', failure));
    }
    return letters;
  }

  /** Null when handled. Transient failures are not counted: they go on until they end or we are stopped. */
  private async attempt(batch: { delivery: Delivery }[], attemptsMax: number): Promise<Failure | null> {
    const deliveries = batch.map(({ delivery }) => delivery);
    let poisoned = 0;
    for (let attempt = 1; ; attempt += 1) {
      this.throwIfStopped();
      const started = performance.now();
      try {
        await this.options.consumer.handle(deliveries);
        this.options.observer?.handled?.(this.group, deliveries.length, performance.now() - started);
        return null;
      } catch (error) {
        if (classifyFailure(error) === 'poison' && (poisoned += 1) >= attemptsMax)
          return { error, attempts: poisoned };
        await this.backOff(error, attempt);
      }
    }
  }

  private async setAside(letters: NewDeadLetter[]): Promise<void> {
    if (letters.length === 0) return;
    await this.persistently(() => this.options.deadLetters.setAside(letters));
    for (const letter of letters) this.options.observer?.setAside?.(letter);
    await this.start();
  }

  private letter(incoming: Incoming, reason: DeadLetter['reason'], failure: Failure | null): NewDeadLetter {
    const { topic, partition, key, headers, recorded } = incoming;
    const description = failure
      ? describe(failure.error)
      : { errorClass: 'Waiting', errorMessage: 'an earlier event of the same key is a dead letter' };
    return {
      group: this.group,
      topic,
      partition,
      key,
      position: recorded.position,
      headers,
      event: recorded,
      reason,
      ...description,
      attempts: failure?.attempts ?? 0,
    };
  }

  /**
   * Carries out the re-drives that were asked for: letters of a key in order, until one fails again. Costs nothing
   * when the group has no dead letters. The transport must have committed everything delivered so far, and calls
   * it now and then while `deadLetterCount > 0`. `owns`: whether this member holds the letter's partition.
   */
  async redrive(
    owns: (letter: Pick<DeadLetter, 'topic' | 'partition' | 'key'>) => boolean = () => true,
  ): Promise<void> {
    if (this.quarantined.size === 0) return;
    const { deadLetters } = this.options;
    for (const request of await this.persistently(() => deadLetters.requests(this.group)))
      await this.redriveKey(request, request.upTo, owns);
    await this.start();
  }

  private async redriveKey(
    key: KeyRef,
    upTo: bigint | null,
    owns: (letter: Pick<DeadLetter, 'topic' | 'partition' | 'key'>) => boolean,
  ): Promise<void> {
    const { deadLetters } = this.options;
    for (;;) {
      const letter = await this.persistently(() => deadLetters.oldest(key));
      if (letter && !owns(letter)) return;
      if (!letter || (upTo !== null && letter.position > upTo)) break;
      const failure = await this.redriveLetter(letter);
      if (failure) {
        const { attempts } = failure;
        await this.persistently(() =>
          deadLetters.failedAgain(letter.id, { ...describe(failure.error), attempts }),
        );
        break;
      }
      await this.persistently(() => deadLetters.remove(letter.id));
    }
    await this.persistently(() => deadLetters.closeRequest(key));
  }

  private async redriveLetter(letter: DeadLetter): Promise<Failure | null> {
    const { topic, partition, key } = letter;
    const headers = { ...letter.headers, [REDRIVEN_HEADER]: '1' };
    let event: ReadEvent;
    try {
      event = readEvent(letter.event);
    } catch (error) {
      return { error, attempts: 1 };
    }
    return this.attempt(
      [{ delivery: { topic, partition, key, headers, event } }],
      this.policy.eventAttemptsMax,
    );
  }

  /** Our own bookkeeping: a database that is away comes back, and until then nothing may be skipped. */
  private async persistently<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      this.throwIfStopped();
      try {
        return await work();
      } catch (error) {
        await this.backOff(error, attempt);
      }
    }
  }

  private async backOff(error: unknown, attempt: number): Promise<void> {
    const delayMs = backoffMs(attempt, this.policy, this.random);
    this.options.observer?.retrying?.(this.group, error, attempt, delayMs);
    try {
      await sleep(delayMs, undefined, { signal: this.options.signal });
    } catch {
      throw new DeliveryStopped();
    }
  }

  private throwIfStopped(): void {
    if (this.options.signal.aborted) throw new DeliveryStopped();
  }
}
