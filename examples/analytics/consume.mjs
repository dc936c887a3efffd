/** Reads Drafthorse's topics from where the file stands, and counts. */
import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { countAll, placeOf } from './counts.mjs';
import { claim, load, save } from './counts-file.mjs';

const TOPICS = ['drafthorse.drafts', 'drafthorse.catalogue'];

/**
 * Resolves when `signal` aborts or, with `untilCaughtUp`, when everything that was in the topics at the start has
 * been counted. Rejects when Kafka is lost for good: start again, nothing is counted twice.
 * @param {{ brokers: string[], file: string, prefix?: string, untilCaughtUp?: boolean, signal?: AbortSignal,
 *   onSaved?: (state: import('./counts.mjs').State) => void }} options
 */
export async function consume({ brokers, file, prefix = '', untilCaughtUp = false, signal, onSaved }) {
  const letGo = await claim(file);
  const kafka = new Kafka({ brokers, clientId: 'drafthorse-analytics', logLevel: logLevel.ERROR });
  // A group of this run alone: it gets every partition at once, with no killed member to be waited for. Offsets are
  // never committed to Kafka, so the broker forgets the group with its last member.
  const consumer = kafka.consumer({ groupId: `${prefix}drafthorse-analytics-${randomUUID()}` });
  const { promise: ended, resolve: end, reject: fail } = Promise.withResolvers();
  // Heard below, once everything has been set up.
  ended.catch(() => undefined);
  try {
    let state = await load(file);
    const topics = TOPICS.map((topic) => prefix + topic);
    const ends = await endsOf(kafka, topics);
    refuseOtherTopics(state, ends, file);
    const isCaughtUp = () =>
      ends.every(({ place, high }) => BigInt(state.partitions[place]?.offset ?? 0) >= BigInt(high));

    if (untilCaughtUp && isCaughtUp()) return;
    await consumer.connect();
    await consumer.subscribe({ topics, fromBeginning: true });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) fail(payload.error);
    });
    signal?.addEventListener('abort', () => end(), { once: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch: { topic, partition, messages }, heartbeat }) => {
        const counted = countAll(
          state,
          messages.map(({ offset, value, headers = {} }) => ({ topic, partition, offset, value, headers })),
        );
        // Counts and offsets in one step. A batch is counted when the file says so, and never half.
        await save(file, counted);
        state = counted;
        onSaved?.(state);
        await heartbeat();
        if (untilCaughtUp && isCaughtUp()) end();
      },
      partitionsConsumedConcurrently: 1,
    });
    // Where the file stands; what comes from before it is known and passed over.
    for (const [place, { offset }] of Object.entries(state.partitions)) {
      const { topic, partition } = parsePlace(place);
      if (topics.includes(topic)) consumer.seek({ topic, partition, offset });
    }
    if (signal?.aborted) end();
    await ended;
  } finally {
    await consumer.disconnect();
    await letGo();
  }
}

/** The end of every partition. */
async function endsOf(kafka, topics) {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const byTopic = await Promise.all(
      topics.map(async (topic) => {
        const partitions = await admin.fetchTopicOffsets(topic);
        return partitions.map(({ partition, high }) => ({ place: placeOf({ topic, partition }), high }));
      }),
    );
    return byTopic.flat();
  } finally {
    await admin.disconnect();
  }
}

/** A topic that ends before where we stand is not the one we read: it was deleted and made again. */
function refuseOtherTopics(state, ends, file) {
  for (const { place, high } of ends)
    if (BigInt(state.partitions[place]?.offset ?? 0) > BigInt(high))
      throw new Error(`${place} was made anew since ${file} was written; delete the file and count again`);
}

function parsePlace(place) {
  const slash = place.lastIndexOf('/');
  return { topic: place.slice(0, slash), partition: Number(place.slice(slash + 1)) };
}
