/** The loop of one group in this process: wait for the group's turn, deliver what the log brings, give it back. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Topic } from '../../events/streams.js';
import type { DeadLetters } from '../dead-letters.js';
import { DeliveryStopped, GroupDelivery, type DeliveryObserver } from '../delivery.js';
import type { ConsumerGroup } from '../event-bus.js';
import { RETRY_POLICY, backoffMs, type RetryPolicy } from '../failure.js';
import type { Checkpoints } from './checkpoints.js';
import type { LogTail } from './log-tail.js';
import type { LoggedEvent } from './logged-event.js';
import type { Membership, Memberships } from './membership.js';

export interface GroupConsumerOptions {
  consumer: ConsumerGroup;
  tail: LogTail;
  memberships: Memberships;
  checkpoints: Checkpoints;
  deadLetters: DeadLetters;
  headPosition: () => Promise<bigint>;
  /** How often to look for re-drives asked for by other processes; only while the group has dead letters. */
  redrivePollMs: number;
  policy?: Partial<RetryPolicy> | undefined;
  observer?: DeliveryObserver | undefined;
}

export class GroupConsumer {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private delivery: GroupDelivery | null = null;
  private positions = new Map<Topic, bigint>();
  /** Everything up to here was looked at. */
  private position = 0n;
  private isCaughtUp = false;
  private isFailing = false;
  private redriveAsked = false;
  private redriveCheckedAt = 0;
  private wake: () => void = () => undefined;

  constructor(private readonly options: GroupConsumerOptions) {}

  /** Resolves when the group's start is fixed: what is appended from now on will be delivered. */
  async start(): Promise<void> {
    await this.loadPositions();
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Taking part; false while it cannot, say because the database is away. */
  get isRunning(): boolean {
    return !this.isFailing && !this.stopping.signal.aborted;
  }

  /** What this process knows; null while it only stands by. */
  get progress(): { position: bigint; caughtUp: boolean; deadLetters: number } | null {
    if (!this.delivery) return null;
    const caughtUp = this.isCaughtUp && this.position >= this.options.tail.seen;
    return { position: this.position, caughtUp, deadLetters: this.delivery.deadLetterCount };
  }

  private async loadPositions(): Promise<void> {
    const { consumer, checkpoints, headPosition } = this.options;
    const initial = () => (consumer.startFrom === 'now' ? headPosition() : Promise.resolve(0n));
    this.positions = await checkpoints.load(consumer.group, consumer.topics, initial);
    this.position = [...this.positions.values()].reduce((lowest, each) => (each < lowest ? each : lowest));
  }

  private async run(): Promise<void> {
    const { consumer, memberships } = this.options;
    for (let failures = 0; !this.stopping.signal.aborted;) {
      let membership: Membership | null = null;
      try {
        membership = await memberships.join(consumer.group, this.stopping.signal);
        await this.deliverAs(membership, () => {
          failures = 0;
          this.isFailing = false;
        });
      } catch (error) {
        if (this.stopping.signal.aborted || error instanceof DeliveryStopped) continue;
        await this.pause((failures += 1), error);
      } finally {
        this.delivery = null;
        await membership?.release();
      }
    }
  }

  private async pause(failures: number, error: unknown): Promise<void> {
    this.isFailing = true;
    const delayMs = backoffMs(failures, { ...RETRY_POLICY, ...this.options.policy }, Math.random);
    this.options.observer?.retrying?.(this.options.consumer.group, error, failures, delayMs);
    await sleep(delayMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  /** Until stopped or the group is lost. The checkpoint follows the effect, never the other way round. */
  private async deliverAs(membership: Membership, onProgress: () => void): Promise<void> {
    const { consumer, deadLetters, tail, policy, observer } = this.options;
    const fenced = new AbortController();
    const signal = AbortSignal.any([this.stopping.signal, membership.lost, fenced.signal]);
    const delivery = new GroupDelivery({
      consumer,
      deadLetters,
      signal,
      ...(policy && { policy }),
      ...(observer && { observer }),
    });
    await this.loadPositions();
    await delivery.start();
    this.delivery = delivery;
    const unsubscribe = deadLetters.onRedriveRequested((group) => {
      if (group !== consumer.group) return;
      this.redriveAsked = true;
      this.wake();
    });
    try {
      while (!signal.aborted) {
        const batch = await tail.read(this.position);
        onProgress();
        if (batch.length > 0) await this.deliverBatch(batch, delivery, membership, () => fenced.abort());
        else this.isCaughtUp = true;
        await this.redriveWhenDue(delivery);
        if (batch.length === 0) await this.waitForMore(signal, delivery);
      }
    } finally {
      unsubscribe();
      await this.options.checkpoints.flush().catch(() => undefined);
    }
  }

  private async deliverBatch(
    batch: LoggedEvent[],
    delivery: GroupDelivery,
    { epoch }: Membership,
    onFenced: () => void,
  ): Promise<void> {
    const { consumer, checkpoints } = this.options;
    const wanted = batch.filter(({ topic, recorded }) => {
      const handledTo = this.positions.get(topic);
      return handledTo !== undefined && recorded.position > handledTo;
    });
    if (wanted.length > 0) {
      this.isCaughtUp = false;
      await delivery.deliver(wanted);
    }
    this.position = batch.at(-1)!.recorded.position;
    checkpoints.moved(consumer.group, { epoch, topics: consumer.topics, position: this.position, onFenced });
  }

  /** Asked for in this process, or it is time to see whether another one has asked. */
  private async redriveWhenDue(delivery: GroupDelivery): Promise<void> {
    const isDue =
      this.redriveAsked || performance.now() - this.redriveCheckedAt >= this.options.redrivePollMs;
    this.redriveAsked = false;
    if (delivery.deadLetterCount === 0 || !isDue) return;
    this.redriveCheckedAt = performance.now();
    // A re-driven event must not come again as an ordinary one: what was delivered is recorded first.
    await this.options.checkpoints.flush();
    await delivery.redrive();
  }

  private async waitForMore(signal: AbortSignal, delivery: GroupDelivery): Promise<void> {
    const { over, wake } = this.options.tail.waitBeyond(this.position, signal);
    this.wake = wake;
    if (this.redriveAsked) wake();
    const timer = delivery.deadLetterCount > 0 ? setTimeout(wake, this.options.redrivePollMs) : undefined;
    await over;
    clearTimeout(timer);
  }
}
