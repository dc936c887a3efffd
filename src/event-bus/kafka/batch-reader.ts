/**
 * What a group does with the records of its partitions: takes the next ones, skips repetitions, looks for what is
 * missing, waits where a topic grew, hands over to the delivery and records how far it came.
 */
import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import { readEvent } from '../../events/registry.js';
import type { Topic } from '../../events/streams.js';
import type { DeadLetters, NewDeadLetter } from '../dead-letters.js';
import { GroupDelivery, type DeliveryObserver, type Incoming, type LetterStore } from '../delivery.js';
import { BATCH_EVENTS_MAX, type ConsumerGroup } from '../event-bus.js';
import type { RetryPolicy } from '../failure.js';
import type { CommitOffsets, KafkaCheckpoints } from './checkpoints.js';
import type { KafkaConnection } from './connection.js';
import type { DeadLetterTopic, PublishedLetter } from './dead-letter-topic.js';
import { EventBusError } from './errors.js';
import type { Assignment, PartitionRef } from './group-consumer.js';
import type { LayoutCache } from './layout-cache.js';
import { topicOf } from './names.js';
import { layoutAt, partitionOfKey } from './partitions.js';
import { PartitionProgress } from './progress.js';
import { decodeRecord, type DecodedRecord } from './record.js';

export interface ReadingOptions {
  connection: KafkaConnection;
  consumer: ConsumerGroup;
  deadLetters: DeadLetters;
  deadLetterTopic: DeadLetterTopic;
  checkpoints: KafkaCheckpoints;
  layouts: LayoutCache;
  headPosition: () => Promise<bigint>;
  policy?: Partial<RetryPolicy> | undefined;
  observer?: DeliveryObserver | undefined;
  /** Ends waiting between tries. */
  signal: AbortSignal;
  heartbeatMs: number;
  commit: CommitOffsets;
  seekToBeginning: (place: PartitionRef) => void;
}

/** One that the handler has yet to see, with the record it came in. */
interface Pending {
  incoming: Incoming;
  message: KafkaMessage;
}

/** What came of several partitions at once: handled together, so that ten quiet partitions cost one transaction. */
type Round = Reading[];

interface Reading {
  round: Round;
  place: PartitionRef;
  progress: PartitionProgress;
  payload: EachBatchPayload;
  pending: Pending[];
  /** The last record that needs no more looking at. */
  lastOffset: string | null;
}

const pendingOf = (round: Round) => round.flatMap(({ pending }) => pending);
const keyOf = ({ topic, partition }: PartitionRef) => `${topic}/${partition}`;
const GROWTH_POLL_MS = 100;

export class BatchReader {
  private assignment = new Set<string>();
  private progress = new Map<string, PartitionProgress>();
  private start = new Map<Topic, bigint>();
  private delivery: GroupDelivery | null = null;
  /** The partitions may be others than we think; seen before the next batch. */
  private stale = true;
  /** Aborts when the group takes our partitions away. */
  private generation = new AbortController();
  /** Records on their way through the delivery, for the dead letter topic. */
  private underWay = new Map<bigint, Pending>();
  /** Growths of topics that the whole group is past. */
  private readonly passed = new Set<string>();

  constructor(private readonly options: ReadingOptions) {}

  private get group(): string {
    return this.options.consumer.group;
  }

  /** Why the group does not go on although it is connected; null: it does. */
  get trouble(): string | null {
    for (const [place, { missingBefore }] of this.progress)
      if (missingBefore !== null && this.assignment.has(place))
        return `${place} lacks the event before position ${missingBefore}: relay it again (npm run reconcile -- --repair)`;
    return null;
  }

  /** Fixes where the group starts: what is appended from now on will be delivered. */
  async begin(): Promise<void> {
    const { checkpoints, consumer, headPosition, layouts } = this.options;
    const initial = () => (consumer.startFrom === 'now' ? headPosition() : Promise.resolve(0n));
    await checkpoints.begin(consumer.group, consumer.topics, initial);
    await layouts.refresh();
  }

  /** The group has given these partitions to us, maybe while another member's were taken over. */
  assigned(assignment: Assignment): void {
    this.generation.abort();
    this.stale = true;
    this.assignment = new Set(
      Object.entries(assignment).flatMap(([name, partitions]) =>
        partitions.map((partition) => keyOf({ topic: topicOf(this.options.connection, name), partition })),
      ),
    );
  }

  flush(): Promise<void> {
    return this.options.checkpoints.flush();
  }

  /**
   * Batches of different partitions. Throws what the client throws, and DeliveryStopped; what was handled by then is
   * recorded.
   */
  async read(payloads: readonly EachBatchPayload[]): Promise<void> {
    if (this.stale) await this.renew();
    const round: Round = [];
    for (const payload of payloads) {
      const { topic, partition } = payload.batch;
      const place = { topic: topicOf(this.options.connection, topic), partition };
      const progress = this.progressOf(place);
      const reading: Reading = { round, place, progress, payload, pending: [], lastOffset: null };
      round.push(reading);
      for (const message of payload.batch.messages) {
        const isOurs = payload.isRunning() && !payload.isStale() && !this.generation.signal.aborted;
        if (!isOurs || !(await this.take(reading, message))) break;
      }
    }
    await this.handOver(round);
  }

  /** Carries out re-drives of letters whose key is in one of our partitions. */
  async redrive(): Promise<void> {
    if (this.assignment.size === 0) return;
    if (this.stale) await this.renew();
    if (!this.delivery || this.delivery.deadLetterCount === 0) return;
    // A re-driven event must not come again as an ordinary one: what was delivered is recorded first.
    await this.flush();
    await this.delivery.redrive(({ topic, key }) => {
      const { partitions } = layoutAt(this.options.layouts.of(topic));
      return this.assignment.has(keyOf({ topic, partition: partitionOfKey(key, partitions) }));
    });
  }

  /** False: no further record of this batch. */
  private async take(reading: Reading, message: KafkaMessage): Promise<boolean> {
    const decoded = await this.decode(reading.place, message);
    if (decoded === null) return this.skip(reading, message);
    const { progress } = reading;
    switch (progress.judge({ position: decoded.recorded.position, previous: decoded.previous })) {
      case 'repeat':
        return this.skip(reading, message);
      case 'behind-gap':
        return this.lookForMissing(reading, message, decoded.recorded.position);
      case 'next':
        if (!(await this.isBehindGrowth(reading, decoded.recorded.position))) return false;
        return this.add(reading, message, decoded);
    }
  }

  private skip(reading: Reading, { offset }: KafkaMessage): true {
    reading.lastOffset = offset;
    return true;
  }

  private async add(reading: Reading, message: KafkaMessage, decoded: DecodedRecord): Promise<true> {
    const { key, headers, recorded } = decoded;
    const incoming = { ...reading.place, key, headers, recorded, read: () => readEvent(recorded) };
    reading.pending.push({ incoming, message });
    // Ahead of the delivery: what is not delivered in the end makes us read the stored progress again.
    reading.progress.taken(recorded.position);
    reading.lastOffset = message.offset;
    if (pendingOf(reading.round).length >= BATCH_EVENTS_MAX) await this.handOver(reading.round);
    return true;
  }

  /** Null for a record that the relay did not write here; it is published among the dead letters. */
  private async decode(place: PartitionRef, message: KafkaMessage): Promise<DecodedRecord | null> {
    try {
      const decoded = decodeRecord(message);
      await this.refuseMisplaced(place, decoded);
      return decoded;
    } catch (error) {
      if (!(error instanceof EventBusError) || error.code !== 'RECORD_UNREADABLE') throw error;
      const { name: errorClass, message: errorMessage } = error;
      const why = { reason: 'failed', errorClass, errorMessage, attempts: 1 };
      await this.options.deadLetterTopic.publish(this.group, [{ message, ...place, ...why }]);
      return null;
    }
  }

  /** Where a key does not belong may only mean that its topic grew a moment ago. */
  private async refuseMisplaced(place: PartitionRef, { key, recorded }: DecodedRecord): Promise<void> {
    const { layouts } = this.options;
    const isHere = () => {
      const { partitions } = layoutAt(layouts.of(place.topic), recorded.position);
      return partitionOfKey(key, partitions) === place.partition;
    };
    if (isHere()) return;
    await layouts.refresh();
    if (!isHere()) throw new EventBusError('RECORD_UNREADABLE', `${key} does not belong in ${keyOf(place)}`);
  }

  /** Once from the beginning of the partition; what is not there either must be relayed again. */
  private async lookForMissing(reading: Reading, message: KafkaMessage, position: bigint): Promise<boolean> {
    const { progress, place } = reading;
    await this.handOver(reading.round);
    if (!progress.rewound) {
      progress.rewound = true;
      this.options.seekToBeginning(place);
      return false;
    }
    progress.missingBefore ??= position;
    return this.skip(reading, message);
  }

  /**
   * True when the group has handled everything from before the topic grew: only then may a key go on in its new
   * partition. Until then the partition rests.
   */
  private async isBehindGrowth(reading: Reading, position: bigint): Promise<boolean> {
    const { topic } = reading.place;
    if (await this.isPastGrowth(topic, position)) return true;
    await this.handOver(reading.round);
    if (await this.isPastGrowth(topic, position)) return true;
    const resume = reading.payload.pause();
    const { signal: generation } = this.generation;
    const look = async () => {
      const isOver = generation.aborted || this.options.signal.aborted;
      if (isOver || (await this.isPastGrowth(topic, position).catch(() => false))) resume();
      else setTimeout(() => void look(), GROWTH_POLL_MS);
    };
    setTimeout(() => void look(), GROWTH_POLL_MS);
    return false;
  }

  private async isPastGrowth(topic: Topic, position: bigint): Promise<boolean> {
    const layouts = this.options.layouts.of(topic);
    const index = layouts.findLastIndex(({ after }) => after < position);
    const growth = `${topic}/${index}`;
    if (index <= 0 || this.passed.has(growth)) return true;
    await this.flush();
    const { start, partitions } = await this.options.checkpoints.load(this.group);
    const handledTo = layouts[index]!.ends.map(() => start.get(topic) ?? 0n);
    for (const stored of partitions)
      if (stored.topic === topic) handledTo[stored.partition] = stored.position;
    const isPast = layouts[index]!.ends.every((end, partition) => handledTo[partition]! >= end);
    if (isPast) this.passed.add(growth);
    return isPast;
  }

  private async handOver(round: Round): Promise<void> {
    const pending = pendingOf(round);
    const rebalancing = pending.length > 0 ? await this.deliver(pending, round[0]!.payload) : null;
    for (const reading of round) this.record(reading);
    if (!rebalancing) return;
    // Whoever gets the partitions goes on from here.
    await this.flush();
    throw rebalancing;
  }

  private record(reading: Reading): void {
    const { pending, payload, place, progress, lastOffset } = reading;
    if (lastOffset === null) return;
    reading.pending = [];
    reading.lastOffset = null;
    payload.resolveOffset(lastOffset);
    // While looking for what is missing, the place to come back to stays where it was.
    if (pending.length === 0 && (progress.rewound || progress.missingBefore !== null)) return;
    const nextOffset = BigInt(lastOffset) + 1n;
    const handled = { ...place, position: progress.position, nextOffset };
    this.options.checkpoints.moved(this.group, handled, this.options.commit);
  }

  /** Resolves when handled or set aside; with the client's error when the group is on the move meanwhile. */
  private async deliver(pending: Pending[], payload: EachBatchPayload): Promise<Error | null> {
    let rebalancing: Error | null = null;
    const beat = () =>
      payload.heartbeat().catch((error: Error) => {
        // Others are as good as silence: the group decides.
        if (!('type' in error)) return;
        rebalancing = error;
        this.generation.abort();
      });
    const beating = setInterval(() => void beat(), this.options.heartbeatMs);
    for (const each of pending) this.underWay.set(each.incoming.recorded.position, each);
    try {
      await this.delivery!.deliver(pending.map(({ incoming }) => incoming));
      return rebalancing;
    } catch (error) {
      this.stale = true;
      throw rebalancing ?? error;
    } finally {
      clearInterval(beating);
      this.underWay.clear();
    }
  }

  private progressOf(place: PartitionRef): PartitionProgress {
    const key = keyOf(place);
    const known = this.progress.get(key) ?? new PartitionProgress(this.start.get(place.topic) ?? 0n);
    this.progress.set(key, known);
    return known;
  }

  private async renew(): Promise<void> {
    const { checkpoints, consumer, layouts, policy, observer } = this.options;
    this.stale = false;
    this.generation = new AbortController();
    const { signal } = this.generation;
    try {
      await this.flush();
      await layouts.refresh();
      const { start, partitions } = await checkpoints.load(this.group);
      this.start = start;
      this.progress = new Map(
        partitions.map((stored) => [keyOf(stored), new PartitionProgress(stored.position)]),
      );
      this.delivery = new GroupDelivery({
        consumer,
        deadLetters: this.letterStore(),
        signal: AbortSignal.any([this.options.signal, signal]),
        ...(policy && { policy }),
        ...(observer && { observer }),
      });
      await this.delivery.start();
    } catch (error) {
      this.stale = true;
      throw error;
    }
  }

  /** Letters are published first and kept then: both are repeatable, and both are done before the offset moves. */
  private letterStore(): LetterStore {
    const { deadLetters } = this.options;
    return {
      quarantine: (group) => deadLetters.quarantine(group),
      requests: (group) => deadLetters.requests(group),
      oldest: (key) => deadLetters.oldest(key),
      remove: (id) => deadLetters.remove(id),
      failedAgain: (id, failure) => deadLetters.failedAgain(id, failure),
      closeRequest: (key) => deadLetters.closeRequest(key),
      setAside: async (letters) => {
        await this.options.deadLetterTopic.publish(
          this.group,
          letters.flatMap((letter) => this.published(letter)),
        );
        return deadLetters.setAside(letters);
      },
    };
  }

  private published(letter: NewDeadLetter): PublishedLetter[] {
    const source = this.underWay.get(letter.position);
    const { topic, partition, reason, errorClass, errorMessage, attempts } = letter;
    const why = { reason, errorClass, errorMessage, attempts };
    return source ? [{ message: source.message, topic, partition, ...why }] : [];
  }
}
