/** emmett-postgresql as its documentation sets it up, with the pool handed to it. */
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import pg from 'pg';
import type { PeerEvent, PeerStore } from '../../append/peer-store.js';

type BenchEvent = { type: string; data: Record<string, unknown>; metadata: Record<string, unknown> };

export async function open(options: { url: string; poolSizeMax: number }): Promise<PeerStore> {
  const pool = new pg.Pool({ connectionString: options.url, max: options.poolSizeMax });
  // The server may go while a connection is still saying goodbye.
  pool.on('error', () => undefined);
  const store = getPostgreSQLEventStore(options.url, { connectionOptions: { pool } });
  await store.schema.migrate();
  return {
    append: async (streamName, events) => {
      await store.appendToStream(streamName, events.map(toBenchEvent), {
        expectedStreamVersion: 'STREAM_DOES_NOT_EXIST',
      });
    },
    load: async (streamName) => (await store.readStream<BenchEvent>(streamName)).events.length,
    close: async () => {
      await store.close();
      await pool.end();
    },
  };
}

const toBenchEvent = ({ type, data, metadata }: PeerEvent): BenchEvent => ({
  type,
  data: { ...data },
  metadata: { ...metadata },
});
