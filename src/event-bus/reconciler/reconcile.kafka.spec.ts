/** The reconciler against differences planted in a real topic. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendOf } from '../../../test/support/events.js';
import { hasKafka, openKafkaBuses, type KafkaSpec } from '../../../test/support/kafka-buses.js';
import { until } from '../../../test/support/until.js';
import type { RecordedEvent } from '../../events/contract.js';
import { TOPICS, workspaceStream } from '../../events/streams.js';
import type { Delivery } from '../event-bus.js';
import { topicName } from '../kafka/names.js';
import { ResilientProducer } from '../kafka/producer.js';
import { encodeRecord } from '../kafka/record.js';
import { reconcile } from './reconcile.js';
import { relayAgain } from './repair.js';

const TOPIC = 'drafthorse.workspaces';
/** Above idle_in_transaction_session_timeout. */
const VISIBLE_MS_MAX = 60_000;

/** One partition, one workspace, events 0 to 3 in the log and as far as a spec wants in the topic. */
describe.runIf(hasKafka())('the reconciler', () => {
  let spec: KafkaSpec;
  let events: RecordedEvent[];
  let producer: ResilientProducer;

  beforeEach(async () => {
    spec = await openKafkaBuses({ partitions: 1, relay: false });
    producer = new ResilientProducer(spec.connection);
    const workspaceId = randomUUID();
    for (const label of ['0', '1', '2', '3']) await spec.store.append(appendOf([label], { workspaceId }));
    events = await spec.store.readStream(workspaceStream(workspaceId));
    // Another spec's frozen process may hold back the end of the log for as long as its transaction is let live.
    const visible = async () => (await spec.store.readAll({ after: 0n, limit: 10 })).length === events.length;
    await until('all are visible', visible, VISIBLE_MS_MAX);
  });
  afterEach(async () => {
    await producer?.close();
    await spec?.close();
  });

  const record = (index: number, changes: Partial<RecordedEvent> = {}) =>
    encodeRecord(
      { ...events[index]!, ...changes },
      {
        key: events[index]!.workspaceId,
        partition: 0,
        previous: events[index - 1]?.position ?? 0n,
      },
    );

  /** As if the relay had written exactly these. */
  async function hold(...messages: { key: string; value: Buffer | string; partition: number }[]) {
    await producer.send([{ topic: topicName(spec.connection, TOPIC), messages }], 0);
    const { database } = spec.data;
    await database.query(
      `INSERT INTO relay_topics (topic, position, highest)
       SELECT topic, $1, $1 FROM unnest($2::text[]) AS topic`,
      [events.at(-1)!.position, TOPICS],
    );
    await database.query(
      `INSERT INTO relay_layouts (topic, after_position, partitions, ends)
       SELECT topic, 0, 1, '{}' FROM unnest($1::text[]) AS topic`,
      [TOPICS],
    );
  }

  const options = () => ({ connection: spec.connection, store: spec.store, database: spec.data.database });
  const compare = (range: { from?: bigint; to?: bigint } = {}) =>
    reconcile({ ...options(), from: range.from ?? null, to: range.to ?? null });

  it('finds nothing where there is nothing to find, and counts repetitions', async () => {
    await hold(record(0), record(1), record(0), record(1), record(2), record(3));
    expect(await compare()).toMatchObject({ events: 4, records: 6, repeats: 2, differences: [] });
  });

  it('names the first event that is missing, and only inside its range', async () => {
    await hold(record(0), record(2), record(3));
    expect((await compare()).differences).toEqual([
      { kind: 'missing', topic: TOPIC, partition: 0, position: events[1]!.position, offset: null },
    ]);
    expect((await compare({ to: events[0]!.position })).differences).toEqual([]);
    expect((await compare({ from: events[2]!.position })).differences).toEqual([]);
  });

  it('names an event that stands before another one that belongs in front of it', async () => {
    await hold(record(0), record(2), record(1), record(3));
    expect((await compare()).differences).toMatchObject([
      { kind: 'out-of-order', position: events[2]!.position, offset: '1' },
    ]);
  });

  it('names a record that is not of the log, and one that says something else', async () => {
    const changed = record(3, { data: { keys: ['changed'], definedAt: '2026-01-01T00:00:00.000Z' } });
    await hold(
      record(0),
      { key: 'x', value: 'foreign', partition: 0 },
      record(1),
      record(2),
      record(3),
      changed,
    );
    expect((await compare()).differences).toMatchObject([{ kind: 'foreign', position: null, offset: '1' }]);
  });

  it('refuses a range that was not relayed yet', async () => {
    await hold(record(0));
    await expect(compare({ to: events.at(-1)!.position + 1n })).rejects.toThrow('relayed up to');
  });

  it('repairs by relaying again; a group that waited for what was missing goes on', async () => {
    await hold(record(0), record(2), record(3));
    const seen: Delivery[] = [];
    const { bus } = await spec.member();
    await bus.subscribe({
      group: `spec.${randomUUID()}`,
      topics: [TOPIC],
      startFrom: 'beginning',
      handle: async (batch) => void seen.push(...batch),
    });
    await until('it says what it lacks', async () => (await bus.health())[0]?.trouble?.includes('lacks'));
    expect(seen).toHaveLength(1);

    const { differences } = await compare();
    expect(await relayAgain(options(), differences)).toBe(3);
    expect((await compare()).differences).toEqual([]);
    await until('it goes on', () => seen.length === 4);
    expect(seen.map(({ event }) => event.revision)).toEqual([0, 1, 2, 3]);
    await until('it runs', async () => (await bus.health())[0]?.running);
  });

  it('leaves the relay to go on after a repair', async () => {
    await hold(record(0), record(2), record(3));
    await relayAgain(options(), (await compare()).differences);
    spec.relay();
    await spec.store.append(appendOf(['4'], { workspaceId: events[0]!.workspaceId }));
    await until('it is relayed', async () => (await compare()).events === 5);
    expect((await compare()).differences).toEqual([]);
  });
});
