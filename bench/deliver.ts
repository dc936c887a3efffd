/**
 * The embedded bus with ten groups: milliseconds from the end of an append to each handler, events per second while
 * following 16 writers, and while working off a backlog. `node --import tsx bench/deliver.ts [--groups 10]`
 */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { DeadLetters } from '../src/event-bus/dead-letters.js';
import { EmbeddedEventBus } from '../src/event-bus/embedded/embedded-event-bus.js';
import type { Append } from '../src/event-store/event-store.js';
import { PostgresEventStore } from '../src/event-store/postgres/postgres-event-store.js';
import { eventIds } from '../src/events/event-ids.js';
import { workspaceStream } from '../src/events/streams.js';
import { Database } from '../src/platform/database/database.js';
import { migrate } from '../src/platform/database/migrate.js';
import { startTestCluster } from '../test/support/cluster.js';

const { values } = parseArgs({ options: { groups: { type: 'string', default: '10' } } });
const groups = Number(values.groups);
const BACKLOG_EVENTS = 50_000;
const WRITERS = 16;
const FOLLOW_MS = 3_000;

function append(size: number): Append {
  const commandId = randomUUID();
  const workspaceId = randomUUID();
  return {
    workspaceId,
    streamId: workspaceStream(workspaceId),
    expectedRevision: 'none',
    events: eventIds(commandId, size).map((eventId) => ({
      eventId,
      type: 'CustomFieldsDefined',
      schemaVersion: 1,
      data: { keys: ['colour', 'size'], definedAt: '2026-01-01T00:00:00.000Z' },
    })),
    metadata: { userId: null, commandId, correlationId: commandId, causationId: null },
  };
}

const server = await startTestCluster({ durable: false });
try {
  await migrate(server.url);
  const database = new Database({ url: server.url, poolSizeMax: 20, applicationName: 'bench' });
  const store = new PostgresEventStore(database);
  const open = () => new EmbeddedEventBus({ store, database, deadLetters: new DeadLetters(database) });
  const counts = Array.from({ length: groups }, () => 0);
  const seenAt = new Map<bigint, number[]>();
  let bus = open();
  const join = async (generation: string, startFrom: 'now' | 'beginning', recordTimes: boolean) => {
    counts.fill(0);
    for (let index = 0; index < groups; index += 1)
      await bus.subscribe({
        group: `bench.${generation}.${index}`,
        topics: ['drafthorse.workspaces'],
        startFrom,
        handle: (batch) => {
          counts[index]! += batch.length;
          if (recordTimes)
            for (const { event } of batch) {
              const times = seenAt.get(event.position) ?? [];
              seenAt.set(event.position, [...times, performance.now()]);
            }
          return Promise.resolve();
        },
      });
  };
  const all = async (events: number) => {
    while (counts.some((count) => count < events)) await new Promise((resolve) => setImmediate(resolve));
  };

  await join('latency', 'now', true);
  const delays: number[] = [];
  for (let round = 1; round <= 500; round += 1) {
    const result = await store.append(append(1));
    const appended = performance.now();
    await all(round);
    if (result.outcome !== 'conflict' && round > 50)
      delays.push(...seenAt.get(result.lastPosition)!.map((at) => Math.max(0, at - appended)));
  }
  delays.sort((one, other) => one - other);
  const at = (share: number) => delays[Math.floor(delays.length * share)]!.toFixed(2);
  console.log(
    `append → handler, ${groups} groups: median ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(0.9999)} ms`,
  );

  const before = Math.min(...counts);
  let appended = 0;
  const started = performance.now();
  const writer = async () => {
    while (performance.now() - started < FOLLOW_MS) {
      await store.append(append(1));
      appended += 1;
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  const written = performance.now();
  await all(before + appended);
  console.log(
    `following ${WRITERS} writers: ${Math.round((appended * 1_000) / FOLLOW_MS)} appends/s, each delivered to ${groups} groups, ` +
      `${Math.round(performance.now() - written)} ms behind at the end`,
  );
  await bus.close();

  for (let count = 0; count < BACKLOG_EVENTS; count += 500) await store.append(append(500));
  bus = open();
  const from = performance.now();
  await join('backlog', 'beginning', false);
  const total = BACKLOG_EVENTS + appended + 500;
  await all(total);
  const seconds = (performance.now() - from) / 1_000;
  console.log(`backlog: ${Math.round(total / seconds)} events/s to each of ${groups} groups at once`);
  await bus.close();
  await store.close();
  await database.close();
} finally {
  await server.remove();
}
