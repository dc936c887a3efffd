/**
 * Appends per second through the store against raw INSERTs of the same rows, on an embedded PostgreSQL.
 * `node --import tsx bench/append.ts [--durable] [--seconds 3]`. Prints the median of three samples each.
 */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { NewEvent } from '../src/events/contract.js';
import { eventIds } from '../src/events/event-ids.js';
import { workspaceStream } from '../src/events/streams.js';
import type { Append } from '../src/event-store/event-store.js';
import { PostgresEventStore } from '../src/event-store/postgres/postgres-event-store.js';
import { Database } from '../src/platform/database/database.js';
import { migrate } from '../src/platform/database/migrate.js';
import { startTestCluster } from '../test/support/cluster.js';

const WRITERS = 16;
const SAMPLES = 3;

const { values } = parseArgs({
  options: { durable: { type: 'boolean', default: false }, seconds: { type: 'string', default: '3' } },
});
const sampleMs = Number(values.seconds) * 1_000;

function append(size: number): Append {
  const commandId = randomUUID();
  const workspaceId = randomUUID();
  const events = eventIds(commandId, size).map((eventId): NewEvent => ({
    eventId,
    type: 'CustomFieldsDefined',
    schemaVersion: 1,
    data: { keys: ['colour', 'size', 'material', 'origin'], definedAt: '2026-01-01T00:00:00.000Z' },
  }));
  return {
    workspaceId,
    streamId: workspaceStream(workspaceId),
    expectedRevision: 'none',
    events,
    metadata: { userId: null, commandId, correlationId: commandId, causationId: null },
  };
}

/** Calls per second of `work` by WRITERS concurrent writers. */
async function rate(work: () => Promise<unknown>): Promise<number> {
  const samples: number[] = [];
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const started = performance.now();
    let calls = 0;
    const writer = async () => {
      while (performance.now() - started < sampleMs) {
        await work();
        calls += 1;
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, writer));
    samples.push((calls * 1_000) / (performance.now() - started));
  }
  return samples.sort((one, other) => one - other)[Math.floor(SAMPLES / 2)]!;
}

let ordinal = 0;
async function rawInsert(database: Database, size: number): Promise<void> {
  const { workspaceId, streamId, events, metadata } = append(size);
  const first = (ordinal += size) - size;
  await database.pool.query({
    name: 'raw-insert',
    text: `INSERT INTO events_raw
           SELECT $1::bigint + n - 1, $2, n - 1, id, $3, type, 1, data::jsonb, $4, clock_timestamp()
             FROM unnest($5::uuid[], $6::text[], $7::text[]) WITH ORDINALITY AS event (id, type, data, n)`,
    values: [
      first,
      streamId,
      workspaceId,
      JSON.stringify(metadata),
      events.map(({ eventId }) => eventId),
      events.map(({ type }) => type),
      events.map(({ data }) => JSON.stringify(data)),
    ],
  });
}

const server = await startTestCluster({ durable: values.durable });
try {
  await migrate(server.url);
  const database = new Database({ url: server.url, poolSizeMax: WRITERS, applicationName: 'bench' });
  const store = new PostgresEventStore(database);
  await database.query('CREATE TABLE events_raw (LIKE events INCLUDING ALL)');
  try {
    for (const size of [1, 100]) {
      const raw = await rate(() => rawInsert(database, size));
      const ours = await rate(() => store.append(append(size)));
      const line = (name: string, perSecond: number) =>
        console.log(
          `${name.padEnd(12)} ${String(size).padStart(3)} per append: ${Math.round(perSecond).toLocaleString('en')} appends/s, ` +
            `${Math.round(perSecond * size).toLocaleString('en')} events/s (${Math.round((perSecond / raw) * 100)} %)`,
        );
      line('raw INSERT', raw);
      line('append', ours);
    }
  } finally {
    await store.close();
    await database.close();
  }
} finally {
  await server.remove();
}
