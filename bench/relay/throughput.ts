/** The same log to the broker twice: through the relay, and through a bare producer of the same settings. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { topicName } from '../../src/event-bus/kafka/names.js';
import { ResilientProducer } from '../../src/event-bus/kafka/producer.js';
import { ensureEventTopics } from '../../src/event-bus/kafka/topics.js';
import { planSends, type TopicPlan } from '../../src/event-bus/relay/plan.js';
import { Relay } from '../../src/event-bus/relay/relay.js';
import { READ_EVENTS_MAX } from '../../src/event-store/event-store.js';
import { PostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.js';
import { TOPICS } from '../../src/events/streams.js';
import { Database } from '../../src/platform/database/database.js';
import { appendOf } from '../../test/support/events.js';
import type { Report } from '../harness/report.js';
import type { Surroundings } from '../kafka-surroundings.js';

const EVENTS_PER_APPEND = 100;
const topics = { partitions: 6, replicationFactor: 1 };

interface Log extends Pick<Surroundings, 'connection'> {
  database: Database;
  store: PostgresEventStore;
  head: bigint;
}

export async function compareThroughput(
  report: Report,
  { url, connection }: Surroundings,
  { events, rounds }: { events: number; rounds: number },
): Promise<void> {
  const database = new Database({ url, poolSizeMax: 10, applicationName: 'bench' });
  const store = new PostgresEventStore(database);
  try {
    for (let appended = 0; appended < events; appended += EVENTS_PER_APPEND)
      await store.append(
        appendOf(Array.from({ length: EVENTS_PER_APPEND }, (_, index) => `colour ${index}`)),
      );
    const log: Log = { database, store, connection, head: await store.headPosition() };
    const contender = (name: string, send: (log: Log) => Promise<number>) => ({
      name,
      round: async () => (events * 1_000) / (await send(log)),
    });
    await report.contest({
      title: `log to Kafka, ${events.toLocaleString('en')} events`,
      unit: 'events/s',
      rounds,
      contenders: [contender('relay', throughRelay), contender('bare kafkajs producer', throughBareProducer)],
      aims: [{ of: 'relay', to: 'bare kafkajs producer', atLeast: 0.8 }],
    });
  } finally {
    await store.close();
    await database.close();
  }
}

/** Topics of the round's own. */
const ownTopics = (connection: Log['connection'], what: string) => ({
  ...connection,
  prefix: `${connection.prefix}${what}-${randomUUID().slice(0, 8)}.`,
});

/** Milliseconds; the records are made before the clock starts. */
async function throughBareProducer({ connection, store }: Log): Promise<number> {
  const own = ownTopics(connection, 'bare');
  await ensureEventTopics(own, topics);
  const sends = await allSends(store);
  const producer = new ResilientProducer(own);
  // Connected, and its metadata loaded.
  const first = { key: 'first', value: 'first', partition: 0 };
  await producer.send([{ topic: topicName(own, 'drafthorse.drafts'), messages: [first] }], 0);
  const startedAt = performance.now();
  for (const { records, bytes } of sends)
    await producer.send(
      [...records].map(([topic, messages]) => ({ topic: topicName(own, topic), messages })),
      bytes,
    );
  const tookMs = performance.now() - startedAt;
  await producer.close();
  return tookMs;
}

async function allSends(store: PostgresEventStore) {
  const layouts = [{ after: 0n, partitions: topics.partitions, ends: [] }];
  const plan = new Map(
    TOPICS.map((topic): [typeof topic, TopicPlan] => [topic, { position: 0n, layouts, ends: new Map() }]),
  );
  const sends = [];
  for (let after = 0n; ;) {
    const page = await store.readAll({ after, limit: READ_EVENTS_MAX });
    if (page.length === 0) return sends;
    after = page.at(-1)!.position;
    sends.push(...planSends(page, plan));
  }
}

/** Milliseconds from the first look at the log. */
async function throughRelay({ connection, store, database, head }: Log): Promise<number> {
  const own = ownTopics(connection, 'relay');
  await ensureEventTopics(own, topics);
  await database.query('TRUNCATE relay_topics, relay_partitions, relay_layouts, relay_lease');
  const { promise: begun, resolve: begin } = Promise.withResolvers<number>();
  // Connecting and looking at the topics are not what is measured: the bare producer is connected as well.
  const watched: Pick<PostgresEventStore, 'readAll' | 'onAppend'> = {
    onAppend: (listener) => store.onAppend(listener),
    readAll: (options) => {
      begin(performance.now());
      return store.readAll(options);
    },
  };
  const relay = new Relay({ connection: own, topics, store: watched, database });
  relay.start();
  const startedAt = await begun;
  while (!(await isRelayed(database, head))) await sleep(10);
  const tookMs = performance.now() - startedAt;
  await relay.stop();
  return tookMs;
}

async function isRelayed(database: Database, head: bigint): Promise<boolean> {
  const { rows } = await database.query<{ done: boolean }>(
    `SELECT bool_and(position >= (SELECT max(position) FROM events WHERE position <= $1)) AS done
       FROM relay_topics HAVING count(*) > 0`,
    [head],
  );
  return rows[0]?.done ?? false;
}
