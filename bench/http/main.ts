/**
 * Our server beside bare Fastify handlers with the same bodies, one that has the body and one that fetches it from PostgreSQL;
 * then 10,000 visitors. `npm run bench:http -- [--rounds 5] [--seconds 3] [--visitors 10000] [--visit-seconds 80] [--profile folder]`
 */
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { z } from 'zod';
import { Report } from '../harness/report.js';
import { startBenchServer, type BenchServer } from '../support.js';
import { startBareServer, type BareBodies } from './bare.js';
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

interface Addresses {
  ours: string;
  constant: string;
  selecting: string;
  headers: Record<string, string>;
}

interface Load {
  title: string;
  connections: number;
  sequences: LoadRequest[][];
  /** Of the rate of both bare handlers. */
  atLeast?: number;
}

async function contest(report: Report, addresses: Addresses, load: Load): Promise<void> {
  const contender = (name: string, url: string) => ({
    name,
    round: async () => {
      const { headers } = addresses;
      const { connections, sequences } = load;
      return (await underLoad({ url, headers, connections, sequences, seconds: options.seconds }))
        .requestsPerSecond;
    },
  });
  const aim = load.atLeast === undefined ? {} : { atLeast: load.atLeast };
  await report.contest({
    title: `${load.title}, ${load.connections} connections`,
    unit: 'requests/s',
    rounds: options.rounds,
    contenders: [
      contender(OURS, addresses.ours),
      contender(CONSTANT, addresses.constant),
      contender(SELECTING, addresses.selecting),
    ],
    aims: [CONSTANT, SELECTING].map((to) => ({ of: OURS, to, ...aim })),
  });
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
  work: (addresses: Addresses) => Promise<void>,
): Promise<void> {
  const databaseUrl = server.database.options.url;
  const bare = await startBareServer({ databaseUrl, workspaceId: await workspaceOf(server), bodies });
  try {
    await work({
      ours: server.url,
      constant: bare.constantUrl,
      selecting: bare.selectingUrl,
      headers: headersOf(server),
    });
  } finally {
    await bare.stop();
  }
}

async function compareReads(report: Report): Promise<void> {
  const server = await startBenchServer({ profileTo: options.profile });
  try {
    const shop = await stockShop(server);
    const bodies = await bodiesOf(shop, server.url, headersOf(server));
    await beside(server, bodies, async (addresses) => {
      for (const url of [addresses.constant, addresses.selecting])
        if (!isDeepStrictEqual(await bodiesOf(shop, url, {}), bodies))
          throw new Error(`${url} does not answer what ours answers`);
      for (const [title, request] of [
        ['GET a draft', draftRequest(shop)],
        ['GET a product', productRequest(shop)],
        ['GET a list of 20 products', listRequest()],
      ] as const)
        await contest(report, addresses, {
          title,
          connections: CONNECTIONS,
          sequences: [[request]],
          atLeast: 0.5,
        });
      await contest(report, addresses, {
        title: 'browsing: list, product, search, draft',
        connections: BROWSING_CONNECTIONS,
        sequences: Array.from({ length: BROWSING_CONNECTIONS }, (_, visitor) => visit(shop, visitor)),
      });
      await receiveVisitors(report, addresses, shop);
    });
  } finally {
    await server.stop();
  }
}

async function receiveVisitors(report: Report, { ours, headers }: Addresses, shop: Shop): Promise<void> {
  const visits = shop.productIds.map((_, visitor) => visit(shop, visitor).map(({ path }) => path));
  const { visitors, 'visit-seconds': seconds } = options;
  const result = await simulateVisits({ url: ours, headers, visitors, seconds, visits });
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
    await beside(server, null, (addresses) =>
      contest(report, addresses, {
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
