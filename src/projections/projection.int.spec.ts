import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { productIdOf } from '../../test/support/arbitrary-catalogue.js';
import { added, CatalogueLog } from '../../test/support/catalogue-log.js';
import { testDatabase, type TestDatabase } from '../../test/support/database.js';
import { until } from '../../test/support/until.js';
import type { ConsumerGroup, Delivery, EventBus } from '../event-bus/event-bus.js';
import { project, slices, type Projection } from './projection.js';
import { Projections } from './projections.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
  await test.database.query('CREATE TABLE tally (position bigint NOT NULL)');
});
afterAll(() => test.drop());
beforeEach(() => test.database.query('TRUNCATE tally, projection_checkpoints, projection_streams'));

/** Not idempotent by itself: it writes a row for whatever it is given. */
const tally: Projection = {
  name: 'tally',
  topics: ['drafthorse.catalogue'],
  tables: ['tally'],
  async apply(transaction, deliveries) {
    for (const { event } of deliveries)
      await transaction.query('INSERT INTO tally VALUES ($1)', [event.position.toString()]);
  },
};

const PRODUCT = {
  productId: productIdOf(1),
  version: 1,
  sku: 'A',
  name: 'A',
  price: '1.00',
  stock: 0,
  category: null,
  brand: null,
  fields: {},
};

/** Events of one stream; what they say does not matter here. */
function deliveriesOf(count: number): Delivery[] {
  const log = new CatalogueLog(randomUUID());
  for (let index = 0; index < count; index += 1) log.changeSet([added(PRODUCT)]);
  return log.deliveries;
}

async function tallied(): Promise<number[]> {
  const { rows } = await test.database.query<{ position: string }>(
    'SELECT position FROM tally ORDER BY ctid',
  );
  return rows.map(({ position }) => Number(position));
}

describe('a projection', () => {
  it('applies a delivery once, repeated in its batch, in the next, or in an older batch that comes back', async () => {
    const [first, second, third] = deliveriesOf(3) as [Delivery, Delivery, Delivery];
    await project(test.database, tally, [first, first, second, first]);
    await project(test.database, tally, [first, second, third]);
    await project(test.database, tally, [second]);
    expect(await tallied()).toEqual([3, 6, 9]);
  });
  it('applies it once by whatever partition it comes: another bus delivers the log again, cut differently', async () => {
    const [first, second, third] = deliveriesOf(3) as [Delivery, Delivery, Delivery];
    await project(test.database, tally, [first, second]);
    await project(
      test.database,
      tally,
      [first, second, third].map((delivery) => ({ ...delivery, partition: 4 })),
    );
    expect(await tallied()).toEqual([3, 6, 9]);
  });
  it('never applies a stream with a hole in it, and goes on when the hole is filled', async () => {
    const [first, second, third] = deliveriesOf(3) as [Delivery, Delivery, Delivery];
    await project(test.database, tally, [first]);
    await expect(project(test.database, tally, [third])).rejects.toThrow('revision 2 of catalogue-');
    await project(test.database, tally, [second, third]);
    expect(await tallied()).toEqual([3, 6, 9]);
  });
  it('moves its checkpoint only together with its rows', async () => {
    const deliveries = deliveriesOf(2);
    const failing: Projection = {
      ...tally,
      async apply(transaction, batch) {
        await tally.apply(transaction, batch);
        throw new Error('after the rows');
      },
    };
    await expect(project(test.database, failing, deliveries)).rejects.toThrow('after the rows');
    expect(await tallied()).toEqual([]);
    await project(test.database, tally, deliveries);
    expect(await tallied()).toEqual([3, 6]);
  });
  it('applies a re-driven dead letter, though later events of other streams were handled before it, once', async () => {
    const [letter, behind] = deliveriesOf(2) as [Delivery, Delivery];
    const other = new CatalogueLog(randomUUID(), { positionAfter: 100n }).changeSet([added(PRODUCT)]);
    await project(test.database, tally, other);
    await project(test.database, tally, [letter]);
    await project(test.database, tally, [letter, behind]);
    expect(await tallied()).toEqual([103, 3, 6]);
  });
  it('cuts a large batch into transactions of at most 5,000 product changes, in order', () => {
    const one = deliveriesOf(1)[0] as Delivery;
    const [change] = one.event.type === 'ProductsChanged' ? one.event.data.changes : [];
    const large = (count: number) =>
      ({
        ...one,
        event: { ...one.event, data: { changes: Array.from({ length: count }, () => change) } },
      }) as Delivery;
    const cut = (...counts: number[]) => slices(counts.map(large)).map((slice) => slice.length);
    expect(cut(...Array.from({ length: 10 }, () => 500))).toEqual([10]);
    expect(cut(...Array.from({ length: 21 }, () => 500))).toEqual([10, 10, 1]);
    expect(cut(4_999, 1, 1)).toEqual([2, 1]);
    expect(cut()).toEqual([]);
  });
  it('never applies at once what two consumers were given', async () => {
    const deliveries = deliveriesOf(20);
    await Promise.all(Array.from({ length: 6 }, () => project(test.database, tally, deliveries)));
    expect(await tallied()).toEqual(deliveries.map(({ event }) => Number(event.position)));
  });
});

describe('waiting for a projection', () => {
  const WORKSPACE_ID = randomUUID();
  const streams = new Map<bigint, string>();
  let consumer: ConsumerGroup | undefined;
  const bus: EventBus = {
    partitionOf: () => 0,
    subscribe: async (group: ConsumerGroup) => {
      consumer = group;
      return { stop: async () => undefined };
    },
    health: async () => [],
    close: async () => undefined,
  } as unknown as EventBus;
  const store = {
    eventAt: async (position: bigint) => {
      const streamId = streams.get(position);
      return streamId === undefined ? null : { streamId, workspaceId: WORKSPACE_ID };
    },
    streamEnd: async () => ({ revision: -1, position: 0n }),
  };
  let projections: Projections;
  let deliveries: Delivery[];
  beforeEach(async () => {
    deliveries = deliveriesOf(2);
    streams.clear();
    for (const { event } of deliveries) streams.set(event.position, event.streamId);
    projections = new Projections({ database: test.database, bus, store, projections: [tally] });
    await projections.start();
  });

  it('ends when this process has applied the event', async () => {
    const waiting = projections.waitFor('tally', 6n);
    await consumer?.handle(deliveries.slice(0, 1));
    await consumer?.handle(deliveries.slice(1));
    expect(await waiting).toBe(true);
    expect(await tallied()).toEqual([3, 6]);
  });
  it('ends when another process has', async () => {
    const waiting = projections.waitFor('tally', 6n);
    await project(test.database, tally, deliveries);
    expect(await waiting).toBe(true);
  });
  it('gives up after its time, having seen only what came before', async () => {
    await consumer?.handle(deliveries.slice(0, 1));
    expect(await projections.waitFor('tally', 6n, { timeoutMs: 30 })).toBe(false);
    expect(await projections.waitFor('tally', 3n, { timeoutMs: 0 })).toBe(true);
  });
  it('has nothing to wait for where the event is of another workspace', async () => {
    const wait = { timeoutMs: 0, workspaceId: randomUUID() };
    expect(await projections.waitFor('tally', 6n, wait)).toBe(true);
    expect(await projections.waitFor('tally', 6n, { ...wait, workspaceId: WORKSPACE_ID })).toBe(false);
  });
  it('does not wait for what the projection never sees', async () => {
    streams.set(99n, `draft-${randomUUID()}`);
    expect(await projections.waitFor('tally', 99n, { timeoutMs: 0 })).toBe(true);
    expect(await projections.waitFor('tally', 98n, { timeoutMs: 0 })).toBe(true);
  });
  it('looks at a condition whenever the projection advances', async () => {
    let looks = 0;
    const waiting = projections.waitUntil('tally', async () => {
      looks += 1;
      return (await tallied()).length === 2;
    });
    await until('it has looked', () => looks > 0);
    await consumer?.handle(deliveries);
    expect(await waiting).toBe(true);
  });
  it('passes on what a condition throws', () =>
    expect(projections.waitUntil('tally', () => Promise.reject(new Error('gone')))).rejects.toThrow('gone'));
});
