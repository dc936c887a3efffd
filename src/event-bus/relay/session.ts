/**
 * Relaying for as long as nothing goes wrong: read, place, send, record. One send is outstanding at a time; the next
 * page is read and placed meanwhile. Anything that fails ends the session, and the next one begins where PostgreSQL
 * says that the last one was: what was sent and not recorded is sent again.
 */
import type { Admin, RecordMetadata } from 'kafkajs';
import type { RecordedEvent } from '../../events/contract.js';
import type { EventStore } from '../../event-store/event-store.js';
import { TOPICS, type Topic } from '../../events/streams.js';
import type { Database } from '../../platform/database/database.js';
import { openClient, type KafkaConnection } from '../kafka/connection.js';
import { EventBusError, toEventBusError } from '../kafka/errors.js';
import { topicName, topicOf } from '../kafka/names.js';
import { ResilientProducer } from '../kafka/producer.js';
import { ensureEventTopics, type TopicSettings } from '../kafka/topics.js';
import type { Lease } from './lease.js';
import { LogFeed } from './log-feed.js';
import { planSends, type Send, type TopicPlan } from './plan.js';
import { loadState, RelayRecord, type RelayState } from './state.js';
import { inspectTopic } from './topic-state.js';

export interface SessionOptions {
  connection: KafkaConnection;
  topics: TopicSettings;
  store: Pick<EventStore, 'readAll' | 'onAppend'>;
  database: Database;
  /** Fallback for appends that nobody signalled. */
  pollMs: number;
  /** How often to look whether a topic grew or is another one. */
  inspectMs: number;
  /** How long after taking the lease a topic's growth is acted on: a predecessor's last send may still arrive. */
  settleMs: number;
}

/** An event this young counts as relayed in time. */
const IN_TIME_MS = 1_000;

export class RelaySession {
  private state: RelayState = new Map();
  private plan = new Map<Topic, TopicPlan>();
  private readonly record: RelayRecord;
  private readonly producer: ResilientProducer;
  private readonly started = performance.now();
  private outstanding: Promise<void> = Promise.resolve();
  private recording: Promise<void> = Promise.resolve();
  private inspected = -Infinity;

  constructor(
    private readonly options: SessionOptions,
    private readonly lease: Lease,
  ) {
    this.record = new RelayRecord(options.database, lease.epoch);
    this.producer = new ResilientProducer(options.connection);
  }

  /**
   * Resolves when the signal aborts, or when the state in PostgreSQL changed and must be read again. Throws
   * EventBusError. `onWorking` is called whenever a send has succeeded or nothing is left to send.
   */
  async run(signal: AbortSignal, onWorking: () => void): Promise<void> {
    const { connection, topics, store, database } = this.options;
    await ensureEventTopics(connection, topics);
    this.state = await loadState(database, TOPICS);
    const admin = openClient(connection).admin();
    let feed: LogFeed | undefined;
    try {
      await admin.connect().catch((error: unknown) => {
        throw toEventBusError(error, 'connecting to Kafka');
      });
      if (await this.inspect(admin)) return;
      this.plan = planOf(this.state);
      feed = new LogFeed(store, lowest(this.state));
      await this.relay(feed, admin, signal, onWorking);
    } finally {
      feed?.close();
      await this.outstanding.catch(() => undefined);
      await this.recording.catch(() => undefined);
      await this.producer.close();
      await admin.disconnect().catch(() => undefined);
    }
  }

  private async relay(
    feed: LogFeed,
    admin: Admin,
    signal: AbortSignal,
    onWorking: () => void,
  ): Promise<void> {
    while (!signal.aborted) {
      const page = await feed.next();
      if (performance.now() - this.inspected >= this.options.inspectMs) {
        await this.drain();
        if (await this.inspect(admin)) return;
      }
      this.lease.caughtUp = isInTime(page);
      if (page.length === 0) {
        await this.drain();
        onWorking();
        await feed.wait(this.options.pollMs, signal);
        continue;
      }
      for (const send of planSends(page, this.plan)) {
        await this.outstanding;
        onWorking();
        if (signal.aborted) return;
        this.outstanding = this.send(send);
        this.outstanding.catch(() => undefined);
      }
    }
  }

  private async drain(): Promise<void> {
    await this.outstanding;
    await this.recording;
  }

  private async send(send: Send): Promise<void> {
    const { connection } = this.options;
    const topicMessages = [...send.records].map(([topic, messages]) => ({
      topic: topicName(connection, topic),
      messages,
    }));
    const acknowledged = topicMessages.length > 0 ? await this.producer.send(topicMessages, send.bytes) : [];
    await this.refuseShorter(send, acknowledged);
    // The one before; this one is recorded while the next is sent.
    await this.recording;
    const topics = [...this.state].filter(([, { position }]) => position < send.position);
    for (const [, state] of topics) state.position = send.position;
    const ends = send.ends.map(({ topic, partition, position }) => {
      const { nextOffset } = this.state.get(topic)!.ends.get(partition)!;
      return { topic, partition, position, nextOffset };
    });
    this.recording = this.record.relayed({
      position: send.position,
      topics: topics.map(([topic]) => topic),
      ends,
    });
    this.recording.catch(() => undefined);
  }

  /** Acknowledged at an offset that was taken before: the topic is a new one of the same name. */
  private async refuseShorter({ ends }: Send, acknowledged: RecordMetadata[]): Promise<void> {
    for (const { topicName: name, partition, baseOffset } of acknowledged) {
      const topic = topicOf(this.options.connection, name);
      const known = this.state.get(topic)!.ends;
      const { position, count } = ends.find((end) => end.topic === topic && end.partition === partition)!;
      const before = known.get(partition)?.nextOffset ?? 0n;
      // A repetition that the broker recognised may come back without an offset.
      const first = baseOffset === undefined || baseOffset === '-1' ? before : BigInt(baseOffset);
      if (first < before) {
        await this.record.beginAgain(topic);
        throw new EventBusError('TOPIC_MISSING', `${name} was made anew while it was written to`);
      }
      known.set(partition, { position, nextOffset: first + BigInt(count) });
    }
  }

  /** True when the state in PostgreSQL was changed and must be read again. */
  private async inspect(admin: Admin): Promise<boolean> {
    this.inspected = performance.now();
    const isSettled = performance.now() - this.started >= this.options.settleMs;
    let changed = false;
    for (const [topic, state] of this.state) {
      const change = await inspectTopic(admin, topicName(this.options.connection, topic), state);
      if (change?.kind === 'anew') await this.record.beginAgain(topic);
      else if (change?.kind === 'grown' && (isSettled || state.layouts.length === 0))
        await this.record.grown(topic, change.layout);
      else continue;
      changed = true;
    }
    return changed;
  }
}

const isInTime = (page: readonly RecordedEvent[]) => {
  const last = page.at(-1);
  return last === undefined || Date.now() - Date.parse(last.recordedAt) < IN_TIME_MS;
};

function planOf(state: RelayState): Map<Topic, TopicPlan> {
  return new Map(
    [...state].map(([topic, { position, layouts, ends }]) => [
      topic,
      {
        position,
        layouts,
        ends: new Map([...ends].map(([partition, end]) => [partition, end.position])),
      },
    ]),
  );
}

/** From where the log is read: topics that are further skip what they have. */
const lowest = (state: RelayState) =>
  [...state.values()].reduce((low, { position }) => (position < low ? position : low), 2n ** 63n - 1n);
