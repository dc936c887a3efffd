/**
 * `npm run api-fuzz [-- --seed N --examples N --seconds N]`: the real program on a fresh embedded database with the
 * demo's catalogue, asked by Schemathesis whatever its own OpenAPI document allows, and what it does not. Fails on any
 * 5xx, any status, type or shape of an answer that the document does not name.
 */
import { Command, InvalidArgumentError } from 'commander';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ServerProcess } from '../../src/terminal/demo/server-process.js';
import { installedSchemathesis, runSchemathesis } from './schemathesis.js';

const CATALOGUE = fileURLToPath(new URL('../../examples/catalogues/demo.ndjson', import.meta.url));
const IMPORT_TIMEOUT_MS = 30_000;
const POLL_MS = 100;

const whole = (text: string) => {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('a whole number');
};

const command = new Command('api-fuzz')
  .description('Property-based requests against the served OpenAPI document')
  .option('--seed <number>', 'of the generated requests', whole, 7)
  .option('--examples <number>', 'generated requests per operation and phase', whole, 20)
  .option('--seconds <number>', 'how long it may take', whole, 300)
  .argument('[more...]', 'further arguments of schemathesis, after --')
  .parse();
const { seed, examples, seconds } = command.opts<{ seed: number; examples: number; seconds: number }>();

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interruption.abort());

const program = await installedSchemathesis();
const dataDir = await mkdtemp(join(tmpdir(), 'drafthorse-fuzz-'));
const apiKey = randomBytes(24).toString('base64url');
const environment = { RATE_LIMIT_AUTH: '0' };
const server = ServerProcess.spawn({ dataDir, apiKey, environment });
try {
  const url = await server.listening(interruption.signal);
  await importCatalogue(url);
  const run = { url, apiKey, seed, examples, secondsMax: seconds, more: command.args };
  process.exitCode = await Promise.race([runSchemathesis(program, run), server.unexpectedEnd()]);
} finally {
  const wasOrderly = await server.stop(interruption.signal);
  const log = server.lastLines();
  if (log !== '') console.error(`The server's last lines:\n${log}`);
  if (!wasOrderly) process.exitCode = 1;
  const database = await realpath(join(dataDir, 'postgres')).catch(() => null);
  for (const folder of [database, dataDir])
    if (folder !== null) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Reads that find something are other code than reads that find nothing. */
async function importCatalogue(url: string): Promise<void> {
  const headers = { authorization: `Bearer ${apiKey}` };
  const answer = await fetch(`${url}/api/v1/products/import`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/x-ndjson' },
    body: await readFile(CATALOGUE),
  });
  if (answer.status !== 202) throw new Error(`the catalogue was not taken: ${await answer.text()}`);
  const { importId } = (await answer.json()) as { importId: string };
  for (const deadline = performance.now() + IMPORT_TIMEOUT_MS; performance.now() < deadline;) {
    const shown = await fetch(`${url}/api/v1/imports/${importId}`, { headers });
    if (shown.ok && ((await shown.json()) as { status: string }).status === 'done') return;
    await delay(POLL_MS);
  }
  throw new Error('the catalogue was not imported in time');
}
