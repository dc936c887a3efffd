/** The stores of the throughput contest, each in a database of its own on one server, each with its own pool. */
import { randomUUID } from 'node:crypto';
import { Database } from '../../src/platform/database/database.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { PostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.js';
import { createDatabase } from '../harness/databases.js';
import { importPeer } from '../harness/peers.js';
import { appendOf, peerEvents } from './events.js';
import type { PeerStore, PeerStoreModule } from './peer-store.js';
import { RawTable } from './raw-table.js';

export const WRITERS = 16;

export interface OpenStore {
  name: string;
  /** Events of one append to a new stream. */
  append(size: number, writer: number): Promise<unknown>;
  /** Appends a stream of this many events (at most 1,000) and answers what loads all of it again. */
  prepareLoad(length: number): Promise<() => Promise<number>>;
  close(): Promise<void>;
}

export const OURS = 'Drafthorse';
export const RAW = 'raw INSERT';
export const EMMETT = 'emmett-postgresql';
export const MESSAGE_DB = 'message-db';
/** Its appends wait for one another within a category, so a category per writer is the best it can be given. */
export const MESSAGE_DB_SPREAD = 'message-db, a category per writer';

export async function openOurs(serverUrl: string): Promise<OpenStore> {
  const { store, close } = await openOurStore(serverUrl, 'ours');
  return {
    name: OURS,
    append: (size) => store.append(appendOf(size)),
    prepareLoad: async (length) => {
      const append = appendOf(length);
      await store.append(append);
      return async () => (await store.readStream(append.streamId)).length;
    },
    close,
  };
}

/** The store alone, for the contests in which only its own lengths are compared. */
export async function openOurStore(serverUrl: string, databaseName: string) {
  const url = await createDatabase(serverUrl, databaseName);
  await migrate(url);
  const database = new Database({ url, poolSizeMax: WRITERS, applicationName: 'bench' });
  const store = new PostgresEventStore(database);
  return {
    url,
    store,
    close: async () => {
      await store.close();
      await database.close();
    },
  };
}

export async function openRaw(serverUrl: string): Promise<OpenStore> {
  const url = await createDatabase(serverUrl, 'raw');
  await migrate(url);
  const table = await RawTable.create(
    new Database({ url, poolSizeMax: WRITERS, applicationName: 'bench-raw' }),
  );
  return {
    name: RAW,
    append: (size) => table.insert(appendOf(size)),
    prepareLoad: async (length) => {
      const append = appendOf(length);
      await table.insert(append);
      return () => table.select(append.streamId);
    },
    close: () => table.close(),
  };
}

export async function openPeer(
  serverUrl: string,
  peer: { name: string; module: string; category?: (writer: number) => string },
): Promise<OpenStore> {
  const { open } = await importPeer<PeerStoreModule>(`event-stores/${peer.module}`);
  const url = await createDatabase(serverUrl, peer.name.replaceAll(/\W+/g, '_'));
  const store: PeerStore = await open({ url, poolSizeMax: WRITERS });
  const category = peer.category ?? (() => 'workspace');
  return {
    name: peer.name,
    append: (size, writer) => store.append(`${category(writer)}-${randomUUID()}`, peerEvents(size)),
    prepareLoad: async (length) => {
      const streamName = `${category(0)}-${randomUUID()}`;
      await store.append(streamName, peerEvents(length));
      return () => store.load(streamName);
    },
    close: () => store.close(),
  };
}
