/**
 * The event bus port, shaped by what Kafka promises: topics with partitions, keys, headers, consumer groups,
 * at-least-once delivery in order per key. Implementations: `embedded/` (fed straight from the log) and
 * `kafka/`. Both pass the suite in `test/contracts/event-bus.contract.ts`.
 */
import type { ReadEvent } from '../events/registry.js';
import type { RecordedEvent } from '../events/contract.js';
import type { Topic } from '../events/streams.js';

export const BATCH_EVENTS_MAX = 500;

/** Header of a dead letter that is delivered again: later events of other keys were handled before it. */
export const REDRIVEN_HEADER = 'drafthorse-redriven';

/** One delivered event and where it came from. Shared between groups: read it, never change it. */
export interface Delivery {
  topic: Topic;
  partition: number;
  key: string;
  headers: Record<string, string>;
  event: ReadEvent;
}

export interface ConsumerGroup {
  /** Name of the consumer group, e.g. `projection.drafts`, `saga.apply-changes`. Its checkpoint lives under it. */
  group: string;
  topics: readonly Topic[];
  /** Where a group without a checkpoint starts. Projections: `beginning`. */
  startFrom: 'beginning' | 'now';
  /**
   * Handles a batch of 1 to BATCH_EVENTS_MAX deliveries, in order per key. Delivered at least once: the effect must
   * be idempotent. A throw repeats the batch with backoff; an event that keeps failing is put among the
   * dead letters, and later events of its key follow it there until it is re-driven (a stream is never
   * projected with a hole in it). Must not take long: slow work goes to a job.
   */
  handle(batch: Delivery[]): Promise<void>;
}

export interface GroupHealth {
  group: string;
  /** Taking part: delivering, or standing by while another process delivers. */
  running: boolean;
  /** Everything up to here was handled or set aside, as `topic/partition` → position. */
  checkpoints: Record<string, bigint>;
  /** Whether the group has handled everything visible at the last look. */
  caughtUp: boolean;
  deadLetters: number;
  /** Events of the group's topics that it has not handled yet, where the bus can tell. */
  lagEvents?: number;
  /** Why it does not run, or runs but does not go on. */
  trouble?: string;
}

export interface EventBus {
  /**
   * Partition in which an event of this key travels; what a reader who waits for one stream looks at. Topics may
   * grow: without a position the answer is for an event appended now.
   */
  partitionOf(topic: Topic, key: string, position?: bigint): number;
  /** Joins a group and starts delivering; resolves when the consumer runs. */
  subscribe(consumer: ConsumerGroup): Promise<Subscription>;
  health(): Promise<GroupHealth[]>;
  /** Stops every subscription; resolves when running batches have ended. */
  close(): Promise<void>;
}

export interface Subscription {
  stop(): Promise<void>;
}

/** Why a delivery could not be handled and whether trying again may help. */
export type FailureClass = 'transient' | 'poison';

/** A delivery set aside for a group. `waiting`: not the cause, but behind the cause in the same stream. */
export interface DeadLetter {
  id: string;
  group: string;
  topic: Topic;
  partition: number;
  key: string;
  position: bigint;
  headers: Record<string, string>;
  event: RecordedEvent;
  reason: 'failed' | 'waiting';
  errorClass: string;
  errorMessage: string;
  attempts: number;
  createdAt: string;
}
