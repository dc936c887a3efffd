/** Everything the topics hold, read from the beginning by a consumer that knows nothing of this program but its headers. */
import { randomUUID } from 'node:crypto';
import { Kafka, logLevel, type IHeaders } from 'kafkajs';
import type { TopicRecord } from './checks.js';

const READ_MS_MAX = 120_000;

export interface Topics {
  records: TopicRecord[];
  /** Records in dead letter topics, by topic. */
  deadLetters: Map<string, number>;
}

const isInternal = (topic: string) => topic.startsWith('__');
const isDeadLetters = (topic: string) => topic.endsWith('.dlq');

export async function allRecords(brokers: string): Promise<Topics> {
  const kafka = new Kafka({ clientId: 'chaos-reader', brokers: [brokers], logLevel: logLevel.NOTHING });
  const ends = await endsOf(kafka);
  const deadLetters = new Map<string, number>();
  for (const [place, { topic, count }] of ends)
    if (isDeadLetters(topic)) {
      deadLetters.set(topic, Number(count));
      ends.delete(place);
    }
  return { records: await readTo(ends, kafka), deadLetters };
}

interface End {
  topic: string;
  high: bigint;
  count: bigint;
}

async function endsOf(kafka: Kafka): Promise<Map<string, End>> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const ends = new Map<string, End>();
    for (const topic of await admin.listTopics()) {
      if (isInternal(topic)) continue;
      for (const { partition, high, low } of await admin.fetchTopicOffsets(topic))
        if (BigInt(high) > BigInt(low))
          ends.set(`${topic}/${partition}`, { topic, high: BigInt(high), count: BigInt(high) - BigInt(low) });
    }
    return ends;
  } finally {
    await admin.disconnect();
  }
}

async function readTo(ends: Map<string, End>, kafka: Kafka): Promise<TopicRecord[]> {
  const records: TopicRecord[] = [];
  if (ends.size === 0) return records;
  const consumer = kafka.consumer({ groupId: `chaos-reader-${randomUUID()}`, maxWaitTimeInMs: 200 });
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  const late = setTimeout(
    () => reject(new Error(`not read within ${READ_MS_MAX} ms: ${[...ends.keys()].join(', ')}`)),
    READ_MS_MAX,
  );
  try {
    await consumer.connect();
    await consumer.subscribe({
      topics: [...new Set([...ends.values()].map(({ topic }) => topic))],
      fromBeginning: true,
    });
    await consumer.run({
      autoCommit: false,
      eachBatch: ({ batch: { topic, partition, messages } }) => {
        const place = `${topic}/${partition}`;
        for (const { key, headers } of messages) records.push(recordOf(place, String(key), headers ?? {}));
        const last = messages.at(-1);
        if (last && BigInt(last.offset) + 1n >= (ends.get(place)?.high ?? 0n)) ends.delete(place);
        if (ends.size === 0) resolve();
        return Promise.resolve();
      },
    });
    await done;
    return records;
  } finally {
    clearTimeout(late);
    await consumer.disconnect();
  }
}

function recordOf(place: string, key: string, headers: IHeaders): TopicRecord {
  const header = (name: string) => String(headers[name]);
  return {
    place,
    key,
    eventId: header('ce_id'),
    stream: header('ce_subject'),
    revision: Number(header('drafthorse-revision')),
    position: BigInt(header('drafthorse-position')),
  };
}
