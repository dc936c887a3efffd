/**
 * One group's consumer in this process. kafkajs stops a consumer for good on errors it thinks final while the
 * process looks alive, so this one lives in a loop: whatever ends it, another one is made.
 */
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import type { Topic } from '../../events/streams.js';
import { DeliveryStopped } from '../delivery.js';
import type { ConsumerGroup } from '../event-bus.js';
import { RETRY_POLICY, backoffMs } from '../failure.js';
import { BatchReader, type ReadingOptions } from './batch-reader.js';
import type { Handled } from './checkpoints.js';
import { openClient } from './connection.js';
import { toEventBusError, type EventBusError } from './errors.js';
import { groupName, topicName } from './names.js';

export interface ConsumerTimes {
  /** A member that is silent this long has left. The broker sets the bounds. */
  sessionMs: number;
  heartbeatMs: number;
  /** How long the broker may wait for records; they are sent the moment they come. */
  fetchWaitMs: number;
  /** How soon new partitions are seen. */
  metadataAgeMs: number;
  /** How long `subscribe` waits for the group to take us in, which may take until another member is let go. */
  joinWaitMs: number;
  /** How often a group with dead letters looks for re-drives asked for elsewhere. */
  redrivePollMs: number;
}

/** Of one fetch. The broker sends at least one batch of records, however large. */
const FETCH_BYTES_PER_PARTITION = 4 * 1024 * 1024;
const FETCH_BYTES_MAX = 16 * 1024 * 1024;
/** Whose batches are handled together. */
const PARTITIONS_AT_ONCE = 32;
const REBALANCE_MS_MAX = 60_000;
const DISCONNECT_MS_MAX = 5_000;

export interface GroupConsumerOptions extends Omit<
  ReadingOptions,
  'signal' | 'commit' | 'seekToBeginning' | 'heartbeatMs'
> {
  times: ConsumerTimes;
}

export class GroupConsumer {
  private readonly stopping = new AbortController();
  private readonly firstJoin = Promise.withResolvers<void>();
  private readonly reader: BatchReader;
  private consumer: Consumer | null = null;
  private running: Promise<void> = Promise.resolve();
  private joined = false;
  private failure: EventBusError | null = null;
  private arrived: { payload: EachBatchPayload; resolve: () => void; reject: (error: unknown) => void }[] =
    [];
  /** Reading and re-driving, one at a time. */
  private turn: Promise<unknown> = Promise.resolve();
  private redriveTimer: NodeJS.Timeout | undefined;

  constructor(private readonly options: GroupConsumerOptions) {
    this.reader = new BatchReader({
      ...options,
      signal: this.stopping.signal,
      heartbeatMs: options.times.heartbeatMs,
      commit: (handled) => this.commitOffsets(handled),
      seekToBeginning: ({ topic, partition }) =>
        this.consumer?.seek({ topic: topicName(options.connection, topic), partition, offset: '0' }),
    });
  }

  private get group(): ConsumerGroup {
    return this.options.consumer;
  }

  /** Resolves when the group's start is fixed and the broker has taken us in, or that takes too long. */
  async start(): Promise<void> {
    await this.reader.begin();
    this.running = this.run();
    const unsubscribe = this.options.deadLetters.onRedriveRequested((group) => {
      if (group === this.group.group) void this.redrive();
    });
    this.stopping.signal.addEventListener('abort', unsubscribe, { once: true });
    this.redriveTimer = setInterval(() => void this.redrive(), this.options.times.redrivePollMs);
    const { joinWaitMs } = this.options.times;
    const late = sleep(joinWaitMs, undefined, { signal: this.stopping.signal, ref: false }).catch(
      () => undefined,
    );
    await Promise.race([this.firstJoin.promise, late]);
  }

  /** The running batch is ended and recorded first. */
  async stop(): Promise<void> {
    clearInterval(this.redriveTimer);
    this.stopping.abort();
    await this.turn;
    await this.reader.flush().catch(() => undefined);
    await this.running;
  }

  get isRunning(): boolean {
    return this.joined && this.trouble === null;
  }

  /** Null: none. */
  get trouble(): string | null {
    return this.failure?.message ?? this.reader.trouble;
  }

  private async run(): Promise<void> {
    const policy = { ...RETRY_POLICY, ...this.options.policy };
    for (let failures = 0; !this.stopping.signal.aborted;) {
      const error = await this.runOnce(() => (failures = 0));
      if (this.stopping.signal.aborted) return;
      failures += 1;
      this.failure = toEventBusError(error, `consuming as ${this.group.group}`);
      const delayMs = backoffMs(failures, policy, Math.random);
      this.options.observer?.retrying?.(this.group.group, this.failure, failures, delayMs);
      await sleep(delayMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }

  /** Until it breaks or is stopped; answers why. */
  private async runOnce(onJoined: () => void): Promise<unknown> {
    const { connection, times } = this.options;
    const { promise: ended, resolve: end } = Promise.withResolvers<unknown>();
    const stop = () => end(null);
    this.stopping.signal.addEventListener('abort', stop, { once: true });
    const consumer = openClient(connection).consumer({
      groupId: groupName(connection, this.group.group),
      sessionTimeout: times.sessionMs,
      // Several within a session, however short it is.
      heartbeatInterval: Math.min(times.heartbeatMs, times.sessionMs / 5),
      rebalanceTimeout: REBALANCE_MS_MAX,
      metadataMaxAge: times.metadataAgeMs,
      maxWaitTimeInMs: times.fetchWaitMs,
      maxBytesPerPartition: FETCH_BYTES_PER_PARTITION,
      maxBytes: FETCH_BYTES_MAX,
      allowAutoTopicCreation: false,
      retry: { retries: 3, restartOnFailure: () => Promise.resolve(false) },
    });
    this.consumer = consumer;
    consumer.on(consumer.events.CRASH, ({ payload }) => end(payload.error));
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      this.reader.assigned(payload.memberAssignment);
      this.joined = true;
      this.failure = null;
      onJoined();
      this.firstJoin.resolve();
    });
    try {
      await consumer.connect();
      await consumer.subscribe({
        topics: this.group.topics.map((topic) => topicName(connection, topic)),
        fromBeginning: true,
      });
      const starting = consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
        eachBatch: (payload) => this.eachBatch(payload),
      });
      return await Promise.race([ended, starting.then(() => ended)]);
    } catch (error) {
      return error;
    } finally {
      this.stopping.signal.removeEventListener('abort', stop);
      this.joined = false;
      this.consumer = null;
      await disconnect(consumer);
    }
  }

  /** Batches of several partitions come one by one in one moment; they are read together. */
  private eachBatch(payload: EachBatchPayload): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.arrived.push({ payload, resolve, reject });
    void this.inTurn(async () => {
      await setImmediate();
      await this.readArrived();
    });
    return promise;
  }

  private async readArrived(): Promise<void> {
    const arrived = this.arrived.splice(0);
    if (arrived.length === 0) return;
    try {
      if (!this.stopping.signal.aborted) await this.reader.read(arrived.map(({ payload }) => payload));
      for (const { resolve } of arrived) resolve();
    } catch (error) {
      for (const { resolve, reject } of arrived)
        if (error instanceof DeliveryStopped) resolve();
        else reject(error);
    }
  }

  private redrive(): Promise<void> {
    return this.inTurn(async () => {
      if (!this.stopping.signal.aborted) await this.reader.redrive();
    }).catch(() => undefined);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  private async commitOffsets(handled: Handled[]): Promise<void> {
    const offsets = handled.flatMap(({ topic, partition, nextOffset }) =>
      nextOffset === null
        ? []
        : [{ topic: topicName(this.options.connection, topic), partition, offset: nextOffset.toString() }],
    );
    await this.consumer?.commitOffsets(offsets);
  }
}

/** kafkajs waits for brokers that may never answer. */
async function disconnect(consumer: Consumer): Promise<void> {
  const late = sleep(DISCONNECT_MS_MAX, undefined, { ref: false });
  await Promise.race([consumer.disconnect().catch(() => undefined), late]);
}

export type Assignment = Record<string, number[]>;
export type PartitionRef = { topic: Topic; partition: number };
