/** Larger catalogues, longer streams, more workspaces: on one process with all roles. */
import { hashApiKey } from '../../src/identity/keys/api-key.js';
import { filled } from '../pipeline/ours.js';
import { ROWS_PER_DRAFT, type Shop } from '../pipeline/shop.js';
import { startBenchServer, type BenchServer } from '../support.js';
import { changeMany } from './change-sets.js';
import { costPerDraft, targetOf, throughput, type Bench, type Size } from './measure.js';

const WORKSPACE_COUNTS = [1, 16, 64];
const STREAM_LENGTHS = [0, 1_000, 10_000];
const SMALL_CATALOGUE_GROUPS = 50;
const IN_FLIGHT = 8;
/** Of each workspace among many; one alone has room for all drafts in flight. */
const GROUPS_AMONG_MANY = 4;
const IMPORTS_AT_ONCE = 8;

export interface SizesOptions {
  /** Largest catalogue. */
  productsMax: number;
  /** What to measure. */
  parts: ReadonlySet<string>;
}

export async function measureSizes(bench: Bench, { productsMax, parts }: SizesOptions): Promise<void> {
  const server = await startBenchServer();
  try {
    if (parts.has('workspaces'))
      await throughput(bench, {
        title: 'by workspaces',
        sizes: await workspaces(server),
        inFlight: IN_FLIGHT,
      });
    if (parts.has('stream'))
      await costPerDraft(bench, 'by length of the catalogue’s stream', await streams(server));
    if (parts.has('catalogue')) {
      const counts = [1_000, 10_000, 100_000].filter((count) => count <= productsMax);
      await costPerDraft(bench, 'by products in the catalogue', await catalogues(server, counts));
    }
    for (const { name, residentMiB, peakMiB } of await server.memory()) {
      bench.report.figure({ title: `memory of ${name}, at the end`, unit: 'MiB', value: residentMiB });
      bench.report.figure({ title: `memory of ${name}, at its peak`, unit: 'MiB', value: peakMiB });
    }
  } finally {
    await server.stop();
  }
}

async function catalogues(server: BenchServer, counts: number[]): Promise<Size[]> {
  const keys = await server.openWorkspaces(counts.length);
  const sizes: Size[] = [];
  for (const [index, count] of counts.entries()) {
    const shop = await filled(server.url, keys[index]!, count / ROWS_PER_DRAFT);
    sizes.push({ name: `${count.toLocaleString('en')} products`, target: targetOf(server.url, [shop]) });
  }
  await settled(server);
  return sizes;
}

async function streams(server: BenchServer): Promise<Size[]> {
  const keys = await server.openWorkspaces(STREAM_LENGTHS.length);
  const sizes: Size[] = [];
  for (const [index, length] of STREAM_LENGTHS.entries()) {
    const shop = await filled(server.url, keys[index]!, SMALL_CATALOGUE_GROUPS);
    await changeMany(server.database, await workspaceOf(server, keys[index]!), length);
    sizes.push({
      name: `after ${length.toLocaleString('en')} change sets`,
      target: targetOf(server.url, [shop]),
    });
  }
  await settled(server);
  return sizes;
}

async function workspaces(server: BenchServer): Promise<Size[]> {
  const sizes: Size[] = [];
  for (const count of WORKSPACE_COUNTS) {
    const keys = await server.openWorkspaces(count);
    const groups = count === 1 ? SMALL_CATALOGUE_GROUPS : GROUPS_AMONG_MANY;
    const shops: Shop[] = [];
    while (shops.length < count) {
      const next = keys.slice(shops.length, shops.length + IMPORTS_AT_ONCE);
      shops.push(...(await Promise.all(next.map((apiKey) => filled(server.url, apiKey, groups)))));
    }
    sizes.push({
      name: count === 1 ? 'one workspace' : `${count} workspaces`,
      target: targetOf(server.url, shops),
    });
  }
  await settled(server);
  return sizes;
}

async function workspaceOf({ database }: BenchServer, apiKey: string): Promise<string> {
  const { rows } = await database.query<{ workspace_id: string }>(
    'SELECT workspace_id FROM api_keys WHERE key_hash = $1',
    [hashApiKey(apiKey)],
  );
  return rows[0]!.workspace_id;
}

/** As autovacuum does within a minute of a load; the clock does not wait for it. */
const settled = ({ database }: BenchServer) => database.query('VACUUM ANALYZE');
