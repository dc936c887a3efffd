import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventStoreContract } from '../../../test/contracts/event-store.contract.js';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { appendOf, labelOf, wholeLog } from '../../../test/support/events.js';
import { until } from '../../../test/support/until.js';
import { Database } from '../../platform/database/database.js';
import { PostgresEventStore } from './postgres-event-store.js';

eventStoreContract(async () => {
  const { database, drop } = await testDatabase({ poolSizeMax: 20 });
  const store = new PostgresEventStore(database);
  return {
    store,
    close: async () => {
      await store.close();
      await drop();
    },
  };
});

describe('the log on PostgreSQL', () => {
  let made: TestDatabase;
  let store: PostgresEventStore;
  beforeAll(async () => {
    made = await testDatabase();
    store = new PostgresEventStore(made.database);
  });
  afterAll(async () => {
    await store.close();
    await made.drop();
  });

  it.each(['UPDATE events SET revision = revision + 1', 'DELETE FROM events', 'TRUNCATE events'])(
    'refuses %s',
    async (statement) => {
      await store.append(appendOf(['a']));
      await expect(made.database.query(statement)).rejects.toMatchObject({ code: 'DH002' });
    },
  );

  it('cuts a page of large events before its limit, and goes on from there', async () => {
    const after = await store.headPosition();
    // Random hexadecimal: about half of it remains after compression.
    const large = () => ({
      text: Buffer.from(crypto.getRandomValues(new Uint8Array(60_000))).toString('hex'),
    });
    const streams: string[] = [];
    for (let part = 0; part < 4; part += 1) {
      const append = appendOf(Array.from({ length: 30 }, (_, index) => `${part}.${index}`));
      streams.push(append.streamId);
      await store.append({ ...append, events: append.events.map((event) => ({ ...event, data: large() })) });
    }
    await until('all are visible', async () => {
      const seen = await wholeLog(store, { after });
      return seen.filter(({ streamId }) => streams.includes(streamId)).length === 120;
    });
    const page = await store.readAll({ after, limit: 1_000 });
    expect(page.length).toBeGreaterThan(30);
    expect(page.length).toBeLessThan(120);
  });

  it('answers UNAVAILABLE, to be retried, when the server cannot be reached', async () => {
    const url = new URL(made.url);
    url.port = '1';
    const nowhere = new Database({ url: url.href, poolSizeMax: 1, applicationName: 'spec' });
    const lost = new PostgresEventStore(nowhere);
    try {
      await expect(lost.append(appendOf(['a']))).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        retryable: true,
      });
      await expect(lost.readAll({ after: 0n, limit: 1 })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    } finally {
      await lost.close();
      await nowhere.close();
    }
  });

  it('hears of appends by another process, also after the listening connection was killed', async () => {
    const other = new PostgresEventStore(made.database);
    let heard = 0;
    store.onAppend(() => (heard += 1));
    try {
      for (const round of ['first', 'after the connection was killed']) {
        await until(`${round}: an append by the other is heard`, async () => {
          const before = heard;
          await other.append(appendOf([labelOf({ data: { keys: ['x'] } })]));
          return until('heard', () => heard > before, 200);
        });
        await made.database.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE application_name = 'drafthorse-log-signal' AND datname = current_database()`,
        );
      }
    } finally {
      await other.close();
    }
  });
});
