/**
 * How long from an append until a read model shows it, through relay, Kafka and a projection, at a steady rate.
 * `node --import tsx bench/kafka-latency.ts [--rate 100] [--seconds 20]`. Uses the broker of KAFKA_BROKERS, or starts
 * one; PostgreSQL is an embedded one that waits for the disk. Relay, consumer and writer share this one process.
 */
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { appendOf } from '../test/support/events.js';
import { DeadLetters } from '../src/event-bus/dead-letters.js';
import { KafkaEventBus } from '../src/event-bus/kafka/kafka-event-bus.js';
import { ensureEventTopics } from '../src/event-bus/kafka/topics.js';
import { Relay } from '../src/event-bus/relay/relay.js';
import { PostgresEventStore } from '../src/event-store/postgres/postgres-event-store.js';
import { Database } from '../src/platform/database/database.js';
import { ALL_PROJECTIONS } from '../src/projections/all.js';
import { Projections } from '../src/projections/projections.js';
import { benchSurroundings, percentile } from './kafka-surroundings.js';

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '20' },
    projection: { type: 'string', default: 'audit' },
  },
});
const everyMs = 1_000 / Number(values.rate);
const count = Number(values.rate) * Number(values.seconds);
/** Connections, plans and compiled code. */
const WARM_UP = 200;
const VISIBLE_MS_MAX = 30_000;
const topics = { partitions: 6, replicationFactor: 1 };

const { url, connection, end } = await benchSurroundings();
const database = new Database({ url, poolSizeMax: 20, applicationName: 'bench' });
const store = new PostgresEventStore(database);
const deadLetters = new DeadLetters(database);
const bus = new KafkaEventBus({ connection, topics, store, database, deadLetters });
const relay = new Relay({ connection, topics, store, database });
const projections = new Projections({
  database,
  bus,
  store,
  projections: ALL_PROJECTIONS.filter(({ name }) => name === values.projection),
});
try {
  await ensureEventTopics(connection, topics);
  relay.start();
  await projections.start();

  const appended: number[] = [];
  const visible: number[] = [];
  const one = async () => {
    const started = performance.now();
    const result = await store.append(appendOf(['colour']));
    if (result.outcome === 'conflict') throw new Error('a conflict in a stream of its own');
    const stored = performance.now();
    if (!(await projections.waitFor(values.projection, result.lastPosition, VISIBLE_MS_MAX)))
      throw new Error(`not visible within ${VISIBLE_MS_MAX} ms`);
    appended.push(stored - started);
    visible.push(performance.now() - stored);
  };
  for (let index = 0; index < WARM_UP; index += 1) await one();
  appended.length = 0;
  visible.length = 0;

  const begun = performance.now();
  const running: Promise<void>[] = [];
  for (let index = 0; index < count; index += 1) {
    const waitMs = begun + index * everyMs - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    running.push(one());
  }
  await Promise.all(running);
  const report = (name: string, samples: number[]) =>
    console.log(
      `${name}: p50 ${percentile(samples, 0.5).toFixed(1)} ms, p95 ${percentile(samples, 0.95).toFixed(1)} ms, ` +
        `p99 ${percentile(samples, 0.99).toFixed(1)} ms, max ${percentile(samples, 1).toFixed(1)} ms`,
    );
  console.log(`${count} events at ${values.rate}/s, projection ${values.projection}`);
  report('append', appended);
  report('append answered → visible (p50 < 25, p99 < 100 wanted)', visible);
} finally {
  await projections.stop();
  await bus.close();
  await relay.stop();
  await store.close();
  await database.close();
  await end();
}
