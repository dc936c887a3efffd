/** An embedded PostgreSQL and a broker for benchmarks: KAFKA_BROKERS, or one that is started and taken away again. */
import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Broker } from '../scripts/kafka/broker.js';
import { whatIsMissing } from '../scripts/kafka/jars.js';
import type { KafkaConnection } from '../src/event-bus/kafka/connection.js';
import { withAdmin } from '../src/event-bus/kafka/topics.js';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../src/platform/database/embedded-postgres.js';
import { migrate } from '../src/platform/database/migrate.js';

export interface Surroundings {
  url: string;
  connection: KafkaConnection;
  end(): Promise<void>;
}

export async function benchSurroundings(): Promise<Surroundings> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'drafthorse-bench-'));
  const postgres = await startEmbeddedPostgres({ dataDir, durable: true });
  let broker: Broker | null = null;
  const endAll = async () => {
    await broker?.remove();
    await postgres.stop();
    await removeEmbeddedPostgres(dataDir);
  };
  try {
    await migrate(postgres.url);
    const external = process.env['KAFKA_BROKERS'];
    const missing = external ? null : whatIsMissing();
    if (missing) throw new Error(`${missing}, and KAFKA_BROKERS is not set`);
    if (!external)
      broker = await Broker.start({ dataDir: await mkdtemp(path.join(tmpdir(), 'drafthorse-kafka-')) });
    const connection: KafkaConnection = {
      brokers: (external ?? broker!.brokers).split(','),
      clientId: 'drafthorse-bench',
      ssl: false,
      sasl: null,
      prefix: `bench-${randomBytes(4).toString('hex')}.`,
    };
    return {
      url: postgres.url,
      connection,
      end: async () => {
        await withAdmin(connection, 'cleaning up', async (admin) => {
          const mine = (await admin.listTopics()).filter((topic) => topic.startsWith(connection.prefix));
          if (mine.length > 0) await admin.deleteTopics({ topics: mine });
        });
        await endAll();
      },
    };
  } catch (error) {
    await endAll();
    throw error;
  }
}
