/**
 * Drafts per second from create to done, 20 rows each, with a model that answers at once, beside the common design: a
 * row per draft, BullMQ on Redis, tables updated directly. One process each. And how long a preview takes at a steady rate.
 * `npm run bench:pipeline -- [--only ours,kafka,bullmq] [--seconds 4] [--rounds 3] [--in-flight N] [--profile FOLDER]`
 */
import { parseArgs } from 'node:util';
import { Report } from '../harness/report.js';
import { startBullmq } from './bullmq.js';
import type { PipelineContender } from './contender.js';
import { Driver } from './driver-process.js';
import { startKafka, whyNoKafka } from './kafka.js';
import { startOurs } from './ours.js';
import { whyNoRedis } from './redis.js';
import { Session } from './session.js';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'ours,kafka,bullmq' },
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
    'in-flight': { type: 'string' },
    profile: { type: 'string' },
  },
});
const [EMBEDDED, KAFKA, BULLMQ] = ['ours, embedded bus', 'ours, Kafka', 'BullMQ design'];
/** As many as one process of each role and some to grow need; the program's own default. */
const PARTITIONS = 6;

interface Choice {
  whyNot(): Promise<string | null> | string | null;
  start(): Promise<PipelineContender>;
}

const CHOICES: Record<string, Choice> = {
  ours: { whyNot: () => null, start: () => startOurs(EMBEDDED, { profileTo: values.profile }) },
  kafka: { whyNot: whyNoKafka, start: startOnKafka },
  bullmq: { whyNot: whyNoRedis, start: () => startBullmq(BULLMQ) },
};

async function startOnKafka(): Promise<PipelineContender> {
  const kafka = await startKafka({ partitions: PARTITIONS });
  try {
    const ours = await startOurs(KAFKA, { ...kafka.options, profileTo: values.profile });
    return { ...ours, stop: () => ours.stop().finally(() => kafka.end()) };
  } catch (error) {
    await kafka.end();
    throw error;
  }
}

const driver = Driver.start();
const contenders: PipelineContender[] = [];
try {
  for (const name of values.only.split(',')) {
    const choice = CHOICES[name];
    if (!choice) throw new Error(`--only knows ${Object.keys(CHOICES).join(', ')}, not ${name}`);
    const whyNot = await choice.whyNot();
    if (whyNot === null) contenders.push(await choice.start());
    else console.log(`left out, ${name}: ${whyNot}`);
  }
  const report = new Report('pipeline');
  const names = contenders.map(({ name }) => name);
  const aims = [
    { of: EMBEDDED, to: BULLMQ, atLeast: 1 },
    { of: KAFKA, to: BULLMQ },
  ].filter(({ of, to }) => names.includes(of) && names.includes(to));
  const session = new Session({
    driver,
    report,
    contenders,
    aims,
    seconds: Number(values.seconds),
    rounds: Number(values.rounds),
    inFlight: values['in-flight'] === undefined ? undefined : Number(values['in-flight']),
  });
  await session.throughput();
  await session.latencies();
  await session.proofs();
  await session.memory();
  await report.write();
} finally {
  await driver.stop();
  for (const contender of contenders) await contender.stop();
}
