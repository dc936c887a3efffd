/** A process that takes part in a group and writes what it handles into the table `effects`, until it is killed. */
import { DeadLetters } from '../../src/event-bus/dead-letters.js';
import { EmbeddedEventBus } from '../../src/event-bus/embedded/embedded-event-bus.js';
import { PostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.js';
import { Database } from '../../src/platform/database/database.js';

const [url, group] = process.argv.slice(2) as [string, string];
const database = new Database({ url, poolSizeMax: 5, applicationName: 'member' });
const store = new PostgresEventStore(database);
const bus = new EmbeddedEventBus({
  store,
  database,
  deadLetters: new DeadLetters(database),
  standbyPollMs: 20,
});
await bus.subscribe({
  group,
  topics: ['drafthorse.workspaces'],
  startFrom: 'beginning',
  handle: async (batch) => {
    await database.query(
      `INSERT INTO effects (handler, key, revision)
       SELECT $1, key, revision FROM unnest($2::text[], $3::integer[]) AS effect (key, revision)`,
      [process.pid, batch.map(({ key }) => key), batch.map(({ event }) => event.revision)],
    );
  },
});
console.log('joined');
