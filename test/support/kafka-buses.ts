/** Buses on the run's broker, each like another process, with topics, groups and a database of their own. */
import { randomBytes, randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { inject } from 'vitest';
import { DeadLetters } from '../../src/event-bus/dead-letters.js';
import type { KafkaConnection } from '../../src/event-bus/kafka/connection.js';
import { KafkaEventBus, type KafkaEventBusOptions } from '../../src/event-bus/kafka/kafka-event-bus.js';
import { ensureEventTopics, withAdmin, type TopicSettings } from '../../src/event-bus/kafka/topics.js';
import { Relay, type RelayOptions } from '../../src/event-bus/relay/relay.js';
import { PostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.js';
import { Database } from '../../src/platform/database/database.js';
import type { BusMember, OpenedBus } from '../contracts/event-bus.contract.js';
import { testDatabase, type TestDatabase } from './database.js';

/** Quick enough for specs: what takes seconds in production takes milliseconds here. */
export const QUICK_RELAY = {
  leaseMs: 2_000,
  standbyPollMs: 20,
  pollMs: 100,
  inspectMs: 200,
  settleMs: 0,
};

/** Whether this run has a broker: `describe.runIf(hasKafka())`. Without one in CI the setup has failed already. */
export const hasKafka = (): boolean => inject('kafka').brokers !== null;

export interface KafkaSpec extends OpenedBus {
  data: TestDatabase;
  connection: KafkaConnection;
  topics: TopicSettings;
  store: PostgresEventStore;
  member(options?: Partial<KafkaEventBusOptions>): Promise<BusMember>;
  relay(options?: Partial<RelayOptions>): Relay;
}

export interface KafkaSpecOptions {
  partitions?: number;
  /** False: the spec starts its relays itself. */
  relay?: boolean;
  brokers?: string;
}

export async function openKafkaBuses(options: KafkaSpecOptions = {}): Promise<KafkaSpec> {
  const { quickSessions, brokers: shared } = inject('kafka');
  const brokers = options.brokers ?? shared;
  if (!brokers) throw new Error('this run has no broker');
  const data = await testDatabase();
  const store = new PostgresEventStore(data.database);
  const deadLetters = new DeadLetters(data.database);
  const topics = { partitions: options.partitions ?? 3, replicationFactor: 1 };
  const connection: KafkaConnection = {
    brokers: brokers.split(','),
    clientId: 'drafthorse-spec',
    ssl: false,
    sasl: null,
    prefix: `spec-${randomBytes(6).toString('hex')}.`,
  };
  const members: (() => Promise<void>)[] = [];
  const relays: (() => Promise<void>)[] = [];
  const closeAll = async (closers: (() => Promise<void>)[]) => {
    await Promise.all(closers.splice(0).map((close) => close()));
  };
  await ensureEventTopics(connection, topics);

  const relay = (overrides: Partial<RelayOptions> = {}) => {
    const { database } = data;
    const started = new Relay({ connection, topics, store, database, times: QUICK_RELAY, ...overrides });
    started.start();
    relays.push(() => started.stop());
    return started;
  };
  if (options.relay !== false) relay();

  return {
    data,
    connection,
    topics,
    store,
    deadLetters,
    relay,
    member: (overrides = {}) => {
      const { url } = data;
      const own = new Database({
        url,
        poolSizeMax: 5,
        applicationName: `member-${randomUUID().slice(0, 8)}`,
      });
      const ownStore = new PostgresEventStore(own);
      const cut = cuttable();
      const bus = new KafkaEventBus({
        connection: { ...connection, socketFactory: cut.socketFactory },
        topics,
        store: ownStore,
        database: own,
        deadLetters,
        policy: { backoffMsMin: 1, backoffMsMax: 5 },
        checkpointMs: 20,
        layoutRefreshMs: 50,
        times: {
          sessionMs: quickSessions ? 1_500 : 6_000,
          heartbeatMs: 100,
          fetchWaitMs: 100,
          metadataAgeMs: 500,
          joinWaitMs: 3_000,
          redrivePollMs: 50,
        },
        ...overrides,
      });
      members.push(async () => {
        await bus.close();
        await ownStore.close();
        await own.close();
      });
      return Promise.resolve({ bus, cutOff: () => Promise.resolve(cut.cut()) });
    },
    closeMembers: () => closeAll(members),
    close: async () => {
      await closeAll(members);
      await closeAll(relays);
      await store.close();
      await data.drop();
      await withAdmin(connection, 'cleaning up', async (admin) => {
        const mine = (await admin.listTopics()).filter((topic) => topic.startsWith(connection.prefix));
        await admin.deleteTopics({ topics: mine });
      });
    },
  };
}

/** Sockets that can be torn, and then no new ones. */
function cuttable() {
  const sockets = new Set<Socket>();
  let isCut = false;
  const socketFactory: NonNullable<KafkaConnection['socketFactory']> = ({ host, port, onConnect }) => {
    // A port that nobody listens on: as unreachable as a machine that is gone.
    const socket = connect({ host, port: isCut ? 1 : port }, onConnect);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    return socket;
  };
  return {
    socketFactory,
    cut: () => {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}
