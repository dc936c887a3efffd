/** How this program reaches Kafka. Every part opens a client of its own: kafkajs shares offsets between consumers of one. */
import { Kafka, logLevel, type ISocketFactory, type SASLOptions } from 'kafkajs';

export interface KafkaConnection {
  /** `host:port` each. */
  brokers: readonly string[];
  clientId: string;
  ssl: boolean;
  /** Null: none. */
  sasl: { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password: string } | null;
  /** In front of the names of topics and groups, so that several installations can share a cluster. */
  prefix: string;
  /** Specs cut connections through it. */
  socketFactory?: ISocketFactory;
}

const CONNECT_MS_MAX = 5_000;
/** Of one request; longer than a fetch waits for records. */
const REQUEST_MS_MAX = 15_000;
/** Tries inside the client. What lasts longer is ours to repeat, with a new client. */
const RETRY = { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000 };

export function openClient(connection: KafkaConnection): Kafka {
  const { brokers, clientId, ssl, sasl, socketFactory } = connection;
  return new Kafka({
    brokers: [...brokers],
    clientId,
    ssl,
    ...(sasl && { sasl: sasl as SASLOptions }),
    ...(socketFactory && { socketFactory }),
    connectionTimeout: CONNECT_MS_MAX,
    requestTimeout: REQUEST_MS_MAX,
    retry: RETRY,
    // Every failure reaches us as an error or an event, and is said in our own words.
    logLevel: logLevel.NOTHING,
  });
}
