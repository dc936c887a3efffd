/** `npm run kafka -- [--port 9092] [--data-dir .drafthorse/kafka]`: a broker in the foreground until Ctrl-C. */
import { parseArgs } from 'node:util';
import { Broker } from './broker.js';
import { whatIsMissing } from './jars.js';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'data-dir': { type: 'string', default: '.drafthorse/kafka' },
  },
});
const missing = whatIsMissing();
if (missing) {
  console.error(`Kafka cannot be started here: ${missing}.`);
  process.exit(1);
}
const starting = Broker.start({ dataDir: values['data-dir'], port: Number(values.port) });
let ending: Promise<void> | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    ending ??= starting.then((broker) => broker.stop()).finally(() => process.exit(0));
  });
const broker = await starting;
console.log(`KAFKA_BROKERS=${broker.brokers}`);
await broker.ended();
if (!ending) {
  console.error(`Kafka ended by itself:\n${broker.log}`);
  process.exit(1);
}
