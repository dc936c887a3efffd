/** How long from an append until a read model shows it, through relay, Kafka and a projection, at a steady rate; all in this process. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DeadLetters } from '../../src/event-bus/dead-letters.js';
import { KafkaEventBus } from '../../src/event-bus/kafka/kafka-event-bus.js';
import { ensureEventTopics } from '../../src/event-bus/kafka/topics.js';
import { Relay } from '../../src/event-bus/relay/relay.js';
import { PostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.js';
import { Database } from '../../src/platform/database/database.js';
import { auditProjection } from '../../src/projections/audit/audit.projection.js';
import { Projections } from '../../src/projections/projections.js';
import { appendOf } from '../../test/support/events.js';
import type { Report } from '../harness/report.js';
import { quantile } from '../harness/spread.js';
import type { Surroundings } from '../kafka-surroundings.js';

/** Connections, plans and compiled code. */
const WARM_UP_EVENTS = 200;
const VISIBLE_MS_MAX = 30_000;
const topics = { partitions: 6, replicationFactor: 1 };

export async function measureVisibility(
  report: Report,
  { url, connection: broker }: Surroundings,
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<void> {
  const connection = { ...broker, prefix: `${broker.prefix}visible.` };
  const database = new Database({ url, poolSizeMax: 20, applicationName: 'bench' });
  const store = new PostgresEventStore(database);
  const bus = new KafkaEventBus({
    connection,
    topics,
    store,
    database,
    deadLetters: new DeadLetters(database),
  });
  const relay = new Relay({ connection, topics, store, database });
  const projections = new Projections({ database, bus, store, projections: [auditProjection] });
  /** Milliseconds between the answer to an append and its being shown. */
  const one = async () => {
    const result = await store.append(appendOf(['colour']));
    if (result.outcome === 'conflict') throw new Error('a conflict in a stream of its own');
    const storedAt = performance.now();
    if (
      !(await projections.waitFor(auditProjection.name, result.lastPosition, { timeoutMs: VISIBLE_MS_MAX }))
    )
      throw new Error(`not visible within ${VISIBLE_MS_MAX} ms`);
    return performance.now() - storedAt;
  };
  try {
    await database.query('TRUNCATE relay_topics, relay_partitions, relay_layouts, relay_lease');
    await ensureEventTopics(connection, topics);
    relay.start();
    await projections.start();
    for (let index = 0; index < WARM_UP_EVENTS; index += 1) await one();
    const begunAt = performance.now();
    const visible = await Promise.all(
      Array.from({ length: perSecond * seconds }, async (_, index) => {
        await sleep(Math.max(0, begunAt + (index * 1_000) / perSecond - performance.now()));
        return one();
      }),
    );
    const title = `append answered → visible through relay and Kafka, ${perSecond}/s`;
    report.figure({ title: `${title}, p50`, unit: 'ms', value: quantile(visible, 0.5), atMost: 25 });
    report.figure({ title: `${title}, p99`, unit: 'ms', value: quantile(visible, 0.99), atMost: 100 });
  } finally {
    await projections.stop();
    await bus.close();
    await relay.stop();
    await store.close();
    await database.close();
  }
}
