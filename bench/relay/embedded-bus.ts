/** The bus without a broker: milliseconds from an append to each handler of ten groups, and events per second from a backlog. */
import { DeadLetters } from '../../src/event-bus/dead-letters.js';
import { EmbeddedEventBus } from '../../src/event-bus/embedded/embedded-event-bus.js';
import { PostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.js';
import { Database } from '../../src/platform/database/database.js';
import { appendOf } from '../../test/support/events.js';
import type { Report } from '../harness/report.js';
import { quantile } from '../harness/spread.js';

const GROUPS = 10;
const APPENDS = 500;
const WARM_UP_APPENDS = 50;
const BACKLOG_EVENTS = 50_000;
const EVENTS_PER_APPEND = 500;

export async function measureEmbeddedBus(report: Report, url: string): Promise<void> {
  const database = new Database({ url, poolSizeMax: 20, applicationName: 'bench' });
  const store = new PostgresEventStore(database);
  const open = () => new EmbeddedEventBus({ store, database, deadLetters: new DeadLetters(database) });
  try {
    const delays = await delaysMs(store, open());
    const title = `append answered → handler, embedded bus, ${GROUPS} groups`;
    report.figure({ title: `${title}, p50`, unit: 'ms', value: quantile(delays, 0.5) });
    report.figure({ title: `${title}, p99`, unit: 'ms', value: quantile(delays, 0.99) });
    report.figure({
      title: `backlog to each of ${GROUPS} groups at once, embedded bus`,
      unit: 'events/s',
      value: await backlogRate(store, open()),
    });
  } finally {
    await store.close();
    await database.close();
  }
}

async function join(
  bus: EmbeddedEventBus,
  startFrom: 'now' | 'beginning',
  handle: (events: number) => void,
): Promise<void> {
  for (let index = 0; index < GROUPS; index += 1)
    await bus.subscribe({
      group: `bench.${startFrom}.${index}`,
      topics: ['drafthorse.workspaces'],
      startFrom,
      handle: async (batch) => handle(batch.length),
    });
}

async function delaysMs(store: PostgresEventStore, bus: EmbeddedEventBus): Promise<number[]> {
  const delays: number[] = [];
  let seenAt: number[] = [];
  let isSeenByAll: () => void = () => undefined;
  await join(bus, 'now', () => {
    seenAt.push(performance.now());
    if (seenAt.length === GROUPS) isSeenByAll();
  });
  for (let round = 0; round < WARM_UP_APPENDS + APPENDS; round += 1) {
    const { promise, resolve } = Promise.withResolvers<void>();
    [seenAt, isSeenByAll] = [[], resolve];
    await store.append(appendOf(['colour']));
    const answeredAt = performance.now();
    await promise;
    // A handler may be called before the append is answered.
    if (round >= WARM_UP_APPENDS) delays.push(...seenAt.map((at) => Math.max(0, at - answeredAt)));
  }
  await bus.close();
  return delays;
}

async function backlogRate(store: PostgresEventStore, bus: EmbeddedEventBus): Promise<number> {
  for (let count = 0; count < BACKLOG_EVENTS; count += EVENTS_PER_APPEND)
    await store.append(appendOf(Array.from({ length: EVENTS_PER_APPEND }, (_, index) => `${index}`)));
  const { promise, resolve } = Promise.withResolvers<void>();
  let handled = 0;
  const startedAt = performance.now();
  await join(bus, 'beginning', (events) => {
    handled += events;
    if (handled >= BACKLOG_EVENTS * GROUPS) resolve();
  });
  await promise;
  const rate = (handled / GROUPS / (performance.now() - startedAt)) * 1_000;
  await bus.close();
  return rate;
}
