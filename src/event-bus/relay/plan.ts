/** Where the events of a page of the log go. Pure: it changes the plan it is given and nothing else. */
import type { RecordedEvent } from '../../events/contract.js';
import { routeOf, type Topic } from '../../events/streams.js';
import { layoutAt, partitionOfKey, type Layouts } from '../kafka/partitions.js';
import { encodeRecord, type EncodedRecord } from '../kafka/record.js';

/** What is planned so far; sent and recorded later. */
export interface TopicPlan {
  position: bigint;
  layouts: Layouts;
  /** The last planned position in each partition. */
  ends: Map<number, bigint>;
}

export interface Send {
  /** The log up to here is in this send or in those before it. */
  position: bigint;
  bytes: number;
  records: Map<Topic, EncodedRecord[]>;
  /** Of each partition it touches: the last position, and how many records. */
  ends: { topic: Topic; partition: number; position: bigint; count: number }[];
}

/** Of one send: what the broker must take at once, and what is repeated when it fails. */
export const SEND_BYTES_MAX = 4 * 1024 * 1024;
export const SEND_RECORDS_MAX = 1_000;

/** Cuts a page into sends. Streams that this release does not know travel in no topic. */
export function planSends(page: readonly RecordedEvent[], plan: Map<Topic, TopicPlan>): Send[] {
  const sends: Send[] = [];
  let current = emptySend();
  let count = 0;
  for (const event of page) {
    const route = routeOfAny(event.streamId);
    const topic = route && plan.get(route.topic);
    if (route && topic && event.position > topic.position) {
      const record = place(event, route.key, topic);
      if (
        count > 0 &&
        (current.bytes + record.value.byteLength > SEND_BYTES_MAX || count === SEND_RECORDS_MAX)
      ) {
        sends.push(current);
        current = emptySend();
        count = 0;
      }
      add(current, route.topic, record, event.position);
      count += 1;
    }
    current.position = event.position;
  }
  if (page.length > 0) sends.push(current);
  for (const topic of plan.values()) if (topic.position < current.position) topic.position = current.position;
  return sends;
}

const emptySend = (): Send => ({ position: 0n, bytes: 0, records: new Map(), ends: [] });

function place(event: RecordedEvent, key: string, topic: TopicPlan): EncodedRecord {
  const { partitions } = layoutAt(topic.layouts, event.position);
  const partition = partitionOfKey(key, partitions);
  const previous = topic.ends.get(partition) ?? 0n;
  topic.ends.set(partition, event.position);
  return encodeRecord(event, { key, partition, previous });
}

function add(send: Send, topic: Topic, record: EncodedRecord, position: bigint): void {
  send.bytes += record.value.byteLength;
  const records = send.records.get(topic);
  if (records) records.push(record);
  else send.records.set(topic, [record]);
  const end = send.ends.find((each) => each.topic === topic && each.partition === record.partition);
  if (!end) return void send.ends.push({ topic, partition: record.partition, position, count: 1 });
  end.position = position;
  end.count += 1;
}

/** Null for a stream that this release does not know. */
export function routeOfAny(streamId: string): { topic: Topic; key: string } | null {
  try {
    return routeOf(streamId);
  } catch {
    return null;
  }
}
