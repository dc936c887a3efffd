/**
 * `npm run reconcile -- [--from POSITION] [--to POSITION] [--repair]`: compares Kafka with the log. Ends with 0 when
 * they agree, 1 when they do not (after a repair: still not), 2 when it could not be found out.
 */
import { parseArgs } from 'node:util';
import { kafkaConnection } from './composition/kafka.js';
import { EventBusError } from './event-bus/kafka/errors.js';
import { reconcile, type Reconciliation } from './event-bus/reconciler/reconcile.js';
import { relayAgain } from './event-bus/reconciler/repair.js';
import { PostgresEventStore } from './event-store/postgres/postgres-event-store.js';
import { ConfigError, readConfig } from './platform/config/config.js';
import { Database } from './platform/database/database.js';

function positionOf(name: string, text: string | undefined): bigint | null {
  if (text === undefined) return null;
  if (!/^\d{1,19}$/.test(text)) throw new RangeError(`--${name} is a position of the log, not "${text}"`);
  return BigInt(text);
}

function report({ to, events, records, repeats, differences }: Reconciliation): void {
  console.log(`${events} events up to position ${to}; ${records} records, ${repeats} of them repetitions`);
  for (const { kind, topic, partition, position, offset } of differences)
    console.log(
      `${kind}: ${topic}/${partition}, position ${position ?? 'unknown'}, offset ${offset ?? 'none'}`,
    );
  if (differences.length === 0) console.log('Kafka and the log agree');
}

async function run(): Promise<number> {
  const { values } = parseArgs({
    options: {
      from: { type: 'string' },
      to: { type: 'string' },
      repair: { type: 'boolean', default: false },
    },
  });
  const range = { from: positionOf('from', values.from), to: positionOf('to', values.to) };
  const { settings } = readConfig(process.env);
  const connection = kafkaConnection(settings);
  const url = settings.DATABASE_URL;
  if (!connection || !url) throw new ConfigError(['KAFKA_BROKERS and DATABASE_URL are both needed']);
  const database = new Database({ url, poolSizeMax: 4, applicationName: 'drafthorse-reconcile' });
  const store = new PostgresEventStore(database);
  try {
    const options = { connection, store, database };
    let found = await reconcile({ ...options, ...range });
    report(found);
    if (values.repair && found.differences.length > 0) {
      console.log(`relayed again: ${await relayAgain(options, found.differences)} records`);
      found = await reconcile({ ...options, ...range });
      report(found);
    }
    return found.differences.length === 0 ? 0 : 1;
  } finally {
    await store.close();
    await database.close();
  }
}

try {
  process.exitCode = await run();
} catch (error) {
  const isExplained =
    error instanceof ConfigError || error instanceof EventBusError || error instanceof RangeError;
  console.error(isExplained ? error.message : error);
  process.exitCode = 2;
}
