/**
 * The event bus without a broker: fed straight from the log. Several processes may take part; each group is
 * delivered by one of them at a time, the others stand by.
 */
import type { EventStore } from '../../event-store/event-store.js';
import { kindsOf, type Topic } from '../../events/streams.js';
import type { Database } from '../../platform/database/database.js';
import type { DeadLetters } from '../dead-letters.js';
import type { DeliveryObserver } from '../delivery.js';
import type { ConsumerGroup, EventBus, GroupHealth, Subscription } from '../event-bus.js';
import type { RetryPolicy } from '../failure.js';
import { Checkpoints } from './checkpoints.js';
import { GroupConsumer } from './group-consumer.js';
import { LogTail } from './log-tail.js';
import { PARTITION } from './logged-event.js';
import { Memberships } from './membership.js';

export interface EmbeddedEventBusOptions {
  store: EventStore;
  database: Database;
  /** The same object that re-drives are asked through, so that they start at once. */
  deadLetters: DeadLetters;
  /** What may be subscribed to, default every topic. Events of other topics are not even read. */
  topics?: readonly Topic[];
  observer?: DeliveryObserver;
  policy?: Partial<RetryPolicy>;
  /** How often to look for events nobody signalled. Default 500. */
  pollMs?: number;
  /** The longest a handled event stays without a checkpoint. Default 100. */
  checkpointMs?: number;
  /** How often a process that stands by asks for a group's turn. Default 500. */
  standbyPollMs?: number;
  /** How often a group with dead letters looks for re-drives asked for elsewhere. Default 1,000. */
  redrivePollMs?: number;
}

export class EmbeddedEventBus implements EventBus {
  private readonly tail: LogTail;
  private readonly memberships: Memberships;
  private readonly checkpoints: Checkpoints;
  private readonly consumers = new Map<string, { options: ConsumerGroup; consumer: GroupConsumer }>();
  private opened = false;
  private closing: Promise<void> | null = null;

  constructor(private readonly options: EmbeddedEventBusOptions) {
    const { store, database } = options;
    const kinds = options.topics && kindsOf(options.topics);
    this.tail = new LogTail({ store, kinds, pollMs: options.pollMs ?? 500 });
    this.memberships = new Memberships({
      url: database.options.url,
      applicationName: `${database.options.applicationName}-bus`,
      standbyPollMs: options.standbyPollMs ?? 500,
    });
    this.checkpoints = new Checkpoints({ database, writeMs: options.checkpointMs ?? 100 });
  }

  partitionOf(_topic: Topic, _key: string): number {
    return PARTITION;
  }

  async subscribe(consumer: ConsumerGroup): Promise<Subscription> {
    if (this.closing) throw new Error('the bus is closed');
    if (this.consumers.has(consumer.group))
      throw new Error(`this process takes part in ${consumer.group} already`);
    const unread = consumer.topics.find((topic) => this.options.topics?.includes(topic) === false);
    if (unread) throw new Error(`${consumer.group} subscribes to ${unread}, which this bus does not read`);
    if (consumer.topics.length === 0) throw new Error(`${consumer.group} subscribes to no topic`);
    if (!this.opened) this.tail.open();
    this.opened = true;

    const { store, deadLetters, redrivePollMs = 1_000, policy, observer } = this.options;
    const running = new GroupConsumer({
      consumer,
      tail: this.tail,
      memberships: this.memberships,
      checkpoints: this.checkpoints,
      deadLetters,
      headPosition: () => store.headPosition(),
      redrivePollMs,
      policy,
      observer,
    });
    this.consumers.set(consumer.group, { options: consumer, consumer: running });
    try {
      await running.start();
    } catch (error) {
      this.consumers.delete(consumer.group);
      throw error;
    }
    return {
      stop: async () => {
        await running.stop();
        this.consumers.delete(consumer.group);
      },
    };
  }

  async health(): Promise<GroupHealth[]> {
    const groups = [...this.consumers.keys()];
    const { rows } = await this.options.database.query<{
      group_name: string;
      place: string;
      position: string;
    }>(
      `SELECT group_name, topic || '/' || partition AS place, position
         FROM bus_checkpoints WHERE group_name = ANY ($1)`,
      [groups],
    );
    const { rows: letters } = await this.options.database.query<{ group_name: string; count: number }>(
      'SELECT group_name, count(*)::integer AS count FROM dead_letters WHERE group_name = ANY ($1) GROUP BY 1',
      [groups],
    );
    return [...this.consumers].map(([group, { options, consumer }]): GroupHealth => {
      const stored = rows.filter((row) => row.group_name === group);
      const { progress } = consumer;
      const checkpoints = Object.fromEntries(
        progress
          ? options.topics.map((topic) => [`${topic}/${PARTITION}`, progress.position])
          : stored.map(({ place, position }) => [place, BigInt(position)]),
      );
      const behind = Object.values(checkpoints).some((position) => position < this.tail.seen);
      return {
        group,
        running: consumer.isRunning,
        checkpoints,
        caughtUp: progress?.caughtUp ?? !behind,
        deadLetters: letters.find((row) => row.group_name === group)?.count ?? 0,
      };
    });
  }

  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  private async shutDown(): Promise<void> {
    await Promise.all([...this.consumers.values()].map(({ consumer }) => consumer.stop()));
    this.consumers.clear();
    await this.tail.close();
    await this.checkpoints.close();
    await this.memberships.close();
  }
}
