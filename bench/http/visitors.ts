/**
 * Ten thousand people who each look at a few pages over a minute, whatever the server is doing: requests start when their
 * time has come, and what waits for a slow answer waits in the figure. Runs in a process of its own.
 */
import { request, Agent } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { VisitsJob, VisitsResult } from './visits.js';
import { quantile } from '../harness/spread.js';

const CONNECTIONS_MAX = 1_000;
/** Multiples of it, modulo 1, fill the unit interval evenly however many there are: visitors arrive without a beat. */
const GOLDEN_RATIO = 0.618_033_988_749_895;

const job = JSON.parse(await text(process.stdin)) as VisitsJob;
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX });
const samples: number[] = [];
let failures = 0;

function ask(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request(`${job.url}${path}`, { agent, headers: job.headers }, (answer) => {
      answer.resume();
      answer.once('error', reject);
      answer.once('end', () => (answer.statusCode === 200 ? resolve() : reject(new Error('refused'))));
    });
    asked.once('error', reject);
    asked.end();
  });
}

const startedAt = performance.now();

/** Steps are spread over the whole time: a person reads what came before asking for more. */
async function visitor(paths: readonly string[], index: number): Promise<void> {
  const spacing = (job.seconds * 1_000) / paths.length;
  const first = ((index * GOLDEN_RATIO) % 1) * spacing;
  for (const [step, path] of paths.entries()) {
    const due = startedAt + first + step * spacing;
    await sleep(Math.max(0, due - performance.now()));
    await ask(path).catch(() => (failures += 1));
    samples.push(performance.now() - due);
  }
}

await Promise.all(
  Array.from({ length: job.visitors }, (_, index) => visitor(job.visits[index % job.visits.length]!, index)),
);
agent.destroy();
const result: VisitsResult = {
  requests: samples.length,
  failures,
  p50Ms: quantile(samples, 0.5),
  p99Ms: quantile(samples, 0.99),
  seconds: (performance.now() - startedAt) / 1_000,
};
process.stdout.write(JSON.stringify(result));
