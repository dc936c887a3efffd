/**
 * `npm run chaos -- [--seed N] [--drafts 2000] [--rows 20] [--users 16] [--workspaces 4] [--short] [--durable]`: every role twice in
 * processes of their own, on Kafka, while they are killed. Ends with 0 when nothing was found, else with 1; see
 * docs/chaos.md.
 */
import { parseArgs } from 'node:util';
import { whatIsMissing } from '../../scripts/kafka/jars.js';
import { runChaos, type ChaosReport } from './chaos.js';
import { FULL, SHORT } from './sizes.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    drafts: { type: 'string' },
    rows: { type: 'string' },
    users: { type: 'string' },
    workspaces: { type: 'string' },
    short: { type: 'boolean', default: false },
    durable: { type: 'boolean', default: false },
  },
});

function wholeNumber(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  if (!/^[1-9]\d{0,6}$/.test(text))
    throw new RangeError(`--${name} is a whole number above 0, not "${text}"`);
  return Number(text);
}

function report(seed: number, { findings, ...run }: ChaosReport): void {
  const seconds = run.workMs / 1_000;
  const { p50, p99, max } = run.draftMs;
  console.log(`
seed           ${seed}
drafts         ${run.drafts} opened, ${run.drafts - run.refused} done, ${run.refused} refused because their products had moved
throughput     ${((run.drafts - run.refused) / seconds).toFixed(1)} drafts done per second over ${seconds.toFixed(0)} s, faults included
draft to done  p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, longest ${max.toFixed(0)} ms
requests       ${run.repeatedRequests} repeated by their clients
log            ${run.events} events; Kafka ${run.records} records, ${run.repeats} of them repetitions
rest           ${(run.restMs / 1_000).toFixed(1)} s after the last fault was put right`);
  for (const finding of findings) console.log(`FOUND          ${finding}`);
  if (run.logFolder) console.log(`logs           ${run.logFolder}`);
  console.log(`verdict        ${findings.length === 0 ? 'sound' : `${findings.length} findings`}`);
}

const missing = whatIsMissing();
if (missing) {
  console.error(`Kafka cannot be started here: ${missing}.`);
  process.exit(2);
}
// The broker and the processes die with this one.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));

const size = values.short ? SHORT : FULL;
const seed = wholeNumber('seed', values.seed, 1);
const scale = {
  workspaces: wholeNumber('workspaces', values.workspaces, size.scale.workspaces),
  users: wholeNumber('users', values.users, size.scale.users),
  drafts: wholeNumber('drafts', values.drafts, size.scale.drafts),
  rows: wholeNumber('rows', values.rows, size.scale.rows),
};
if (scale.users < scale.workspaces) throw new RangeError('every workspace needs a user');
console.log(
  `seed ${seed}: ${scale.drafts} drafts of ${scale.rows} rows by ${scale.users} users in ${scale.workspaces} workspaces`,
);
const run = await runChaos({
  seed,
  scale,
  faults: size.faults,
  environment: size.environment,
  durable: values.durable,
  say: (line) => console.log(line),
});
report(seed, run);
process.exit(run.findings.length === 0 ? 0 : 1);
