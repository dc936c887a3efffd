/**
 * From the log to those who listen: the relay beside a bare kafkajs producer, how soon an append is visible through Kafka, and
 * the same of the embedded bus. `npm run bench:relay [-- --events 60000 --rounds 5 --rate 100 --seconds 20]`. Uses the broker of
 * KAFKA_BROKERS, or starts one.
 */
import { parseArgs } from 'node:util';
import { Report } from '../harness/report.js';
import { benchSurroundings } from '../kafka-surroundings.js';
import { measureEmbeddedBus } from './embedded-bus.js';
import { compareThroughput } from './throughput.js';
import { measureVisibility } from './visible.js';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '60000' },
    rounds: { type: 'string', default: '5' },
    rate: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '20' },
  },
});

const report = new Report('relay');
const surroundings = await benchSurroundings();
try {
  await compareThroughput(report, surroundings, {
    events: Number(values.events),
    rounds: Number(values.rounds),
  });
  await measureVisibility(report, surroundings, {
    perSecond: Number(values.rate),
    seconds: Number(values.seconds),
  });
  await measureEmbeddedBus(report, surroundings.url);
} finally {
  await surroundings.end();
}
await report.write();
