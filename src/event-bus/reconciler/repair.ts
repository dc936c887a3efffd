/** Relays again what Kafka lacks. Readers of ours skip what they know; others see repetitions. */
import { hostname } from 'node:os';
import { READ_EVENTS_MAX } from '../../event-store/event-store.js';
import { TOPICS, type Topic } from '../../events/streams.js';
import { topicName } from '../kafka/names.js';
import { ResilientProducer } from '../kafka/producer.js';
import { takeLease, type Lease } from '../relay/lease.js';
import { planSends, type TopicPlan } from '../relay/plan.js';
import { loadState, type RelayState } from '../relay/state.js';
import type { PlacedDifference, ReconcileOptions } from './reconcile.js';

const LEASE_MS = 10_000;

/**
 * Everything of each lacking topic from its first difference on, up to where it was relayed: a reader that waits for
 * what is missing goes on only through those behind it. Takes the relay's lease meanwhile. Answers how many records
 * were sent. Throws EventBusError.
 */
export async function relayAgain(
  options: Omit<ReconcileOptions, 'from' | 'to'>,
  differences: readonly PlacedDifference[],
): Promise<number> {
  const from = new Map<Topic, bigint>();
  for (const { kind, topic, position } of differences) {
    if (position === null || (kind !== 'missing' && kind !== 'out-of-order')) continue;
    const known = from.get(topic);
    if (known === undefined || position < known) from.set(topic, position);
  }
  if (from.size === 0) return 0;
  const { database } = options;
  const holder = `${hostname()}/${process.pid} (repair)`;
  const never = new AbortController().signal;
  const lease = await takeLease({ database, holder, ttlMs: LEASE_MS, standbyPollMs: 100 }, never, {
    preempt: true,
  });
  try {
    return await send(options, from, lease);
  } finally {
    await lease.release();
  }
}

async function send(
  { connection, store, database }: Omit<ReconcileOptions, 'from' | 'to'>,
  from: ReadonlyMap<Topic, bigint>,
  lease: Lease,
): Promise<number> {
  const state = await loadState(database, TOPICS);
  const producer = new ResilientProducer(connection);
  const plan = planFromTheBeginning(state, from);
  const until = [...from.keys()].reduce((high, topic) => max(high, state.get(topic)!.position), 0n);
  let count = 0;
  try {
    for (let after = 0n; after < until;) {
      const page = await store.readAll({ after, limit: READ_EVENTS_MAX });
      if (page.length === 0) break;
      after = page.at(-1)!.position;
      // From the beginning, because each record names the one before it in its partition.
      for (const { records, bytes } of planSends(page, plan)) {
        const topicMessages = [...records].flatMap(([topic, placed]) => {
          const { position } = state.get(topic)!;
          const messages = placed.filter(({ headers }) => {
            const at = BigInt(headers['drafthorse-position']!);
            return at >= from.get(topic)! && at <= position;
          });
          return messages.length > 0 ? [{ topic: topicName(connection, topic), messages }] : [];
        });
        if (topicMessages.length === 0) continue;
        lease.lost.throwIfAborted();
        await producer.send(topicMessages, bytes);
        count += topicMessages.reduce((sum, { messages }) => sum + messages.length, 0);
      }
    }
  } finally {
    await producer.close();
  }
  return count;
}

function planFromTheBeginning(state: RelayState, topics: ReadonlyMap<Topic, bigint>): Map<Topic, TopicPlan> {
  return new Map(
    [...topics.keys()].map((topic) => [
      topic,
      { position: 0n, layouts: state.get(topic)!.layouts, ends: new Map<number, bigint>() },
    ]),
  );
}

const max = (one: bigint, other: bigint) => (one > other ? one : other);
