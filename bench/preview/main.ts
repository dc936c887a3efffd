/**
 * Previews and changes of 1, 500 and 50,000 products in catalogues of 1,000, 10,000 and 100,000, beside the same SELECT and UPDATE
 * in plain SQL. `npm run bench:preview [-- --products 1000,10000,100000 --rounds 3 --profile folder]`
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Task } from '../../src/catalogue/task.js';
import { DrafthorseClient } from '../../src/terminal/client.js';
import type { Contender } from '../harness/contest.js';
import { Report } from '../harness/report.js';
import { median } from '../harness/spread.js';
import { importAll, promptToPreview, startBenchServer } from '../support.js';
import { catalogueLines, SENTENCES, type Sentence } from './catalogue.js';
import { copyTables, plainSelect, plainUpdate } from './plain-sql.js';
import { planningStep } from './planning.js';

const { values } = parseArgs({
  options: {
    products: { type: 'string', default: '1000,10000,100000' },
    rounds: { type: 'string', default: '3' },
    profile: { type: 'string' },
  },
});
const sizes = values.products.split(',').map(Number);
const rounds = Number(values.rounds);
/** A round's figure is a median itself where one run takes milliseconds. */
const RUNS_PER_ROUND = 9;
const SMALL_MATCHES_MAX = 500;
const POLL_MS = 5;
/** What is aimed at is aimed at here. */
const AIMED_AT_PRODUCTS = 100_000;

interface Shop {
  products: number;
  workspaceId: string;
  client: DrafthorseClient;
}

const server = await startBenchServer({ profileTo: values.profile });
const { database } = server;
const step = planningStep(database);
const report = new Report('preview');
try {
  const shops: Shop[] = [];
  for (const products of sizes) shops.push(await openShop(products));
  await copyTables(database);
  for (const shop of shops)
    for (const sentence of SENTENCES.filter(({ matches }) => matches <= shop.products)) {
      await comparePreviews(shop, sentence);
      await compareChanges(shop, sentence);
    }
  report.figure({
    title: 'peak memory of the server',
    unit: 'MiB',
    value: await server.memoryPeakMiB(),
  });
  await report.write();
} finally {
  await step.close();
  await server.stop();
}

async function openShop(products: number): Promise<Shop> {
  const [apiKey] = await server.openWorkspaces(1);
  const client = new DrafthorseClient({ url: server.url, apiKey: apiKey! });
  const startedAt = performance.now();
  await importAll(client, catalogueLines(products));
  report.figure({
    title: `import of ${products.toLocaleString('en')} products`,
    unit: 's',
    value: (performance.now() - startedAt) / 1_000,
  });
  const { rows } = await database.query<{ workspace_id: string }>(
    'SELECT workspace_id FROM catalogue_heads WHERE products = $1',
    [products],
  );
  return { products, workspaceId: rows[0]!.workspace_id, client };
}

async function comparePreviews({ products, workspaceId, client }: Shop, sentence: Sentence): Promise<void> {
  const { parsed } = await previewOf(client, sentence);
  const [alone, whole, select] = ['match, plan, seal', 'prompt → preview, HTTP', 'SELECT'];
  const contender = contenderFor(sentence);
  await report.contest({
    title: `preview of ${named(sentence, products)}`,
    unit: 'ms',
    rounds,
    contenders: [
      contender(alone, () => timed(() => step.preview(workspaceId, parsed as Task), sentence.matches)),
      contender(whole, async () => (await previewOf(client, sentence)).ms),
      contender(select, () => timed(() => plainSelect(database, workspaceId, sentence), sentence.matches)),
    ],
    aims: [
      { of: alone, to: select, ...(products === AIMED_AT_PRODUCTS ? { atMost: 2 } : {}) },
      { of: whole, to: select },
    ],
  });
}

async function compareChanges({ products, workspaceId, client }: Shop, sentence: Sentence): Promise<void> {
  const [ours, update] = ['confirmed → applied and shown, HTTP', 'UPDATE'];
  const contender = contenderFor(sentence);
  await report.contest({
    title: `change of ${named(sentence, products)}`,
    unit: 'ms',
    rounds,
    contenders: [
      contender(ours, async () => {
        const { draftId, planHash } = await previewOf(client, sentence);
        return timed(() => apply(client, draftId, planHash), sentence.matches);
      }),
      contender(update, () => timed(() => plainUpdate(database, workspaceId, sentence), sentence.matches)),
    ],
    aims: [{ of: ours, to: update, ...(products === AIMED_AT_PRODUCTS ? { atMost: 3 } : {}) }],
  });
}

function contenderFor({ matches }: Sentence) {
  return (name: string, run: () => Promise<number>): Contender => ({
    name,
    round: async () => {
      const runs: number[] = [];
      while (runs.length < (matches > SMALL_MATCHES_MAX ? 1 : RUNS_PER_ROUND)) runs.push(await run());
      return median(runs);
    },
  });
}

/** Answers how many products were changed, once reads show them. */
async function apply(client: DrafthorseClient, draftId: string, planHash: string): Promise<number> {
  await client.confirm(draftId, { planHash, secondConfirmation: true });
  for (;;) {
    const draft = await client.draft(draftId);
    if (draft.status === 'done') return draft.preview!.summary.changed;
    if (draft.status === 'failed') throw new Error(JSON.stringify(draft.error));
    await sleep(POLL_MS);
  }
}

async function previewOf(client: DrafthorseClient, { prompt, matches }: Sentence) {
  const startedAt = performance.now();
  let { draft } = await promptToPreview(client, prompt);
  // A server holds an answer for a bounded time.
  while (draft.status === 'pending' || draft.status === 'parsing')
    draft = await client.draft(draft.draftId, { wait: 'preview' });
  const ms = performance.now() - startedAt;
  if (draft.preview?.summary.matched !== matches)
    throw new Error(`${prompt}: ${draft.status} ${JSON.stringify(draft.preview?.summary ?? draft.error)}`);
  return { draftId: draft.draftId, planHash: draft.preview.planHash, parsed: draft.parsed, ms };
}

/** Milliseconds. Throws when other than the wanted number of rows was read or changed. */
async function timed(work: () => Promise<number>, wanted: number): Promise<number> {
  const startedAt = performance.now();
  const rows = await work();
  const ms = performance.now() - startedAt;
  if (rows !== wanted) throw new Error(`${rows} rows where ${wanted} were wanted`);
  return ms;
}

function named({ matches }: Sentence, products: number): string {
  return `${matches.toLocaleString('en')} of ${products.toLocaleString('en')} products`;
}
