/** The relay against a real broker: order, takeover, failed sends, topics that grow or are made anew. */
import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { appendOf, labelOf, wholeLog } from '../../../test/support/events.js';
import { hasKafka, openKafkaBuses, type KafkaSpec } from '../../../test/support/kafka-buses.js';
import { killRelayProcesses, startRelayProcess } from '../../../test/support/relay-process.js';
import { until } from '../../../test/support/until.js';
import { TOPICS } from '../../events/streams.js';
import type { Delivery } from '../event-bus.js';
import type { KafkaConnection } from '../kafka/connection.js';
import { decodeRecord, type DecodedRecord } from '../kafka/record.js';
import { topicName } from '../kafka/names.js';
import { withAdmin } from '../kafka/topics.js';
import { reconcile } from '../reconciler/reconcile.js';
import { readTopics } from '../reconciler/topic-records.js';
import { loadState } from './state.js';

const TOPIC = 'drafthorse.workspaces';

describe.runIf(hasKafka())('the relay', () => {
  let spec: KafkaSpec;

  afterEach(async () => {
    killRelayProcesses();
    await spec?.close();
  });

  /** Appends `count` events to each of `keys` workspaces, one append at a time per workspace. */
  async function load(count: number, keys = 12, prefix = ''): Promise<string[]> {
    const workspaces = Array.from({ length: keys }, () => randomUUID());
    await continueLoad(workspaces, 0, count, prefix);
    return workspaces;
  }
  const continueLoad = async (workspaces: string[], from: number, to: number, prefix = '') => {
    await Promise.all(
      workspaces.map(async (workspaceId) => {
        for (let index = from; index < to; index += 1)
          await spec.store.append(appendOf([`${prefix}${index}`], { workspaceId }));
      }),
    );
  };

  const relayed = () =>
    until(
      'everything is relayed',
      async () => {
        const last = (await wholeLog(spec.store)).at(-1)?.position ?? 0n;
        const state = await loadState(spec.data.database, TOPICS);
        return [...state.values()].every(({ position }) => position >= last);
      },
      60_000,
    );

  const records = async () => {
    const found: (DecodedRecord & { partition: number })[] = [];
    await readTopics(spec.connection, [topicName(spec.connection, TOPIC)], (_, partition, message) =>
      found.push({ ...decodeRecord(message), partition }),
    );
    return found;
  };

  const agree = async () => {
    await relayed();
    const { connection, store, data } = spec;
    const found = await reconcile({ connection, store, database: data.database, from: null, to: null });
    expect(found.differences).toEqual([]);
    return found;
  };

  /** Consumes with a group that keeps what it handles. */
  async function consume(
    group = `spec.${randomUUID()}`,
    members = 1,
  ): Promise<{ group: string; seen: Delivery[] }> {
    const seen: Delivery[] = [];
    for (let index = 0; index < members; index += 1) {
      const { bus } = await spec.member();
      const handle = async (batch: Delivery[]) => void seen.push(...batch);
      await bus.subscribe({ group, topics: [TOPIC], startFrom: 'beginning', handle });
    }
    return { group, seen };
  }

  const expectInOrder = (seen: Delivery[], workspaces: string[], count: number) => {
    for (const workspace of workspaces) {
      const revisions = seen.filter(({ key }) => key === workspace).map(({ event }) => event.revision);
      expect([...new Set(revisions)]).toEqual(Array.from({ length: count }, (_, index) => index));
    }
  };

  it('brings the log in order, each record naming the one before it in its partition', async () => {
    spec = await openKafkaBuses();
    await load(20);
    const { events, repeats } = await agree();
    expect({ events, repeats }).toEqual({ events: 240, repeats: 0 });
    const last = new Map<number, bigint>();
    for (const { partition, previous, recorded } of await records()) {
      expect(previous).toBe(last.get(partition) ?? 0n);
      last.set(partition, recorded.position);
    }
  });

  it('says how far behind it is, and who leads', async () => {
    spec = await openKafkaBuses({ relay: false });
    const first = spec.relay();
    await until('it has caught up', async () => {
      const { leading, lagMs } = await first.health();
      return leading && lagMs !== null && lagMs < 2_000;
    });
    const second = spec.relay();
    expect((await second.health()).leading).toBe(false);
    await first.stop();
    await until('the other one leads', async () => (await second.health()).leading);
  });

  it('is replaced within seconds when it is killed, and nothing is lost or out of order', async () => {
    spec = await openKafkaBuses({ relay: false });
    const first = startRelayProcess(spec);
    await first.leads();
    const second = startRelayProcess(spec);
    const workspaces = await load(10);
    const writing = continueLoad(workspaces, 10, 60);
    first.signal('SIGKILL');
    const killed = performance.now();
    await second.leads();
    expect(performance.now() - killed).toBeLessThan(10_000);
    await writing;
    expect((await agree()).events).toBe(12 * 60);
  });

  it('is fenced when it wakes up after another one took over', async () => {
    spec = await openKafkaBuses({ relay: false });
    const first = startRelayProcess(spec);
    await first.leads();
    const second = startRelayProcess(spec);
    const workspaces = await load(10);
    first.signal('SIGSTOP');
    await second.leads();
    await continueLoad(workspaces, 10, 30);
    first.signal('SIGCONT');
    await until('the first has noticed', () => first.lines.includes('replaced'), 20_000);
    await continueLoad(workspaces, 30, 40);
    expect((await agree()).events).toBe(12 * 40);
  });

  it('sends again what failed, with nothing lost or out of order', async () => {
    spec = await openKafkaBuses({ relay: false });
    const { tear, socketFactory } = tearable();
    let failures = 0;
    spec.relay({
      connection: { ...spec.connection, socketFactory },
      observer: { failed: () => (failures += 1) },
    });
    const writing = load(60);
    // Torn over and over: tries inside the client come to an end too.
    const tearing = setInterval(tear, 5);
    await until('sends have failed', () => failures > 0, 60_000).finally(() => clearInterval(tearing));
    await writing;
    expect((await agree()).events).toBe(12 * 60);
  });

  describe('when a topic grows', () => {
    it('keeps the order per key, for groups that follow and for those that come later', async () => {
      spec = await openKafkaBuses({ partitions: 2 });
      const following = await consume(undefined, 2);
      const workspaces = await load(20, 20);
      await withAdmin(spec.connection, 'growing', (admin) =>
        admin.createPartitions({ topicPartitions: [{ topic: topicName(spec.connection, TOPIC), count: 5 }] }),
      );
      await continueLoad(workspaces, 20, 30);
      await until('the relay uses the new partitions', async () => {
        await continueLoad(workspaces.slice(0, 1), 30, 31);
        return (await loadState(spec.data.database, TOPICS)).get(TOPIC)!.layouts.length === 2;
      });
      await continueLoad(workspaces, 31, 40);
      await agree();
      const total = (await wholeLog(spec.store)).length;
      const unique = ({ seen }: { seen: Delivery[] }) => new Set(seen.map(({ event }) => event.eventId)).size;
      await until('the followers have all', () => unique(following) === total, 30_000);
      const late = await consume(undefined, 2);
      await until('the late ones have all', () => unique(late) === total, 30_000);
      expect(Math.max(...late.seen.map(({ partition }) => partition))).toBeGreaterThan(1);
      for (const { seen } of [following, late])
        for (const workspace of workspaces) {
          const revisions = seen.filter(({ key }) => key === workspace).map(({ event }) => event.revision);
          expect([...new Set(revisions)]).toEqual([...new Set(revisions)].sort((a, b) => a - b));
        }
    });
  });

  describe('when a topic was deleted', () => {
    const remove = () =>
      withAdmin(spec.connection, 'deleting', (admin) =>
        admin.deleteTopics({ topics: [topicName(spec.connection, TOPIC)] }),
      );

    it('makes it anew and fills it from the log; groups handle nothing twice and miss nothing', async () => {
      spec = await openKafkaBuses();
      const { seen } = await consume();
      const workspaces = await load(20);
      await until('all is handled', () => seen.length === 240);
      await remove();
      await continueLoad(workspaces, 20, 30);
      await until('the rest is handled', () => seen.length >= 360, 60_000);
      expectInOrder(seen, workspaces, 30);
      expect(seen).toHaveLength(360);
      expect((await agree()).events).toBe(360);
    });

    it('brings events that a group had not come to', async () => {
      spec = await openKafkaBuses();
      const { group, seen } = await consume();
      const workspaces = await load(10);
      await until('the first are handled', () => seen.length === 120);
      await spec.closeMembers();
      await continueLoad(workspaces, 10, 20);
      await relayed();
      await remove();
      await continueLoad(workspaces, 20, 30);
      await relayed();
      const rest = await consume(group);
      await until('the rest is handled', () => rest.seen.length === 240, 60_000);
      expectInOrder([...seen, ...rest.seen], workspaces, 30);
    });
  });

  it('does not run a saga again for what it relays again', async () => {
    spec = await openKafkaBuses();
    const { seen } = await consume();
    await load(5);
    await until('all is handled', () => seen.length === 60);
    await spec.data.database.query('UPDATE relay_topics SET position = 0 WHERE topic = $1', [TOPIC]);
    await spec.data.database.query('UPDATE relay_lease SET epoch = epoch + 1');
    await spec.data.database.query('UPDATE relay_partitions SET position = 0 WHERE topic = $1', [TOPIC]);
    await until('it was relayed twice', async () => (await records()).length >= 120, 30_000);
    await load(1, 1, 'after');
    await until('the newest is handled', () => seen.some(({ event }) => labelOf(event) === 'after0'));
    expect(seen).toHaveLength(61);
    expect((await agree()).repeats).toBe(60);
  });
});

/** Sockets that can all be torn at once. */
function tearable() {
  const sockets = new Set<Socket>();
  const socketFactory: KafkaConnection['socketFactory'] = ({ host, port, onConnect }) => {
    const socket = connect({ host, port }, onConnect);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    return socket;
  };
  return { socketFactory: socketFactory!, tear: () => sockets.forEach((socket) => socket.destroy()) };
}
