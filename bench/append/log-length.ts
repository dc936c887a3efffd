/** Does the store get slower as its log grows? The same appends and loads beside logs of several lengths. */
import type { PostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.js';
import { workspaceStream } from '../../src/events/streams.js';
import { settle } from '../harness/databases.js';
import { ratePerSecond } from '../harness/rate.js';
import type { Report } from '../harness/report.js';
import { appendOf } from './events.js';
import { fillLog, firstOfFilledStream } from './fill-log.js';
import { openOurStore, WRITERS } from './stores.js';
import type { Measure } from './throughput.js';

const LOADS_PER_ROUND = 2_000;
/** Flat within 15 %. */
const SLOWED_TO_AT_LEAST = 0.85;

/** @param millions of events, the first of them the shortest log, with which the others are compared */
export async function compareLogLengths(
  report: Report,
  serverUrl: string,
  { rounds, seconds }: Measure,
  millions: readonly number[],
): Promise<void> {
  const logs = [];
  for (const count of millions) {
    const opened = await openOurStore(serverUrl, `log_${String(count).replace('.', '_')}_million`);
    const startedAt = performance.now();
    await fillLog(opened.url, Math.round(count * 1_000_000));
    console.log(
      `${nameOf(count)}: filled in ${((performance.now() - startedAt) / 1_000).toFixed(0)} seconds`,
    );
    logs.push({ ...opened, name: nameOf(count), events: Math.round(count * 1_000_000) });
  }
  for (const { url } of logs) await settle(url);
  const [shortest, ...longer] = logs;
  const aims = longer.map(({ name }) => ({ of: name, to: shortest!.name, atLeast: SLOWED_TO_AT_LEAST }));
  try {
    await report.contest({
      title: `append one event beside a log of a length, ${WRITERS} writers`,
      unit: 'events/s',
      rounds,
      contenders: logs.map(({ name, store }) => ({
        name,
        round: () => ratePerSecond({ workers: WRITERS, seconds }, () => store.append(appendOf(1))),
      })),
      aims,
    });
    await report.contest({
      title: 'load a stream of ten events beside a log of a length, one reader',
      unit: 'loads/s',
      rounds,
      contenders: await Promise.all(
        logs.map(async ({ name, store, events }) => {
          const streams = await streamsToLoad(store, events);
          return { name, round: () => loadRate(store, streams) };
        }),
      ),
      aims,
    });
  } finally {
    for (const { close } of logs) await close();
  }
}

const nameOf = (millions: number) => (millions === 0 ? 'an empty log' : `${millions} million events`);

/** Spread over the whole log; an empty one gets streams to load. */
async function streamsToLoad(store: PostgresEventStore, events: number): Promise<string[]> {
  if (events > 0)
    return Promise.all(
      Array.from({ length: LOADS_PER_ROUND }, async (_, i) => {
        const position = firstOfFilledStream(Math.floor((i * events) / LOADS_PER_ROUND));
        const event = await store.eventAt(position);
        if (!event) throw new Error(`the filled log has no event at ${position}`);
        return event.streamId;
      }),
    );
  return Promise.all(
    Array.from({ length: LOADS_PER_ROUND }, async () => {
      const append = appendOf(10);
      await store.append(append);
      return workspaceStream(append.workspaceId);
    }),
  );
}

async function loadRate(store: PostgresEventStore, streams: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  for (const stream of streams) {
    const events = await store.readStream(stream);
    if (events.length !== 10) throw new Error(`${stream} has ${events.length} events instead of 10`);
  }
  return (streams.length * 1_000) / (performance.now() - startedAt);
}
