/** Does a stream get slower as it grows? Appends one by one, and loads, at three lengths. */
import { randomUUID } from 'node:crypto';
import { READ_EVENTS_MAX } from '../../src/event-store/event-store.js';
import type { PostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.js';
import { workspaceStream } from '../../src/events/streams.js';
import type { Aim, Contender } from '../harness/contest.js';
import type { Report } from '../harness/report.js';
import { median } from '../harness/spread.js';
import { appendOf } from './events.js';
import { openOurStore } from './stores.js';
import type { Measure } from './throughput.js';

const SHORT = 10;
const LENGTHS = [SHORT, 1_000, 100_000];
const APPENDS_PER_ROUND = 300;
/** A stream under measure may grow by this share of its length before the next one takes over. */
const GROWTH_MAX = 0.05;
const LAST = 10;
const LOADS_PER_ROUND = 300;
const EVENTS_LOADED_PER_ROUND = 100_000;
const FLAT = 1.15;

interface PreparedStream {
  workspaceId: string;
  /** Of its last event. */
  revision: number;
}

export async function compareStreamLengths(
  report: Report,
  serverUrl: string,
  { rounds }: Measure,
): Promise<void> {
  const { store, close } = await openOurStore(serverUrl, 'stream_lengths');
  const lengths = await Promise.all(
    LENGTHS.map(async (length) => ({ length, standing: await prepareStream(store, length) })),
  );
  const contenders = (round: (at: (typeof lengths)[number]) => Promise<number>): Contender[] =>
    lengths.map((at) => ({ name: nameOf(at.length), round: () => round(at) }));
  try {
    await report.contest({
      title: 'append one event to a stream of a length, one writer',
      unit: 'ms',
      rounds,
      contenders: contenders(({ length, standing }) => appendLatency(store, length, standing)),
      aims: longerThan(SHORT),
    });
    await report.contest({
      title: `load the last ${LAST} events of a stream of a length`,
      unit: 'ms',
      rounds,
      contenders: contenders(({ standing }) => loadLatency(store, standing)),
      aims: longerThan(SHORT),
    });
    await report.contest({
      title: 'load all of a stream of a length, per event',
      unit: 'µs',
      rounds,
      contenders: contenders(({ length, standing }) => loadCost(store, length, standing)),
      // A stream of ten is a round trip and little else, so what length itself costs shows against a full page.
      aims: [
        { of: nameOf(READ_EVENTS_MAX), to: nameOf(SHORT), atMost: FLAT },
        { of: nameOf(100_000), to: nameOf(READ_EVENTS_MAX), atMost: FLAT },
      ],
    });
  } finally {
    await close();
  }
}

const nameOf = (length: number) => `${length.toLocaleString('en')} events`;

function longerThan(shortest: number): Aim[] {
  return LENGTHS.filter((length) => length > shortest).map((length) => ({
    of: nameOf(length),
    to: nameOf(shortest),
    atMost: FLAT,
  }));
}

async function prepareStream(store: PostgresEventStore, length: number): Promise<PreparedStream> {
  const stream = { workspaceId: randomUUID(), revision: -1 };
  while (stream.revision + 1 < length)
    await appendTo(store, stream, Math.min(1_000, length - stream.revision - 1));
  return stream;
}

async function appendTo(store: PostgresEventStore, stream: PreparedStream, size: number): Promise<void> {
  const result = await store.append(appendOf(size, stream.workspaceId, stream.revision));
  if (result.outcome !== 'appended') throw new Error(`the append ended ${result.outcome}`);
  stream.revision = result.lastRevision;
}

/** Median of the round's appends, in ms. Only the longest stream is long enough to be used again. */
async function appendLatency(
  store: PostgresEventStore,
  length: number,
  standing: PreparedStream,
): Promise<number> {
  const appendsEach = Math.max(1, Math.floor(length * GROWTH_MAX));
  const streams: PreparedStream[] = [];
  if (appendsEach >= APPENDS_PER_ROUND) streams.push(standing);
  else
    for (let appends = 0; appends < APPENDS_PER_ROUND; appends += appendsEach)
      streams.push(await prepareStream(store, length));
  const samples: number[] = [];
  for (let i = 0; i < APPENDS_PER_ROUND; i += 1) {
    const stream = streams[Math.floor(i / appendsEach)] ?? standing;
    const startedAt = performance.now();
    await appendTo(store, stream, 1);
    samples.push(performance.now() - startedAt);
  }
  return median(samples);
}

async function loadLatency(store: PostgresEventStore, stream: PreparedStream): Promise<number> {
  const streamId = workspaceStream(stream.workspaceId);
  const samples: number[] = [];
  for (let i = 0; i < LOADS_PER_ROUND; i += 1) {
    const startedAt = performance.now();
    const events = await store.readStream(streamId, { fromRevision: stream.revision + 1 - LAST });
    if (events.length !== LAST) throw new Error(`${events.length} events instead of the last ${LAST}`);
    samples.push(performance.now() - startedAt);
  }
  return median(samples);
}

/** Page after page, as a command does that folds the stream. In µs per event, the same number of events at every length. */
async function loadCost(
  store: PostgresEventStore,
  length: number,
  { workspaceId }: PreparedStream,
): Promise<number> {
  const streamId = workspaceStream(workspaceId);
  const startedAt = performance.now();
  let loaded = 0;
  while (loaded < EVENTS_LOADED_PER_ROUND)
    for (let fromRevision = 0; fromRevision < length; fromRevision += READ_EVENTS_MAX)
      loaded += (await store.readStream(streamId, { fromRevision })).length;
  return ((performance.now() - startedAt) * 1_000) / loaded;
}
