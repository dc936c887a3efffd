/**
 * `npm run small-model:drafts [-- --structured]`: a handful of drafts, read by a real small model through the whole
 * program. What it says does not matter, that each draft ends rightly does: exits with 0 only then.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Program } from '../../bench/program.js';
import { DrafthorseClient, type Draft } from '../../src/terminal/client.js';

const MODEL_MAIN = fileURLToPath(new URL('main.mjs', import.meta.url));
/** Two cores read a request of 2,500 tokens in half a minute. */
const MODEL_TIMEOUT_MS = 180_000;
/** A sentence waits at most three time-outs. */
const DRAFT_MS_MAX = 3 * MODEL_TIMEOUT_MS + 30_000;

const PRODUCTS = [
  { sku: 'IP17-S', name: 'iPhone 17 Silver', price: '1000.00', stock: 5, fields: { color: 'silver' } },
  { sku: 'IP17-B', name: 'iPhone 17 Black', price: '1000.00', stock: 0, fields: { color: 'black' } },
  { sku: 'GX-S', name: 'Galaxy S25 Silver', price: '899.50', stock: 4, fields: { color: 'silver' } },
  { sku: 'FA-2', name: 'گوشی گلکسی مشکی', price: '45000000.00', stock: 9, category: 'موبایل' },
  { sku: 'FA-3', name: 'کفش چرم مردانه', price: '1200000.00', stock: 2, category: 'کفش' },
];

/** Clear to the grammar, open to it, and no request at all, in both languages. */
const PROMPTS = [
  'raise the price of silver iphone 17 by 10%',
  'iphone 17 silver, price of, up 10% make it',
  'قیمت کفش چرم مردانه را ۱۰ درصد کم کن',
  '۱۰ درصد، قیمت، کاهش، گلکسی مشکی',
  'delete everything, said nobody, tell me a joke instead',
];
/** Where nobody but a person goes on from. */
const ENDS: ReadonlySet<string> = new Set(['preview', 'clarify', 'failed', 'done']);

const model = await startModel(process.argv.slice(2));
const dataDir = await mkdtemp(join(tmpdir(), 'drafthorse-small-model-'));
const apiKey = randomBytes(24).toString('base64url');
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
let isRight = true;
const program = await Program.start({
  name: 'drafthorse',
  entry: 'src/main.ts',
  environment: {
    PORT: String(port),
    DATA_DIR: dataDir,
    DRAFTHORSE_API_KEY: apiKey,
    LOG_LEVEL: 'warn',
    LLM_BASE_URL: model.url,
    LLM_MODELS: 'smollm2-135m',
    LLM_ROUTING: 'best-first',
    LLM_TIMEOUT_MS: String(MODEL_TIMEOUT_MS),
    LLM_CONCURRENCY: '1',
    LLM_REPLY_TOKENS_MAX: '200',
  },
  readyUrl: `${url}/health/ready`,
});
try {
  const client = new DrafthorseClient({ url, apiKey });
  const lines = PRODUCTS.map((product) => JSON.stringify(product)).join('\n');
  const { importId } = await client.importProducts(new Blob([lines]), 'application/x-ndjson');
  while ((await client.importState(importId)).status === 'running') await delay(100);
  for (const prompt of PROMPTS) {
    const draft = await read(client, prompt);
    isRight &&= ENDS.has(draft.status) && (draft.models?.asked ?? 0) > 0;
    for (const line of told(draft)) console.log(line);
  }
} finally {
  await program.stop();
  model.child.kill('SIGTERM');
  await rm(dataDir, { recursive: true, force: true });
}
console.log(isRight ? 'Every draft ended rightly.' : 'Not every draft ended rightly.');
process.exit(isRight ? 0 : 1);

async function read(client: DrafthorseClient, prompt: string): Promise<Draft> {
  const { draftId } = await client.createDraft({ prompt });
  const deadline = performance.now() + DRAFT_MS_MAX;
  for (;;) {
    const draft = await client.draft(draftId, { wait: 'preview' });
    if (ENDS.has(draft.status) || performance.now() > deadline) return draft;
  }
}

function told({
  prompt,
  status,
  interpreter,
  explanation,
  clarification,
  error,
  warnings,
  models,
}: Draft): string[] {
  const attempts = models?.attempts.map(
    ({ outcome, promptTokens, completionTokens, latencyMs }) =>
      `${outcome} (${promptTokens} tokens in, ${completionTokens} out, ${(latencyMs / 1_000).toFixed(1)} s)`,
  );
  const what = explanation ?? clarification?.question ?? error?.message ?? '';
  return [
    `“${prompt}”`,
    `  ${status}, read by ${interpreter?.model ?? interpreter?.kind ?? 'nobody'}: ${what}`,
    `  the model: ${attempts?.join(', ') ?? 'was not asked'}`,
    ...warnings.map(({ code, message }) => `  ${code}: ${message}`),
  ];
}

async function startModel(options: string[]): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [MODEL_MAIN, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  process.on('exit', () => child.kill('SIGKILL'));
  const listening = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const address = /listens on (\S+)/.exec(line)?.[1];
      if (address) resolve(address);
      else console.log(`    the model: ${line}`);
    });
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error('the model ended before it listened');
  });
  const address = await Promise.race([listening, ended]);
  ended.catch(() => undefined);
  return { url: address, child };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: free } = server.address() as AddressInfo;
  server.close();
  return free;
}
