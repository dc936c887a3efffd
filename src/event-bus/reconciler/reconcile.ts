/** Proves that Kafka holds the events of a range of the log, each behind those of its partition before it, and nothing else. */
import type { KafkaMessage } from 'kafkajs';
import { READ_EVENTS_MAX, type EventStore } from '../../event-store/event-store.js';
import { TOPICS, type Topic } from '../../events/streams.js';
import type { Database } from '../../platform/database/database.js';
import type { KafkaConnection } from '../kafka/connection.js';
import { EventBusError } from '../kafka/errors.js';
import { topicName, topicOf } from '../kafka/names.js';
import { layoutAt, partitionOfKey } from '../kafka/partitions.js';
import { decodeRecord } from '../kafka/record.js';
import { routeOfAny } from '../relay/plan.js';
import { loadState, type RelayState } from '../relay/state.js';
import { digestOf, PartitionCheck, type Difference } from './partition-check.js';
import { readTopics } from './topic-records.js';

export interface ReconcileOptions {
  connection: KafkaConnection;
  store: Pick<EventStore, 'readAll'>;
  database: Database;
  /** First position of the range; null: the beginning. */
  from: bigint | null;
  /** Last position of the range; null: as far as the log was relayed. */
  to: bigint | null;
}

export interface PlacedDifference extends Difference {
  topic: Topic;
  partition: number;
}

export interface Reconciliation {
  /** The last position that was compared. */
  to: bigint;
  /** Of the log in the range. */
  events: number;
  /** Of Kafka, in the range or unreadable. */
  records: number;
  repeats: number;
  /** At most two per partition: the first event that is lacking and the first record that does not belong. */
  differences: PlacedDifference[];
}

type Checks = Map<Topic, PartitionCheck[]>;

/** Throws EventBusError, and RangeError for a range that was not relayed yet. */
export async function reconcile(options: ReconcileOptions): Promise<Reconciliation> {
  const { connection, database, from, to } = options;
  const state = await loadState(database, TOPICS);
  const relayed = [...state.values()].reduce<bigint | null>(
    (low, { position }) => (low === null || position < low ? position : low),
    null,
  )!;
  if (to !== null && to > relayed) throw new RangeError(`the log was relayed up to ${relayed} only`);
  const range = { after: (from ?? 1n) - 1n, to: to ?? relayed };
  const checks = await expected(options, state, range);
  await readTopics(
    connection,
    TOPICS.map((topic) => topicName(connection, topic)),
    (name, partition, message) =>
      compare(checkOf(checks, topicOf(connection, name), partition), message, range),
  );
  return summarise(checks, range.to);
}

async function expected(
  { store }: ReconcileOptions,
  state: RelayState,
  range: { after: bigint; to: bigint },
): Promise<Checks> {
  const checks: Checks = new Map();
  for (let { after } = range; ;) {
    const page = await store.readAll({ after, limit: READ_EVENTS_MAX });
    for (const event of page) {
      if (event.position > range.to) return checks;
      const route = routeOfAny(event.streamId);
      if (!route) continue;
      const { topic, key } = route;
      const { layouts } = state.get(topic)!;
      const partition = partitionOfKey(key, layoutAt(layouts, event.position).partitions);
      checkOf(checks, topic, partition).expect(event.position, digestOf(event));
    }
    const last = page.at(-1);
    if (!last) return checks;
    after = last.position;
  }
}

function checkOf(checks: Checks, topic: Topic, partition: number): PartitionCheck {
  const ofTopic = checks.get(topic) ?? [];
  checks.set(topic, ofTopic);
  return (ofTopic[partition] ??= new PartitionCheck());
}

function compare(check: PartitionCheck, message: KafkaMessage, range: { after: bigint; to: bigint }): void {
  try {
    const { recorded } = decodeRecord(message);
    if (recorded.position <= range.after || recorded.position > range.to) return;
    check.see(message.offset, recorded.position, digestOf(recorded));
  } catch (error) {
    if (!(error instanceof EventBusError)) throw error;
    check.seeUnreadable(message.offset);
  }
}

function summarise(checks: Checks, to: bigint): Reconciliation {
  const all = [...checks].flatMap(([topic, partitions]) =>
    partitions.flatMap((check, partition) => ({ topic, partition, check })),
  );
  const sum = (count: (check: PartitionCheck) => number) =>
    all.reduce((total, { check }) => total + count(check), 0);
  const differences = all.flatMap(({ topic, partition, check }) =>
    [check.lacking, check.foreign].flatMap((difference) =>
      difference ? [{ topic, partition, ...difference }] : [],
    ),
  );
  return {
    to,
    events: sum(({ events }) => events),
    records: sum(({ records }) => records),
    repeats: sum(({ repeats }) => repeats),
    differences: differences.sort(byPosition),
  };
}

const byPosition = (one: PlacedDifference, other: PlacedDifference) =>
  Number((one.position ?? 0n) > (other.position ?? 0n)) -
  Number((one.position ?? 0n) < (other.position ?? 0n));
