/** `node main.mjs [--until-caught-up]`: counts until it is stopped. See README.md for the variables. */
import { consume } from './consume.mjs';

const {
  KAFKA_BROKERS = '127.0.0.1:9092',
  KAFKA_TOPIC_PREFIX = '',
  ANALYTICS_FILE = 'analytics.json',
} = process.env;
const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => stopping.abort());

try {
  await consume({
    brokers: KAFKA_BROKERS.split(',').map((broker) => broker.trim()),
    prefix: KAFKA_TOPIC_PREFIX,
    file: ANALYTICS_FILE,
    untilCaughtUp: process.argv.includes('--until-caught-up'),
    signal: stopping.signal,
  });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
