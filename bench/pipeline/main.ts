/**
 * Drafts per second from create to done, 20 rows each, with a model that answers at once; how long a preview takes at a
 * steady rate. `npm run bench:pipeline -- [--only ours] [--seconds 5] [--rounds 3] [--in-flight 32] [--profile FOLDER]`
 */
import { parseArgs } from 'node:util';
import { Report } from '../harness/report.js';
import type { PipelineContender } from './contender.js';
import { Driver } from './driver-process.js';
import { startOurs } from './ours.js';
import { Session } from './session.js';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'ours' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    'in-flight': { type: 'string', default: '32' },
    profile: { type: 'string' },
  },
});
const chosen = values.only.split(',');

const driver = Driver.start();
const contenders: PipelineContender[] = [];
try {
  if (chosen.includes('ours'))
    contenders.push(await startOurs('ours, embedded bus', { profileTo: values.profile }));
  const report = new Report('pipeline');
  const session = new Session({
    driver,
    report,
    contenders,
    seconds: Number(values.seconds),
    rounds: Number(values.rounds),
    inFlight: Number(values['in-flight']),
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
