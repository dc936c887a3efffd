/** The settings of Kafka, as its parts want them. */
import type { EventBus } from '../event-bus/event-bus.js';
import type { KafkaConnection } from '../event-bus/kafka/connection.js';
import type { KafkaEventBusOptions } from '../event-bus/kafka/kafka-event-bus.js';
import type { TopicSettings } from '../event-bus/kafka/topics.js';
import type { Relay, RelayOptions } from '../event-bus/relay/relay.js';
import type { Settings } from '../platform/config/config.js';

/** Null: the embedded bus. */
export function kafkaConnection(settings: Settings): KafkaConnection | null {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username } = settings;
  const password = settings.KAFKA_SASL_PASSWORD;
  if (settings.KAFKA_BROKERS === null) return null;
  return {
    brokers: settings.KAFKA_BROKERS,
    clientId: settings.KAFKA_CLIENT_ID,
    ssl: settings.KAFKA_SSL,
    sasl: mechanism && username && password ? { mechanism, username, password } : null,
    prefix: settings.KAFKA_TOPIC_PREFIX ?? '',
  };
}

export const topicSettings = (settings: Settings): TopicSettings => ({
  partitions: settings.KAFKA_PARTITIONS,
  replicationFactor: settings.KAFKA_REPLICATION_FACTOR,
});

export const consumerTimes = (settings: Settings) => ({ sessionMs: settings.KAFKA_SESSION_SECONDS * 1_000 });

export async function busOnKafka(options: KafkaEventBusOptions): Promise<EventBus> {
  const { KafkaEventBus } = await import('../event-bus/kafka/kafka-event-bus.js');
  return new KafkaEventBus(options);
}

export async function relayToKafka(options: RelayOptions): Promise<Relay> {
  const { Relay } = await import('../event-bus/relay/relay.js');
  return new Relay(options);
}
