/**
 * Events per second through the relay against a bare kafkajs producer that sends the same records with the same settings
 * in the same run. `node --import tsx bench/relay.ts [--events 60000] [--samples 5]`. Uses the broker of KAFKA_BROKERS,
 * or starts one; PostgreSQL is an embedded one. Prints medians and their ratio.
 */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { appendOf } from '../test/support/events.js';
import { READ_EVENTS_MAX } from '../src/event-store/event-store.js';
import { PostgresEventStore } from '../src/event-store/postgres/postgres-event-store.js';
import { TOPICS } from '../src/events/streams.js';
import { topicName } from '../src/event-bus/kafka/names.js';
import { ResilientProducer } from '../src/event-bus/kafka/producer.js';
import { ensureEventTopics } from '../src/event-bus/kafka/topics.js';
import { planSends, type TopicPlan } from '../src/event-bus/relay/plan.js';
import { Relay } from '../src/event-bus/relay/relay.js';
import { Database } from '../src/platform/database/database.js';
import { benchSurroundings, median } from './kafka-surroundings.js';

const { values } = parseArgs({
  options: { events: { type: 'string', default: '60000' }, samples: { type: 'string', default: '5' } },
});
const wanted = Number(values.events);
const samples = Number(values.samples);
const EVENTS_PER_APPEND = 100;
const topics = { partitions: 6, replicationFactor: 1 };

const { url, connection, end } = await benchSurroundings();
const database = new Database({ url, poolSizeMax: 10, applicationName: 'bench' });
const store = new PostgresEventStore(database);
try {
  for (let appended = 0; appended < wanted; appended += EVENTS_PER_APPEND)
    await store.append(appendOf(Array.from({ length: EVENTS_PER_APPEND }, (_, index) => `colour ${index}`)));
  const head = await store.headPosition();

  const bare: number[] = [];
  const relayed: number[] = [];
  // One of each that does not count: what runs first compiles for both.
  await throughBareProducer();
  await throughRelay();
  for (let sample = 0; sample < samples; sample += 1) {
    bare.push(await throughBareProducer());
    relayed.push(await throughRelay());
    console.log(`sample ${sample + 1}: bare ${rate(bare.at(-1)!)}, relay ${rate(relayed.at(-1)!)} events/s`);
  }
  const ratio = median(bare) / median(relayed);
  console.log(`bare producer ${rate(median(bare))} events/s, relay ${rate(median(relayed))} events/s`);
  console.log(`ratio ${ratio.toFixed(2)} (at least 0.80 wanted)`);

  /** Milliseconds; the records are made before the clock starts. */
  async function throughBareProducer(): Promise<number> {
    const own = { ...connection, prefix: `${connection.prefix}bare-${randomUUID().slice(0, 8)}.` };
    await ensureEventTopics(own, topics);
    const layouts = [{ after: 0n, partitions: topics.partitions, ends: [] }];
    const plan = new Map(
      TOPICS.map((topic): [typeof topic, TopicPlan] => [topic, { position: 0n, layouts, ends: new Map() }]),
    );
    const sends = [];
    for (let after = 0n; ;) {
      const page = await store.readAll({ after, limit: READ_EVENTS_MAX });
      if (page.length === 0) break;
      after = page.at(-1)!.position;
      sends.push(...planSends(page, plan));
    }
    const producer = new ResilientProducer(own);
    // Connected, and its metadata loaded.
    const first = { key: 'first', value: 'first', partition: 0 };
    await producer.send([{ topic: topicName(own, 'drafthorse.drafts'), messages: [first] }], 0);
    const started = performance.now();
    for (const { records, bytes } of sends)
      await producer.send(
        [...records].map(([topic, messages]) => ({ topic: topicName(own, topic), messages })),
        bytes,
      );
    const tookMs = performance.now() - started;
    await producer.close();
    return tookMs;
  }

  async function throughRelay(): Promise<number> {
    const own = { ...connection, prefix: `${connection.prefix}relay-${randomUUID().slice(0, 8)}.` };
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
    const started = await begun;
    for (;;) {
      const { rows } = await database.query<{ done: boolean }>(
        `SELECT bool_and(position >= (SELECT max(position) FROM events WHERE position <= $1)) AS done
           FROM relay_topics HAVING count(*) > 0`,
        [head],
      );
      if (rows[0]?.done) break;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const tookMs = performance.now() - started;
    await relay.stop();
    return tookMs;
  }

  function rate(tookMs: number): number {
    return Math.round((wanted * 1_000) / tookMs);
  }
} finally {
  await store.close();
  await database.close();
  await end();
}
