/**
 * 100,000 products: previews that match about 500 of them, and a change of about 50,000 rows with its undo, over HTTP
 * on the embedded default; beside each the same SELECT or UPDATE in plain SQL on the same tables, as a ratio.
 * `node --import tsx bench/hundred-thousand.ts [--products 100000]`
 */
import { parseArgs } from 'node:util';
import { importAll, median, promptToPreview, startBenchServer, untilEnded } from './support.js';

const { values } = parseArgs({ options: { products: { type: 'string', default: '100000' } } });
const products = Number(values.products);
const ROUNDS = 9;

const COLOURS = ['Silver', 'Black', 'White', 'Blue', 'Red', 'Green', 'Gold', 'Purple', 'Orange', 'Gray'];
const NOUNS = ['Phone', 'Laptop', 'Shirt', 'Shoe', 'Bag', 'Watch', 'Lamp', 'Chair', 'Book', 'Toy'];

/** Deterministic. A line in 200 is of each series, one in ten of each colour, prices spread over 1 to 10,000. */
function product(i: number): string {
  const colour = COLOURS[(i * 7) % 10]!;
  const noun = NOUNS[(i * 3 + Math.floor(i / 10)) % 10]!;
  const price = (1 + ((i * 7919) % 999_900) / 100).toFixed(2);
  const rare = i % 199 === 0 ? { edition: 'Anniversary' } : {};
  return JSON.stringify({
    sku: `BIG-${String(i).padStart(6, '0')}`,
    name: `Series${i % 200} ${noun} ${colour}`,
    price,
    stock: i % 500,
    category: `${noun}s`,
    brand: `Brand${i % 40}`,
    fields: { color: colour, size: ['S', 'M', 'L', 'XL'][i % 4], ...rare },
  });
}

const PREVIEWS = [
  {
    title: 'by name',
    prompt: 'raise the price of series57 by 3 percent',
    sql: `SELECT p.product_id, p.sku, p.name, p.price, p.version FROM products p
           JOIN product_terms t USING (workspace_id, product_id)
           WHERE p.workspace_id = (SELECT workspace_id FROM catalogue_heads LIMIT 1) AND t.terms @> '{name~series57}'`,
  },
  {
    title: 'by a field’s value',
    prompt: 'raise the price of products with edition Anniversary by 3 percent',
    sql: `SELECT p.product_id, p.sku, p.name, p.price, p.version FROM products p
           JOIN product_terms t USING (workspace_id, product_id)
           WHERE p.workspace_id = (SELECT workspace_id FROM catalogue_heads LIMIT 1) AND t.terms @> '{edition=anniversary}'`,
  },
  {
    title: 'by price range',
    prompt: 'raise the price of products with price between 100 and 150 by 3 percent',
    sql: `SELECT p.product_id, p.sku, p.name, p.price, p.version FROM products p
           WHERE p.workspace_id = (SELECT workspace_id FROM catalogue_heads LIMIT 1) AND price BETWEEN 100 AND 150`,
  },
];

const server = await startBenchServer();
const { database } = server;
const client = server.newClient();

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

async function previews(): Promise<void> {
  for (const { title, prompt, sql } of PREVIEWS) {
    const ours: number[] = [];
    const plain: number[] = [];
    let matched = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const { draft, ms } = await promptToPreview(client, prompt);
      if (!draft.preview)
        throw new Error(`${prompt}: ${draft.status} ${JSON.stringify(draft.clarification ?? draft.error)}`);
      matched = draft.preview.summary.matched;
      ours.push(ms);
      plain.push(await timed(() => database.query(sql)));
    }
    report(`preview ${title}, ${matched} rows`, median(ours), median(plain));
  }
}

/** The same rows, changed and changed back in plain SQL, on tables as they stand. */
const UPDATE = (factor: string) => `
  UPDATE products p SET price = round(p.price * ${factor}, 2), version = p.version + 1, updated_at = now()
    FROM product_terms t
   WHERE t.workspace_id = p.workspace_id AND t.product_id = p.product_id
     AND t.terms && '{color=silver,color=black,color=white,color=blue,color=red}'`;

async function largeChange(): Promise<void> {
  const prompt = 'lower the price of silver and black and white and blue and red products by 5 percent';
  const { draft, ms } = await promptToPreview(client, prompt);
  if (!draft.preview)
    throw new Error(`${draft.status} ${JSON.stringify(draft.clarification ?? draft.error)}`);
  const { matched } = draft.preview.summary;
  console.log(`preview of ${matched} rows: ${ms.toFixed(0)} ms`);
  const change = await timed(() => confirmAndWait(draft.draftId, draft.preview!.planHash));
  let undoId = '';
  const undoPreview = await timed(async () => {
    undoId = (await client.undo(draft.draftId)).draftId;
  });
  const undo = await client.draft(undoId);
  const undone = await timed(() => confirmAndWait(undoId, undo.preview!.planHash));
  const { rows } = await database.query<{ text: string }>(
    `SELECT string_agg(product_id || price::text, ',' ORDER BY product_id) AS text FROM products`,
  );
  // Plain SQL last and rolled back: the read model belongs to its projection.
  const plain = await timed(() => rolledBack(UPDATE('0.95')));
  report(`change of ${matched} rows, applied and shown`, change, plain);
  report(`undo: preview`, undoPreview, plain);
  report(`undo: applied and shown`, undone, plain);
  const prices = Number(rows[0]?.text.length ?? 0);
  console.log(
    `prices read back: ${prices} characters; peak memory of the server: ${(await server.memoryPeakMiB()).toFixed(0)} MiB`,
  );
}

async function confirmAndWait(draftId: string, planHash: string): Promise<void> {
  await client.confirm(draftId, { planHash, secondConfirmation: true });
  const ended = await untilEnded(client, draftId);
  if (ended.status !== 'done') throw new Error(`${ended.status}: ${JSON.stringify(ended.error)}`);
}

async function rolledBack(sql: string): Promise<void> {
  await database
    .transaction(async (transaction) => {
      await transaction.query(sql);
      throw new Error('rolled back');
    })
    .catch((error: Error) => {
      if (error.message !== 'rolled back') throw error;
    });
}

function report(title: string, oursMs: number, plainMs: number): void {
  const ratio = (oursMs / plainMs).toFixed(1);
  console.log(
    `${title.padEnd(44)} ${oursMs.toFixed(0).padStart(7)} ms   plain SQL ${plainMs.toFixed(1).padStart(7)} ms   ratio ${ratio}`,
  );
}

try {
  const lines = Array.from({ length: products }, (_, i) => product(i));
  console.log(
    `import of ${products}: ${((await timed(() => importAll(client, lines))) / 1_000).toFixed(1)} s`,
  );
  await previews();
  await largeChange();
} finally {
  await server.stop();
}
