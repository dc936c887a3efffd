/**
 * Our server beside bare Fastify handlers with the same bodies, one that has the body and one that fetches it from PostgreSQL,
 * by requests per second and by CPU time per request, which is steadier on a busy machine; then 10,000 visitors.
 * `npm run bench:http -- [--rounds 5] [--seconds 3] [--visitors 10000] [--visit-seconds 80] [--profile folder]`
 */
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { z } from 'zod';
import { Report } from '../harness/report.js';
import { median } from '../harness/spread.js';
import { startBenchServer, type BenchServer } from '../support.js';
import { startBareServer, type BareBodies, type BareServer } from './bare.js';
import { underLoad, type LoadRequest } from './load.js';
import {
  bodiesOf,
  createRequest,
  draftRequest,
  listRequest,
  productRequest,
  stockShop,
  visit,
  type Shop,
} from './shop.js';
import { simulateVisits } from './visits.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    /** Of one round of one contender. */
    seconds: { type: 'string', default: '3' },
    visitors: { type: 'string', default: '10000' },
    'visit-seconds': { type: 'string', default: '80' },
    profile: { type: 'string' },
  },
});
const options = z
  .strictObject({
    rounds: z.coerce.number().int().positive(),
    seconds: z.coerce.number().int().positive(),
    visitors: z.coerce.number().int().positive(),
    'visit-seconds': z.coerce.number().positive(),
    profile: z.string().optional(),
  })
  .parse({ ...values });

const OURS = 'Drafthorse';
const CONSTANT = 'bare Fastify, constant body';
const SELECTING = 'bare Fastify, one statement';
const CONNECTIONS = 32;
const BROWSING_CONNECTIONS = 200;

interface Servers {
  ours: BenchServer;
  bare: BareServer;
  headers: Record<string, string>;
}

interface Load {
  title: string;
  connections: number;
  sequences: LoadRequest[][];
  /** Of the rate of the bare handler that makes the same read or write. */
  atLeast?: number;
}

async function contest(report: Report, { ours, bare, headers }: Servers, load: Load): Promise<void> {
  const { connections, sequences, atLeast } = load;
  const cpuMicroseconds: Record<string, number[]> = {};
  const contender = (name: string, url: string, server: Pick<BenchServer, 'cpuSeconds'>) => ({
    name,
    round: async () => {
      const before = await server.cpuSeconds();
      const answered = await underLoad({ url, headers, connections, sequences, seconds: options.seconds });
      const cpuSeconds = (await server.cpuSeconds()) - before;
      (cpuMicroseconds[name] ??= []).push((cpuSeconds * 1e6) / answered.requests);
      return answered.requestsPerSecond;
    },
  });
  const title = `${load.title}, ${connections} connections`;
  await report.contest({
    title,
    unit: 'requests/s',
    rounds: options.rounds,
    warmUps: 1,
    contenders: [
      contender(OURS, ours.url, ours),
      contender(CONSTANT, bare.constantUrl, bare),
      contender(SELECTING, bare.selectingUrl, bare),
    ],
    aims: [
      { of: OURS, to: CONSTANT },
      { of: OURS, to: SELECTING, ...(atLeast === undefined ? {} : { atLeast }) },
    ],
  });
  for (const [name, samples] of Object.entries(cpuMicroseconds)) {
    const value = median(samples.slice(-options.rounds));
    report.figure({ title: `${title}, CPU time of ${name}`, unit: 'µs/request', value });
  }
}

async function workspaceOf({ database }: BenchServer): Promise<string> {
  const { rows } = await database.query<{ workspace_id: string }>('SELECT workspace_id FROM api_keys');
  if (rows.length !== 1) throw new Error(`${rows.length} keys in a new database`);
  return rows[0]!.workspace_id;
}

const headersOf = ({ apiKey }: BenchServer) => ({ authorization: `Bearer ${apiKey}` });

/** Beside a server, the bare one on its database. Without `bodies` it has nothing to answer a GET with. */
async function beside(
  server: BenchServer,
  bodies: BareBodies | null,
  work: (servers: Servers) => Promise<void>,
): Promise<void> {
  const databaseUrl = server.database.options.url;
  const bare = await startBareServer({ databaseUrl, workspaceId: await workspaceOf(server), bodies });
  try {
    await work({ ours: server, bare, headers: headersOf(server) });
  } finally {
    await bare.stop();
  }
}

async function compareReads(report: Report): Promise<void> {
  const server = await startBenchServer({ profileTo: options.profile });
  try {
    const shop = await stockShop(server);
    const bodies = await bodiesOf(shop, server.url, headersOf(server));
    await beside(server, bodies, async (servers) => {
      for (const url of [servers.bare.constantUrl, servers.bare.selectingUrl])
        if (!isDeepStrictEqual(await bodiesOf(shop, url, {}), bodies))
          throw new Error(`${url} does not answer what ours answers`);
      for (const [title, request] of [
        ['GET a draft', draftRequest(shop)],
        ['GET a product', productRequest(shop)],
        ['GET a list of 20 products', listRequest()],
      ] as const)
        await contest(report, servers, {
          title,
          connections: CONNECTIONS,
          sequences: [[request]],
          atLeast: 0.5,
        });
      await contest(report, servers, {
        title: 'browsing: list, product, search, draft',
        connections: BROWSING_CONNECTIONS,
        sequences: Array.from({ length: BROWSING_CONNECTIONS }, (_, visitor) => visit(shop, visitor)),
      });
      await receiveVisitors(report, servers, shop);
    });
  } finally {
    await server.stop();
  }
}

async function receiveVisitors(report: Report, { ours, headers }: Servers, shop: Shop): Promise<void> {
  const visits = shop.productIds.map((_, visitor) => visit(shop, visitor).map(({ path }) => path));
  const { visitors, 'visit-seconds': seconds } = options;
  const result = await simulateVisits({ url: ours.url, headers, visitors, seconds, visits });
  if (result.failures > 0) throw new Error(`${result.failures} of ${result.requests} requests failed`);
  const title = `${visitors.toLocaleString('en')} visitors over ${seconds} seconds`;
  report.figure({ title: `${title}, asked`, unit: 'requests/s', value: result.requests / seconds });
  report.figure({
    title: `${title}, answered`,
    unit: 'requests/s',
    value: result.requests / result.seconds,
  });
  report.figure({ title: `${title}, p50`, unit: 'ms', value: result.p50Ms });
  report.figure({ title: `${title}, p99`, unit: 'ms', value: result.p99Ms });
}

/** The API alone in its process, so that what the drafts set going is not measured here: that is the pipeline's figure. */
async function compareWrites(report: Report): Promise<void> {
  const server = await startBenchServer({ processes: [['api']] });
  try {
    await beside(server, null, (servers) =>
      contest(report, servers, {
        title: 'POST a draft',
        connections: CONNECTIONS,
        sequences: [[createRequest()]],
        atLeast: 0.5,
      }),
    );
  } finally {
    await server.stop();
  }
}

const report = new Report('http');
await compareReads(report);
await compareWrites(report);
await report.write();
