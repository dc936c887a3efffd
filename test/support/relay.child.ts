/** A process that relays until it is killed. Argument: its options as JSON. Says when it leads. */
import type { KafkaConnection } from '../../src/event-bus/kafka/connection.js';
import type { TopicSettings } from '../../src/event-bus/kafka/topics.js';
import { Relay, type RelayTimes } from '../../src/event-bus/relay/relay.js';
import { PostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.js';
import { Database } from '../../src/platform/database/database.js';

export interface RelayChildOptions {
  url: string;
  connection: KafkaConnection;
  topics: TopicSettings;
  times: Partial<RelayTimes>;
}

const { url, connection, topics, times } = JSON.parse(process.argv[2]!) as RelayChildOptions;
const database = new Database({ url, poolSizeMax: 4, applicationName: 'relay-child' });
new Relay({
  connection,
  topics,
  database,
  store: new PostgresEventStore(database),
  times,
  observer: { leading: (epoch) => console.log(`leading ${epoch}`), replaced: () => console.log('replaced') },
}).start();
