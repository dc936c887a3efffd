/** Every record that topics hold at this moment, partition by partition in the order of offsets. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaMessage } from 'kafkajs';
import { openClient, type KafkaConnection } from '../kafka/connection.js';
import { toEventBusError } from '../kafka/errors.js';
import { groupName } from '../kafka/names.js';
import { withAdmin } from '../kafka/topics.js';

const FETCH_WAIT_MS = 200;
const ATTEMPTS_MAX = 20;
const RETRY_MS = 500;

export type SeeRecord = (topic: string, partition: number, message: KafkaMessage) => void;

/** Reads up to where the topics end when it is called. Throws EventBusError. */
export async function readTopics(
  connection: KafkaConnection,
  topics: readonly string[],
  see: SeeRecord,
): Promise<void> {
  const ends = await endsOf(connection, topics);
  let begun = false;
  for (let attempt = 1; ends.size > 0; attempt += 1) {
    try {
      return await readTo(ends, connection, topics, (...record) => {
        begun = true;
        see(...record);
      });
    } catch (error) {
      const fault = toEventBusError(error, `reading ${topics.join(', ')}`);
      // Joining fails at once while a coordinator that has just started still loads.
      if (begun || !fault.retryable || attempt === ATTEMPTS_MAX) throw fault;
      await sleep(RETRY_MS);
    }
  }
}

async function readTo(
  ends: Map<string, bigint>,
  connection: KafkaConnection,
  topics: readonly string[],
  see: SeeRecord,
): Promise<void> {
  const group = groupName(connection, `reconciler.${randomUUID()}`);
  const consumer = openClient(connection).consumer({
    groupId: group,
    maxWaitTimeInMs: FETCH_WAIT_MS,
    allowAutoTopicCreation: false,
    retry: { retries: 5, restartOnFailure: () => Promise.resolve(false) },
  });
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: ({ batch: { topic, partition, messages } }) => {
        const place = `${topic}/${partition}`;
        const end = ends.get(place);
        for (const message of messages) {
          if (end === undefined || BigInt(message.offset) >= end) break;
          see(topic, partition, message);
        }
        const last = messages.at(-1);
        if (end !== undefined && last && BigInt(last.offset) + 1n >= end) {
          ends.delete(place);
          consumer.pause([{ topic, partitions: [partition] }]);
        }
        if (ends.size === 0) resolve();
        return Promise.resolve();
      },
    });
    await done;
  } finally {
    await consumer.disconnect().catch(() => undefined);
    await withAdmin(connection, 'forgetting the reader', (admin) => admin.deleteGroups([group])).catch(
      () => undefined,
    );
  }
}

/** Of partitions that are not empty. */
function endsOf(connection: KafkaConnection, topics: readonly string[]): Promise<Map<string, bigint>> {
  return withAdmin(connection, 'looking where the topics end', async (admin) => {
    const ends = new Map<string, bigint>();
    for (const topic of topics)
      for (const { partition, high, low } of await admin.fetchTopicOffsets(topic))
        if (BigInt(high) > BigInt(low)) ends.set(`${topic}/${partition}`, BigInt(high));
    return ends;
  });
}
