/** What the program is told so that it runs on Kafka, and what stands behind it. */
import { whatIsMissing } from '../../scripts/kafka/jars.js';
import { benchSurroundings } from '../kafka-surroundings.js';
import type { BenchServerOptions } from '../support.js';

/** Null when the program can run on Kafka here; otherwise why not. */
export function whyNoKafka(): string | null {
  const missing = process.env['KAFKA_BROKERS'] ? null : whatIsMissing();
  return missing && `${missing}, and KAFKA_BROKERS is not set`;
}

export interface OnKafka {
  options: Required<Pick<BenchServerOptions, 'databaseUrl' | 'environment'>>;
  end(): Promise<void>;
}

export async function startKafka({ partitions }: { partitions: number }): Promise<OnKafka> {
  const { url, connection, end } = await benchSurroundings();
  return {
    options: {
      databaseUrl: url,
      environment: {
        KAFKA_BROKERS: connection.brokers.join(','),
        KAFKA_TOPIC_PREFIX: connection.prefix,
        KAFKA_PARTITIONS: String(partitions),
      },
    },
    end,
  };
}
