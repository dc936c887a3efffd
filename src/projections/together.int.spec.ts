import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { productIdOf } from '../../test/support/arbitrary-catalogue.js';
import { added, CatalogueLog } from '../../test/support/catalogue-log.js';
import { testDatabase, type TestDatabase } from '../../test/support/database.js';
import { until } from '../../test/support/until.js';
import type { Delivery } from '../event-bus/event-bus.js';
import { PROJECTION_LOCK, type Projection } from './projection.js';
import { Together } from './together.js';

let test: TestDatabase;
let together: Together;
beforeAll(async () => {
  test = await testDatabase();
  await test.database.query('CREATE TABLE tally (name text NOT NULL, position bigint NOT NULL)');
});
afterAll(() => test.drop());
beforeEach(async () => {
  together = new Together(test.database);
  await test.database.query('TRUNCATE tally, projection_checkpoints, projection_streams');
});

/** Not idempotent by itself; one that fails has written before. */
const tally = (name: string, fails = false): Projection => ({
  name,
  topics: ['drafthorse.catalogue'],
  tables: ['tally'],
  async apply(transaction, deliveries) {
    for (const { event } of deliveries)
      await transaction.query('INSERT INTO tally VALUES ($1, $2)', [name, event.position.toString()]);
    if (fails) throw new Error(`${name} cannot`);
  },
});

const [one, two, failing] = [tally('one'), tally('two'), tally('failing', true)];

function deliveriesOf(count: number): Delivery[] {
  const log = new CatalogueLog(randomUUID());
  const product = { productId: productIdOf(1), version: 1, sku: 'A', name: 'A', price: '1.00', stock: 0 };
  for (let index = 0; index < count; index += 1)
    log.changeSet([added({ ...product, category: null, brand: null, fields: {} })]);
  return log.deliveries;
}

async function tallied(): Promise<{ name: string; rows: number; transactions: number }[]> {
  const { rows } = await test.database.query<{ name: string; rows: number; transactions: number }>(
    `SELECT name, count(*)::int AS rows, count(DISTINCT xmin::text)::int AS transactions
       FROM tally GROUP BY name ORDER BY name`,
  );
  return rows;
}

async function transactions(): Promise<number> {
  const { rows } = await test.database.query<{ count: number }>(
    'SELECT count(DISTINCT xmin::text)::int AS count FROM tally',
  );
  return rows[0]!.count;
}

describe('read models that are written together', () => {
  it('share a transaction when they are woken at the same moment, and apply once', async () => {
    const batch = deliveriesOf(2);
    const projected = await Promise.all([together.project(one, batch), together.project(two, batch)]);
    expect(projected.map(({ applied }) => applied)).toEqual([2, 2]);
    expect(await transactions()).toBe(1);
    await Promise.all([together.project(one, batch), together.project(two, batch)]);
    expect((await tallied()).map(({ name, rows }) => [name, rows])).toEqual([
      ['one', 2],
      ['two', 2],
    ]);
  });

  it('know each their own revisions: one that is behind is brought level, the other is left alone', async () => {
    const [first, second] = deliveriesOf(2) as [Delivery, Delivery];
    await together.project(one, [first]);
    const projected = await Promise.all([
      together.project(one, [first, second]),
      together.project(two, [first, second]),
    ]);
    expect(projected.map(({ applied }) => applied)).toEqual([1, 2]);
    expect(projected.map(({ checkpoints }) => [...checkpoints.values()])).toEqual([
      [second.event.position],
      [second.event.position],
    ]);
  });

  it('keep going when one of them fails, which leaves nothing behind', async () => {
    const batch = deliveriesOf(1);
    const [first, second, third] = await Promise.allSettled([
      together.project(one, batch),
      together.project(failing, batch),
      together.project(two, batch),
    ]);
    expect([first.status, third.status]).toEqual(['fulfilled', 'fulfilled']);
    expect(second).toMatchObject({ status: 'rejected', reason: { message: 'failing cannot' } });
    expect((await tallied()).map(({ name, rows }) => [name, rows])).toEqual([
      ['one', 1],
      ['two', 1],
    ]);
  });

  it('do not wait for one whose rebuild is about to exchange it', async () => {
    const batch = deliveriesOf(1);
    const rebuild = await test.database.pool.connect();
    await rebuild.query('SELECT pg_advisory_lock($1, hashtext($2))', [PROJECTION_LOCK, two.name]);
    const held = together.project(two, batch);
    try {
      expect((await together.project(one, batch)).applied).toBe(1);
      expect((await tallied()).map(({ name }) => name)).toEqual(['one']);
    } finally {
      await rebuild.query('SELECT pg_advisory_unlock_all()');
      rebuild.release();
    }
    expect((await held).applied).toBe(1);
  });

  it('hold nothing of one that is being exchanged, while they wait for its tables', async () => {
    const [first, second] = deliveriesOf(2) as [Delivery, Delivery];
    await Promise.all([one, two].map((projection) => together.project(projection, [first])));
    const rebuild = await test.database.pool.connect();
    let projected: Promise<unknown> | undefined;
    try {
      await rebuild.query('SELECT pg_advisory_lock($1, hashtext($2))', [PROJECTION_LOCK, two.name]);
      await rebuild.query('BEGIN; LOCK TABLE tally IN ACCESS EXCLUSIVE MODE');
      projected = Promise.all([one, two].map((projection) => together.project(projection, [second])));
      await until('somebody waits for the table', async () => {
        const waiting = `SELECT FROM pg_locks WHERE relation = 'tally'::regclass AND NOT granted`;
        return (await rebuild.query(waiting)).rowCount === 1;
      });
      await rebuild.query(`SET LOCAL lock_timeout = '500ms'`);
      await rebuild.query('DELETE FROM projection_streams WHERE projection = $1', [two.name]);
    } finally {
      await rebuild.query('ROLLBACK');
      await rebuild.query('SELECT pg_advisory_unlock_all()');
      rebuild.release();
      await projected;
    }
    expect((await tallied()).map(({ name, rows }) => [name, rows])).toEqual([
      ['one', 2],
      ['two', 2],
    ]);
  });
});
