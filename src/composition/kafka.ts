/** The settings of Kafka, as its parts want them. */
import type { KafkaConnection } from '../event-bus/kafka/connection.js';
import type { TopicSettings } from '../event-bus/kafka/topics.js';
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
