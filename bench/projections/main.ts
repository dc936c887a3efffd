/**
 * How fast read models catch up with the log from nothing, in events per second, beside a bare loop that writes the same
 * rows. `npm run bench:projections [-- --drafts 4000 --products 10000 --changes 3000 --rounds 5]`
 */
import { parseArgs } from 'node:util';
import { PostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.js';
import type { StreamKind } from '../../src/events/streams.js';
import { Database } from '../../src/platform/database/database.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { draftsProjection } from '../../src/projections/drafts/drafts.projection.js';
import { productsProjection } from '../../src/projections/products/products.projection.js';
import type { Projection } from '../../src/projections/projection.js';
import { startTestCluster } from '../../test/support/cluster.js';
import { Report } from '../harness/report.js';
import { bareCatchUp, bareDrafts, bareProducts, createBareTables } from './bare.js';
import { writeCatalogue, writeDrafts } from './log.js';
import { catchUp } from './ours.js';

const { values } = parseArgs({
  options: {
    drafts: { type: 'string', default: '4000' },
    products: { type: 'string', default: '10000' },
    changes: { type: 'string', default: '3000' },
    rounds: { type: 'string', default: '5' },
  },
});

interface Case {
  title: string;
  projection: Projection;
  kind: StreamKind;
  consumer: typeof bareDrafts;
  write(): Promise<number>;
}

const server = await startTestCluster({ durable: true });
// As the embedded default does for what can be made again from the log: commits do not wait for the disk, on either side.
const connect = (durableCommits: boolean) =>
  new Database({ url: server.url, poolSizeMax: 16, applicationName: 'bench', durableCommits });
const [written, database] = [connect(true), connect(false)];
try {
  await migrate(server.url);
  await createBareTables(database);
  const log = new PostgresEventStore(written);
  const store = new PostgresEventStore(database);
  const report = new Report('projections');
  const cases: Case[] = [
    {
      title: `drafts with 20 rows each`,
      projection: draftsProjection,
      kind: 'draft',
      consumer: bareDrafts,
      write: () => writeDrafts(log, Number(values.drafts)),
    },
    {
      title: `products, 20 changes an event`,
      projection: productsProjection,
      kind: 'catalogue',
      consumer: bareProducts,
      write: () => writeCatalogue(log, { products: Number(values.products), events: Number(values.changes) }),
    },
  ];
  for (const { title, projection, kind, consumer, write } of cases) {
    const events = await write();
    await database.query('VACUUM ANALYZE events');
    const [end] = (await database.query<{ position: string }>('SELECT max(position) AS position FROM events'))
      .rows;
    const rate = (ms: number) => (events * 1_000) / ms;
    const name = `bare ${projection.name}`;
    await report.contest({
      title: `${title}: ${events.toLocaleString('en')} events`,
      unit: 'events/s',
      rounds: Number(values.rounds),
      contenders: [
        {
          name: projection.name,
          round: async () => rate(await catchUp({ database, store, projection, end: BigInt(end!.position) })),
        },
        { name, round: async () => rate(await bareCatchUp(database, store, { name, kind, consumer })) },
      ],
      aims: [{ of: projection.name, to: name, atLeast: 0.5 }],
    });
    await assertSameRows(projection);
  }
  await report.write();
  await log.close();
  await store.close();
} finally {
  await written.close();
  await database.close();
  await server.remove();
}

/** A contender that wrote other rows would have won nothing. */
async function assertSameRows(projection: Projection): Promise<void> {
  for (const table of projection.tables) {
    const { rows } = await database.query<{ different: number }>(
      `SELECT count(*)::int AS different FROM (
         (TABLE public.${table} EXCEPT ALL TABLE bare.${table}) UNION ALL
         (TABLE bare.${table} EXCEPT ALL TABLE public.${table})) AS d`,
    );
    if (rows[0]?.different !== 0) throw new Error(`${table}: ${rows[0]?.different} rows differ`);
  }
}
