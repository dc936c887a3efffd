/** Embedded buses on a database of their own, each like another process. */
import { randomUUID } from 'node:crypto';
import type { OpenedBus } from '../contracts/event-bus.contract.js';
import { DeadLetters } from '../../src/event-bus/dead-letters.js';
import {
  EmbeddedEventBus,
  type EmbeddedEventBusOptions,
} from '../../src/event-bus/embedded/embedded-event-bus.js';
import { PostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.js';
import { Database } from '../../src/platform/database/database.js';
import { testDatabase } from './database.js';

/** Quick enough for specs: what takes seconds in production takes milliseconds here. */
const QUICK: Partial<EmbeddedEventBusOptions> = {
  policy: { backoffMsMin: 1, backoffMsMax: 5 },
  standbyPollMs: 20,
  redrivePollMs: 20,
};

export async function openEmbeddedBuses(): Promise<OpenedBus & { url: string }> {
  const { database, url, drop } = await testDatabase();
  const store = new PostgresEventStore(database);
  const deadLetters = new DeadLetters(database);
  const closers: (() => Promise<void>)[] = [];
  const closeMembers = async () => {
    await Promise.all(closers.splice(0).map((close) => close()));
  };
  return {
    url,
    store,
    deadLetters,
    member: async () => {
      const applicationName = `member-${randomUUID().slice(0, 8)}`;
      const own = new Database({ url, poolSizeMax: 5, applicationName });
      const ownStore = new PostgresEventStore(own);
      const bus = new EmbeddedEventBus({ store: ownStore, database: own, deadLetters, ...QUICK });
      closers.push(async () => {
        await bus.close();
        await ownStore.close();
        await own.close();
      });
      return {
        bus,
        cutOff: async () => {
          await database.query(
            'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
            [`${applicationName}-bus`],
          );
        },
      };
    },
    closeMembers,
    close: async () => {
      await closeMembers();
      await store.close();
      await drop();
    },
  };
}
