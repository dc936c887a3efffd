/** The event bus on Kafka: consumer groups of the topics that the relay fills from the log. */
import type { EventStore } from '../../event-store/event-store.js';
import type { Topic } from '../../events/streams.js';
import type { Database } from '../../platform/database/database.js';
import type { DeadLetters } from '../dead-letters.js';
import type { DeliveryObserver } from '../delivery.js';
import type { ConsumerGroup, EventBus, GroupHealth, Subscription } from '../event-bus.js';
import type { RetryPolicy } from '../failure.js';
import { KafkaCheckpoints } from './checkpoints.js';
import type { KafkaConnection } from './connection.js';
import { DeadLetterTopic } from './dead-letter-topic.js';
import { GroupConsumer, type ConsumerTimes } from './group-consumer.js';
import { LayoutCache } from './layout-cache.js';
import { layoutAt, partitionOfKey } from './partitions.js';
import { ResilientProducer } from './producer.js';
import type { TopicSettings } from './topics.js';

/** A process that was killed holds its partitions for `sessionMs`; everything else is noticed at once. */
export const CONSUMER_TIMES: ConsumerTimes = {
  sessionMs: 10_000,
  heartbeatMs: 1_000,
  fetchWaitMs: 1_000,
  metadataAgeMs: 10_000,
  joinWaitMs: 2_000,
  redrivePollMs: 1_000,
};

export interface KafkaEventBusOptions {
  connection: KafkaConnection;
  topics: TopicSettings;
  /** Of the log: where "from now on" begins. */
  store: Pick<EventStore, 'headPosition'>;
  database: Database;
  /** The same object that re-drives are asked through, so that they start at once. */
  deadLetters: DeadLetters;
  observer?: DeliveryObserver;
  policy?: Partial<RetryPolicy>;
  times?: Partial<ConsumerTimes>;
  /** The longest a handled event stays unrecorded. Default 100. */
  checkpointMs?: number;
  /** How soon `partitionOf` knows of a topic's growth. Default 1,000. */
  layoutRefreshMs?: number;
}

export class KafkaEventBus implements EventBus {
  private readonly checkpoints: KafkaCheckpoints;
  private readonly layouts: LayoutCache;
  private readonly producer: ResilientProducer;
  private readonly deadLetterTopic: DeadLetterTopic;
  private readonly consumers = new Map<string, { options: ConsumerGroup; consumer: GroupConsumer }>();
  private closing: Promise<void> | null = null;

  constructor(private readonly options: KafkaEventBusOptions) {
    const { connection, topics, database } = options;
    this.checkpoints = new KafkaCheckpoints({ database, writeMs: options.checkpointMs ?? 100 });
    this.layouts = new LayoutCache({
      database,
      partitionsDefault: topics.partitions,
      refreshMs: options.layoutRefreshMs ?? 1_000,
    });
    this.producer = new ResilientProducer(connection);
    this.deadLetterTopic = new DeadLetterTopic({ connection, producer: this.producer, topics });
  }

  partitionOf(topic: Topic, key: string, position?: bigint): number {
    return partitionOfKey(key, layoutAt(this.layouts.of(topic), position).partitions);
  }

  async subscribe(consumer: ConsumerGroup): Promise<Subscription> {
    if (this.closing) throw new Error('the bus is closed');
    if (this.consumers.has(consumer.group))
      throw new Error(`this process takes part in ${consumer.group} already`);
    if (consumer.topics.length === 0) throw new Error(`${consumer.group} subscribes to no topic`);

    const { connection, deadLetters, store, policy, observer, times } = this.options;
    const running = new GroupConsumer({
      connection,
      consumer,
      deadLetters,
      deadLetterTopic: this.deadLetterTopic,
      checkpoints: this.checkpoints,
      layouts: this.layouts,
      headPosition: () => store.headPosition(),
      times: { ...CONSUMER_TIMES, ...times },
      policy,
      observer,
    });
    this.consumers.set(consumer.group, { options: consumer, consumer: running });
    try {
      await running.start();
    } catch (error) {
      this.consumers.delete(consumer.group);
      await running.stop();
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
    const [handled, letters] = await Promise.all([this.handled(groups), this.letterCounts(groups)]);
    return [...this.consumers].map(([group, { consumer }]): GroupHealth => {
      const mine = handled.filter((row) => row.group_name === group && row.position !== null);
      const lagEvents = handled
        .filter((row) => row.group_name === group)
        .reduce((sum, { lag }) => sum + Number(lag), 0);
      return {
        group,
        running: consumer.isRunning,
        checkpoints: Object.fromEntries(
          mine.map(({ topic, partition, position }) => [`${topic}/${partition}`, BigInt(position!)]),
        ),
        caughtUp: lagEvents === 0,
        deadLetters: letters.get(group) ?? 0,
        lagEvents,
        ...(consumer.trouble === null ? {} : { trouble: consumer.trouble }),
      };
    });
  }

  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  /** Of every partition of the groups' topics that the relay has written to. */
  private async handled(groups: string[]): Promise<HandledRow[]> {
    const subscribed = [...this.consumers.values()].flatMap(({ options: { group, topics } }) =>
      topics.map((topic) => ({ group, topic })),
    );
    const { rows } = await this.options.database.query<HandledRow>(HANDLED, [
      subscribed.map(({ group }) => group),
      subscribed.map(({ topic }) => topic),
    ]);
    return rows.filter(({ group_name }) => groups.includes(group_name));
  }

  private async letterCounts(groups: string[]): Promise<Map<string, number>> {
    const { rows } = await this.options.database.query<{ group_name: string; count: number }>(
      'SELECT group_name, count(*)::integer AS count FROM dead_letters WHERE group_name = ANY ($1) GROUP BY 1',
      [groups],
    );
    return new Map(rows.map(({ group_name, count }) => [group_name, count]));
  }

  private async shutDown(): Promise<void> {
    await Promise.all([...this.consumers.values()].map(({ consumer }) => consumer.stop()));
    this.consumers.clear();
    await this.checkpoints.close();
    this.layouts.close();
    await this.producer.close();
  }
}

interface HandledRow {
  group_name: string;
  topic: Topic;
  partition: number;
  position: string | null;
  lag: string;
}

/**
 * $1, $2 groups and their topics. How many events are between a group and the relay, counted in offsets, because
 * positions of the log have gaps: in a partition where the group is at the relay's position there are none.
 */
const HANDLED = `
  SELECT s.group_name, r.topic, r.partition, c.position,
         CASE WHEN coalesce(c.position, start.position, 0) >= r.position THEN 0
              ELSE greatest(1, r.next_offset - coalesce(c.next_offset, 0)) END AS lag
    FROM unnest($1::text[], $2::text[]) AS s (group_name, topic)
    JOIN relay_partitions r ON r.topic = s.topic
    LEFT JOIN kafka_checkpoints c
      ON c.group_name = s.group_name AND c.topic = r.topic AND c.partition = r.partition
    LEFT JOIN kafka_checkpoints start
      ON start.group_name = s.group_name AND start.topic = r.topic AND start.partition = -1`;
