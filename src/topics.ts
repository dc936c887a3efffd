/**
 * `npm run topics`: makes the topics of KAFKA_BROKERS, grows those that are smaller than KAFKA_PARTITIONS and checks
 * their settings. May be repeated. Ends with 1 when a topic would lose events or is larger than wanted.
 */
import { kafkaConnection, topicSettings } from './composition/kafka.js';
import { ALL_SAGAS } from './composition/application.js';
import { EventBusError } from './event-bus/kafka/errors.js';
import { ensureDeadLetterTopics, ensureEventTopics } from './event-bus/kafka/topics.js';
import { ConfigError, readConfig } from './platform/config/config.js';
import { ALL_PROJECTIONS } from './projections/all.js';
import { groupOf } from './projections/projections.js';
import { sagaGroup } from './sagas/saga.js';

async function prepareTopics(): Promise<number> {
  const { settings } = readConfig(process.env);
  const connection = kafkaConnection(settings);
  if (!connection) throw new ConfigError(['KAFKA_BROKERS is not set: the embedded bus has no topics']);
  const wanted = topicSettings(settings);
  const groups = [...ALL_PROJECTIONS.map(groupOf), ...ALL_SAGAS.map(sagaGroup)];
  const reports = [
    ...(await ensureEventTopics(connection, wanted)),
    ...(await ensureDeadLetterTopics(connection, wanted, groups)),
  ];
  for (const { topic, partitions, outcome } of reports)
    console.log(`${topic}: ${partitions} partition${partitions === 1 ? '' : 's'}, ${outcome}`);
  const larger = reports.filter(({ outcome }) => outcome === 'larger-than-wanted');
  for (const { topic, partitions } of larger)
    console.error(
      `${topic} has ${partitions} partitions, more than wanted. Partitions cannot be taken away without losing events: ` +
        `set KAFKA_PARTITIONS=${partitions}`,
    );
  return larger.length > 0 ? 1 : 0;
}

try {
  process.exitCode = await prepareTopics();
} catch (error) {
  console.error(error instanceof ConfigError || error instanceof EventBusError ? error.message : error);
  process.exitCode = 1;
}
