/**
 * The ordering promises of the log, each with its transactions driven by hand. On a server of its own: an open
 * transaction holds back the visible end of the log for every database of a server.
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestCluster, type TestCluster } from '../../../test/support/cluster.js';
import { appendOf, labelOf, wholeLog } from '../../../test/support/events.js';
import { until } from '../../../test/support/until.js';
import { workspaceStream } from '../../events/streams.js';
import { Database } from '../../platform/database/database.js';
import { migrate } from '../../platform/database/migrate.js';
import type { Append } from '../event-store.js';
import type { Receipt } from '../receipts.js';
import { PostgresEventStore } from './postgres-event-store.js';

let cluster: TestCluster;
let database: Database;
let store: PostgresEventStore;
const clients: pg.Client[] = [];

beforeAll(async () => {
  cluster = await startTestCluster();
  await migrate(cluster.url);
  database = new Database({ url: cluster.url, poolSizeMax: 10, applicationName: 'spec' });
  store = new PostgresEventStore(database);
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.end().catch(() => undefined);
});
afterAll(async () => {
  await store?.close();
  await database?.close();
  await cluster?.remove();
});

const receipt = (): Receipt => ({
  workspaceId: randomUUID(),
  userId: randomUUID(),
  key: 'k',
  request: '00',
  content: null,
  answer: { status: 202, body: '{}' },
});
const newStream = () => workspaceStream(randomUUID());

async function connect(url = cluster.url): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  clients.push(client);
  return client;
}

/** The call the store makes, on a connection whose transaction the spec drives. */
async function appendOn(
  client: pg.Client,
  { workspaceId, streamId, expectedRevision, events, metadata }: Append,
) {
  const { rows } = await client.query<{
    outcome: string;
    last_revision: number;
    last_position: string | null;
  }>('SELECT * FROM append_events($1, $2, $3, $4, $5, $6, $7, $8)', [
    workspaceId,
    streamId,
    expectedRevision === 'any' ? null : expectedRevision === 'none' ? -1 : expectedRevision,
    events.map(({ eventId }) => eventId),
    events.map(({ type }) => type),
    events.map(({ schemaVersion }) => schemaVersion),
    JSON.stringify(events.map(({ data }) => data)),
    JSON.stringify(metadata),
  ]);
  return rows[0]!;
}

async function open(append: Append): Promise<pg.Client> {
  const client = await connect();
  await client.query('BEGIN');
  await appendOn(client, append);
  return client;
}

const someoneWaitsForAStream = () =>
  until('an append waits for the stream', async () => {
    const { rows } = await database.query<{ backend_xid: string | null }>(
      `SELECT backend_xid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND wait_event = 'advisory'`,
    );
    return rows[0];
  });

const labelsAfter = async (after: bigint) => (await wholeLog(store, { after })).map(labelOf);

describe('two appends to one stream', () => {
  it.each([
    ['whatever it expects', 'any', undefined],
    ['expecting just what the first is about to write', 0, undefined],
    ['whatever it expects, with a receipt', 'any', receipt()],
    ['expecting just that, with a receipt', 0, receipt()],
  ] as const)(
    'make the second, %s, wait without a transaction id and then see the first',
    async (_, expected, given) => {
      const streamId = newStream();
      const first = await open(appendOf(['first'], { streamId }));
      const append = appendOf(['second'], { streamId, expectedRevision: expected });
      const second = store.append({ ...append, receipt: given });
      expect(await someoneWaitsForAStream()).toEqual({ backend_xid: null });
      await first.query('COMMIT');

      expect(await second).toMatchObject({ outcome: 'appended', lastRevision: 1 });
      const events = await store.readStream(streamId);
      expect(events.map(labelOf)).toEqual(['first', 'second']);
      expect(events[1]!.position).toBeGreaterThan(events[0]!.position);
    },
  );

  it('give the second a conflict when it expected what the first changed', async () => {
    const streamId = newStream();
    const first = await open(appendOf(['first'], { streamId, expectedRevision: 'none' }));
    const second = store.append(appendOf(['second'], { streamId, expectedRevision: 'none' }));
    await someoneWaitsForAStream();
    await first.query('COMMIT');
    expect(await second).toEqual({ outcome: 'conflict', actualRevision: 0 });
  });

  it.each([
    ['COMMIT', 'duplicate'],
    ['ROLLBACK', 'appended'],
  ])('that are the same append: after %s of the first, the second is %s', async (end, outcome) => {
    const append = appendOf(['same'], { expectedRevision: 'none' });
    const first = await open(append);
    const second = store.append(append);
    await someoneWaitsForAStream();
    await first.query(end);
    expect(await second).toMatchObject({ outcome, lastRevision: 0 });
    expect((await store.streamEnd(append.streamId)).revision).toBe(0);
  });
});

describe('the visible end of the log', () => {
  it('makes a later commit wait for an earlier open append, then shows both in order', async () => {
    const after = await store.headPosition();
    const slow = await open(appendOf(['slow']));
    await store.append(appendOf(['quick']));
    expect(await labelsAfter(after)).toEqual([]);
    await slow.query('COMMIT');
    expect(await labelsAfter(after)).toEqual(['slow', 'quick']);
  });

  it('goes on without an append that was rolled back', async () => {
    const after = await store.headPosition();
    const slow = await open(appendOf(['slow']));
    await store.append(appendOf(['quick']));
    await slow.query('ROLLBACK');
    expect(await labelsAfter(after)).toEqual(['quick']);
  });

  it('never lets a resuming reader miss an event, in whatever order five transactions end', async () => {
    const after = await store.headPosition();
    const seen: string[] = [];
    let position = after;
    const read = async () => {
      for (const event of await wholeLog(store, { after: position })) {
        seen.push(labelOf(event));
        position = event.position;
      }
    };
    const labels = ['t0', 't1', 't2', 't3', 't4'];
    const open5: pg.Client[] = [];
    for (const label of labels) open5.push(await open(appendOf([label])));
    for (const index of [3, 1, 4, 0, 2]) {
      await open5[index]!.query('COMMIT');
      await store.append(appendOf([`after t${index}`]));
      await read();
    }
    expect(seen.slice(0, 5)).toEqual(labels);
    expect(seen).toHaveLength(10);
    expect(seen).toEqual(await labelsAfter(after));
  });

  it('lets a reader that starts from now see every append in flight at that moment', async () => {
    const slow = await open(appendOf(['in flight']));
    await store.append(appendOf(['committed behind it']));
    const now = await store.headPosition();
    await store.append(appendOf(['later']));
    await slow.query('COMMIT');
    expect(await labelsAfter(now)).toEqual(['in flight', 'committed behind it', 'later']);
  });

  it('is held back by a write transaction in another database, until its idle timeout ends it', async () => {
    await database.query('CREATE DATABASE elsewhere');
    const url = new URL(cluster.url);
    url.pathname = '/elsewhere';
    const stopped = await connect(url.href);
    const after = await store.headPosition();
    await stopped.query('BEGIN');
    await stopped.query('SELECT pg_current_xact_id()');

    await store.append(appendOf(['waiting for a stranger']));
    expect(await labelsAfter(after)).toEqual([]);
    expect(await store.watermarkLag()).toMatchObject({
      holder: { database: 'elsewhere', state: 'idle in transaction' },
      ageMs: expect.any(Number) as number,
    });

    await stopped.query("SET LOCAL idle_in_transaction_session_timeout = '50ms'");
    await until('the log moves on', async () => (await labelsAfter(after)).length === 1);
    expect(await store.watermarkLag()).toEqual({ ageMs: 0, holder: null });
  });
});

describe('an append', () => {
  it('leaves nothing when its backend is killed, and the next one takes its place', async () => {
    const streamId = newStream();
    const after = await store.headPosition();
    const victim = await open(appendOf(['half done'], { streamId }));
    const { rows } = await victim.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await database.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid]);
    expect(await store.append(appendOf(['whole'], { streamId, expectedRevision: 'none' }))).toMatchObject({
      outcome: 'appended',
      lastRevision: 0,
    });
    expect(await labelsAfter(after)).toEqual(['whole']);
  });

  it('shares its transaction with those that are asked for at the same time', async () => {
    const after = await store.headPosition();
    const appends = Array.from({ length: 20 }, (_, n) => appendOf([`${n}`], { expectedRevision: 'none' }));
    await Promise.all(appends.map((append) => store.append(append)));
    const events = await wholeLog(store, { after });
    expect(events.map(labelOf)).toEqual(appends.map((_, n) => `${n}`));
    expect(new Set(events.map(({ position }) => position >> 20n)).size).toBe(1);
  });

  it('holds nobody up whose stream is free, while its own is held', async () => {
    const streamId = newStream();
    const first = await open(appendOf(['first'], { streamId }));
    const held = store.append(appendOf(['held'], { streamId, expectedRevision: 0 }));
    const free = Array.from({ length: 5 }, () =>
      store.append(appendOf(['free'], { expectedRevision: 'none' })),
    );
    expect(await Promise.all(free)).toEqual(free.map(() => expect.objectContaining({ outcome: 'appended' })));
    await someoneWaitsForAStream();
    await first.query('COMMIT');
    expect(await held).toMatchObject({ outcome: 'appended', lastRevision: 1 });
  });

  it('is stored with its answer, beside others, exactly when it is appended', async () => {
    const given = [receipt(), receipt(), receipt()];
    const taken = appendOf(['taken'], { expectedRevision: 'none' });
    await store.append(taken);
    await Promise.all([
      store.append({ ...appendOf(['a'], { expectedRevision: 'none' }), receipt: given[0] }),
      store.append({
        ...appendOf(['b'], { streamId: taken.streamId, expectedRevision: 'none' }),
        receipt: given[1],
      }),
      store.append({ ...appendOf(['c', 'd'], { expectedRevision: 'none' }), receipt: given[2] }),
    ]);
    const { rows } = await database.query(
      'SELECT k.user_id, e.data FROM idempotency_keys k JOIN events e USING (position) WHERE k.user_id = ANY ($1) ORDER BY position',
      [given.map(({ userId }) => userId)],
    );
    expect(rows).toMatchObject([
      { user_id: given[0]!.userId, data: { keys: ['a'] } },
      { user_id: given[2]!.userId, data: { keys: ['d'] } },
    ]);
  });

  it('goes on numbering where the same transaction has appended before', async () => {
    const after = await store.headPosition();
    const client = await open(appendOf(['a', 'b']));
    await appendOn(client, appendOf(['c']));
    await client.query('COMMIT');
    const events = await wholeLog(store, { after });
    expect(events.map(labelOf)).toEqual(['a', 'b', 'c']);
    expect(events.map(({ position }) => position - events[0]!.position)).toEqual([0n, 1n, 2n]);
  });

  it('refuses an isolation level under which it could not see the end of its stream', async () => {
    const client = await connect();
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await expect(appendOn(client, appendOf(['a']))).rejects.toMatchObject({ code: 'DH003' });
  });
});

describe('a log restored into a cluster whose transaction ids are behind', () => {
  it('still grows: new events come behind the restored ones, and are visible', async () => {
    const restored = 1n << 50n;
    await database.query(
      `INSERT INTO events VALUES ($1, 'workspace-restored', 0, gen_random_uuid(), gen_random_uuid(),
                                  'CustomFieldsDefined', 1, '{"keys": ["restored"]}', '{}', now())`,
      [restored],
    );
    const raised = await Promise.all(
      Array.from({ length: 5 }, () => database.query('SELECT raise_log_epoch()')),
    );
    expect(
      raised.filter(({ rows }) => (rows[0] as { raise_log_epoch: boolean }).raise_log_epoch),
    ).toHaveLength(1);

    expect(await store.append(appendOf(['new']))).toMatchObject({ outcome: 'appended' });
    const events = await wholeLog(store, { after: restored - 1n });
    expect(events.map(labelOf)).toEqual(['restored', 'new']);
    await migrate(cluster.url);
    await store.append(appendOf(['newer']));
    expect(await labelsAfter(restored)).toEqual(['new', 'newer']);
  });

  it('takes the raised offset into account in an append that was waiting for it', async () => {
    const raising = await connect();
    await raising.query('BEGIN');
    await raising.query('LOCK TABLE log_epoch IN ACCESS EXCLUSIVE MODE');
    const { rows } = await raising.query<{ base: string }>(
      `UPDATE log_epoch SET xid_offset = xid_offset + 1000
       RETURNING (pg_current_xact_id()::text::bigint + xid_offset) << 20 AS base`,
    );
    const waiting = store.append(appendOf(['waiting']));
    await until('the append waits', async () => {
      const { rowCount } = await database.query(
        "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND wait_event = 'relation'",
      );
      return rowCount === 1;
    });
    await raising.query('COMMIT');
    const result = await waiting;
    expect(result.outcome === 'appended' && result.lastPosition > BigInt(rows[0]!.base)).toBe(true);
  });
});
