/**
 * All benchmarks, one after another, each in a process of its own, and one table of every ratio at the end.
 * `npm run bench -- [--only append,http]`. Figures mean something on a machine that does nothing else.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { whatIsMissing } from '../scripts/kafka/jars.js';
import {
  aimsTable,
  forgetResult,
  readResult,
  writeTogether,
  type BenchmarkResult,
} from './harness/results.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Benchmark {
  /** Of its JSON too. */
  name: string;
  entry: string;
  /** Why it cannot run here; null when it can. One that can do without says so itself. */
  whyNot?: () => string | null;
}

const whyNoBroker = () => (process.env['KAFKA_BROKERS'] ? null : whatIsMissing());

const BENCHMARKS: readonly Benchmark[] = [
  { name: 'append', entry: 'bench/append/main.ts' },
  { name: 'pipeline', entry: 'bench/pipeline/main.ts' },
  { name: 'relay', entry: 'bench/relay/main.ts', whyNot: whyNoBroker },
  { name: 'projections', entry: 'bench/projections/main.ts' },
  { name: 'preview', entry: 'bench/preview/main.ts' },
  { name: 'http', entry: 'bench/http/main.ts' },
  { name: 'scaling', entry: 'bench/scaling/main.ts' },
  { name: 'prompt-to-preview', entry: 'bench/pipeline/prompt-to-preview.ts' },
];

function chosen(only: string | undefined): readonly Benchmark[] {
  if (only === undefined) return BENCHMARKS;
  return only.split(',').map((name) => {
    const found = BENCHMARKS.find((benchmark) => benchmark.name === name);
    if (found) return found;
    throw new Error(`--only knows ${BENCHMARKS.map((known) => known.name).join(', ')}, not ${name}`);
  });
}

function exitOf(entry: string): Promise<number | null> {
  // kafkajs sets timers in the past, as the program's own start knows.
  const flags = ['--disable-warning=TimeoutNegativeWarning', '--import', 'tsx'];
  const child = spawn(process.execPath, [...flags, entry], { cwd: ROOT, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
}

/** Null when it failed, which it has said itself. */
async function measured({ name, entry }: Benchmark): Promise<BenchmarkResult | null> {
  console.log(`\n━━ ${name}`);
  await forgetResult(name);
  const startedAt = performance.now();
  const code = await exitOf(entry);
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  console.log(`━━ ${name}: ${code === 0 ? 'done' : `failed with ${code}`} after ${seconds} seconds`);
  return code === 0 ? readResult(name) : null;
}

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const results: BenchmarkResult[] = [];
const failed: string[] = [];
for (const benchmark of chosen(values.only)) {
  const reason = benchmark.whyNot?.() ?? null;
  if (reason !== null) {
    console.log(`\n━━ ${benchmark.name}: left out, ${reason}`);
    continue;
  }
  const result = await measured(benchmark);
  if (result) results.push(result);
  else failed.push(benchmark.name);
}
if (results.length > 0) {
  await writeTogether(results);
  console.log(`\n${aimsTable(results)}`);
}
if (failed.length > 0) {
  console.error(`\nfailed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
