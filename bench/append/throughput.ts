/** Appends to new streams, side by side: one event each, and batches of 100. */
import type { Contender } from '../harness/contest.js';
import { ratePerSecond } from '../harness/rate.js';
import type { Report } from '../harness/report.js';
import {
  EMMETT,
  MESSAGE_DB,
  MESSAGE_DB_SPREAD,
  openOurs,
  openPeer,
  openRaw,
  OURS,
  RAW,
  WRITERS,
  type OpenStore,
} from './stores.js';

const BATCH = 100;
const LOADED = 1_000;
const LOADS_PER_ROUND = 50;

/** What is aimed at, single and batch alike. */
const APPEND_AIMS = [
  { of: OURS, to: EMMETT, atLeast: 2.5 },
  { of: OURS, to: RAW, atLeast: 0.7 },
  { of: OURS, to: MESSAGE_DB },
];

export interface Measure {
  seconds: number;
  rounds: number;
}

export async function compareStores(report: Report, serverUrl: string, measure: Measure): Promise<void> {
  const stores = [
    await openOurs(serverUrl),
    await openRaw(serverUrl),
    await openPeer(serverUrl, { name: EMMETT, module: 'emmett.ts' }),
    await openPeer(serverUrl, { name: MESSAGE_DB, module: 'message-db.ts' }),
    await openPeer(serverUrl, {
      name: MESSAGE_DB_SPREAD,
      module: 'message-db.ts',
      category: (writer) => `workspace${writer}`,
    }),
  ];
  try {
    for (const size of [1, BATCH])
      await report.contest({
        title: `append ${size === 1 ? 'one event' : `batches of ${size}`}, ${WRITERS} writers`,
        unit: 'events/s',
        rounds: measure.rounds,
        contenders: stores.map((store) => appending(store, size, measure.seconds)),
        aims: [...APPEND_AIMS, { of: OURS, to: MESSAGE_DB_SPREAD }],
      });
    const loading = await Promise.all(stores.filter(({ name }) => name !== MESSAGE_DB_SPREAD).map(loadingOf));
    await report.contest({
      title: `load a stream of ${LOADED.toLocaleString('en')} events`,
      unit: 'events/s',
      rounds: measure.rounds,
      contenders: loading,
      aims: [EMMETT, MESSAGE_DB, RAW].map((to) => ({ of: OURS, to })),
    });
  } finally {
    for (const store of stores) await store.close();
  }
}

function appending(store: OpenStore, size: number, seconds: number): Contender {
  return {
    name: store.name,
    round: async () =>
      size * (await ratePerSecond({ workers: WRITERS, seconds }, (writer) => store.append(size, writer))),
  };
}

async function loadingOf(store: OpenStore): Promise<Contender> {
  const load = await store.prepareLoad(LOADED);
  if ((await load()) !== LOADED) throw new Error(`${store.name} did not load what was appended`);
  return {
    name: store.name,
    round: async () => {
      const startedAt = performance.now();
      for (let i = 0; i < LOADS_PER_ROUND; i += 1) await load();
      return (LOADS_PER_ROUND * LOADED * 1_000) / (performance.now() - startedAt);
    },
  };
}
