/**
 * message-db: its SQL installed in the order of its `install.sh`, its functions called as prepared statements. It has
 * no call for several events: its clients write a batch as calls in one transaction.
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { PeerEvent, PeerStore } from '../../append/peer-store.js';

const FILES = [
  'roles/message-store',
  'schema/message-store',
  'extensions/pgcrypto',
  'tables/messages',
  'types/message',
  ...[
    'message-store-version',
    'hash-64',
    'acquire-lock',
    'category',
    'is-category',
    'id',
    'cardinal-id',
    'stream-version',
    'write-message',
    'get-stream-messages',
    'get-category-messages',
    'get-last-stream-message',
  ].map((name) => `functions/${name}`),
  ...['messages-id', 'messages-stream', 'messages-category'].map((name) => `indexes/${name}`),
  ...[
    'stream-summary',
    'type-summary',
    'stream-type-summary',
    'type-stream-summary',
    'category-type-summary',
    'type-category-summary',
  ].map((name) => `views/${name}`),
  ...['schema', 'table', 'sequence', 'functions', 'views'].map((name) => `privileges/${name}`),
];

const WRITE = { name: 'write-message', text: 'SELECT write_message($1, $2, $3, $4::jsonb, $5::jsonb, $6)' };
/** -1 is without limit. */
const READ = { name: 'read-stream', text: 'SELECT * FROM get_stream_messages($1, 0, -1)' };

export async function open(options: { url: string; poolSizeMax: number }): Promise<PeerStore> {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSizeMax,
    options: '-c search_path=message_store,public -c client_min_messages=warning',
  });
  // The server may go while a connection is still saying goodbye.
  pool.on('error', () => undefined);
  for (const file of FILES) await pool.query(await sqlOf(file));
  return {
    append: (streamName, events) =>
      events.length === 1
        ? write(pool, streamName, events[0]!, -1)
        : inTransaction(pool, async (client) => {
            for (const [index, event] of events.entries()) await write(client, streamName, event, index - 1);
          }),
    load: async (streamName) => {
      const { rows } = await pool.query<{ data: string; metadata: string }>({
        ...READ,
        values: [streamName],
      });
      return rows.map((row) => ({
        ...row,
        data: JSON.parse(row.data) as unknown,
        metadata: JSON.parse(row.metadata) as unknown,
      })).length;
    },
    close: () => pool.end(),
  };
}

async function sqlOf(name: string): Promise<string> {
  const file = import.meta.resolve(`@eventide/message-db/database/${name}.sql`);
  return readFile(fileURLToPath(file), 'utf8');
}

/** `expectedVersion` -1: the stream must not exist. */
async function write(
  client: pg.Pool | pg.PoolClient,
  streamName: string,
  event: PeerEvent,
  expectedVersion: number,
): Promise<void> {
  const { type, data, metadata } = event;
  const values = [
    randomUUID(),
    streamName,
    type,
    JSON.stringify(data),
    JSON.stringify(metadata),
    expectedVersion,
  ];
  await client.query({ ...WRITE, values });
}

async function inTransaction(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await work(client);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}
