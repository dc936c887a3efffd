/** What the contract cannot ask of every bus: dead letter topics, records of others, offsets that lie, a broker in trouble. */
import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { KafkaMessage } from 'kafkajs';
import { afterEach, describe, expect, it } from 'vitest';
import { Broker } from '../../../scripts/kafka/broker.js';
import { appendOf, labelOf } from '../../../test/support/events.js';
import { hasKafka, openKafkaBuses, type KafkaSpec } from '../../../test/support/kafka-buses.js';
import { until } from '../../../test/support/until.js';
import type { Delivery } from '../event-bus.js';
import { readTopics } from '../reconciler/topic-records.js';
import { DEAD_LETTER_HEADERS } from './dead-letter-topic.js';
import { deadLetterTopicName, groupName, topicName } from './names.js';
import { partitionOfKey } from './partitions.js';
import { ResilientProducer } from './producer.js';
import { renameGroup } from './rename-group.js';
import { withAdmin } from './topics.js';

const TOPIC = 'drafthorse.workspaces';

describe.runIf(hasKafka())('consuming from Kafka', () => {
  let spec: KafkaSpec;
  /** Of specs that bring it into trouble. */
  let broker: Broker | undefined;
  afterEach(async () => {
    await spec?.close();
    await broker?.remove();
    broker = undefined;
  });

  async function consume(options: { group?: string; fail?: (delivery: Delivery) => void } = {}) {
    const { group = `spec.${randomUUID()}`, fail } = options;
    const { bus } = await spec.member();
    const seen: Delivery[] = [];
    await bus.subscribe({
      group,
      topics: [TOPIC],
      startFrom: 'beginning',
      handle: async (batch) => {
        if (fail) batch.forEach(fail);
        seen.push(...batch);
      },
    });
    return { bus, group, seen, labels: () => seen.map(({ event }) => labelOf(event)) };
  }

  const append = async (workspaceId: string, ...labels: string[]) => {
    for (const label of labels) await spec.store.append(appendOf([label], { workspaceId }));
  };

  async function recordsOf(name: string): Promise<KafkaMessage[]> {
    const messages: KafkaMessage[] = [];
    await readTopics(spec.connection, [name], (_, __, message) => messages.push(message));
    return messages;
  }
  const text = (message: KafkaMessage, header: string) => message.headers?.[header]?.toString();

  it('publishes dead letters with original key, bytes and headers, and why', async () => {
    spec = await openKafkaBuses();
    const workspaceId = randomUUID();
    const { group } = await consume({
      fail: ({ event }) => {
        if (labelOf(event) === 'poison') throw new TypeError('cannot handle poison');
      },
    });
    await append(workspaceId, 'fine', 'poison', 'behind');
    await until('both are set aside', async () => {
      const letters = await spec.deadLetters.list({ workspaceId, group, limit: 10 });
      return letters.length === 2;
    });
    const originals = await recordsOf(topicName(spec.connection, TOPIC));
    const published = await recordsOf(deadLetterTopicName(spec.connection, group));
    expect(published.map(({ key }) => key?.toString())).toEqual([workspaceId, workspaceId]);
    expect(published.map((each) => text(each, DEAD_LETTER_HEADERS.reason))).toEqual(['failed', 'waiting']);
    const [poison] = published;
    const original = originals.find(({ value }) => value?.equals(poison!.value!))!;
    expect(poison!.headers).toMatchObject(original.headers!);
    expect(text(poison!, DEAD_LETTER_HEADERS.errorClass)).toBe('TypeError');
    expect(text(poison!, DEAD_LETTER_HEADERS.errorMessage)).toBe('cannot handle poison');
    expect(Number(text(poison!, DEAD_LETTER_HEADERS.attempts))).toBeGreaterThan(1);
    expect(text(poison!, DEAD_LETTER_HEADERS.topic)).toBe(TOPIC);
    expect(text(poison!, DEAD_LETTER_HEADERS.offset)).toBe(original.offset);
  });

  it('goes on past records that the relay did not write, and publishes them too', async () => {
    spec = await openKafkaBuses();
    const { group, labels } = await consume();
    const workspaceId = randomUUID();
    await append(workspaceId, 'before');
    const producer = new ResilientProducer(spec.connection);
    const partition = partitionOfKey(workspaceId, spec.topics.partitions);
    const messages = [{ key: workspaceId, value: 'not ours', partition }];
    await producer.send([{ topic: topicName(spec.connection, TOPIC), messages }], 0);
    await producer.close();
    await append(workspaceId, 'after');
    await until('the next arrived', () => labels().includes('after'));
    expect(labels()).toEqual(['before', 'after']);
    const [published] = await recordsOf(deadLetterTopicName(spec.connection, group));
    expect(published?.value?.toString()).toBe('not ours');
  });

  it('misses nothing when offsets were moved ahead by hand, and repeats nothing when moved back', async () => {
    spec = await openKafkaBuses({ partitions: 1 });
    const first = await consume();
    const workspaceId = randomUUID();
    await append(workspaceId, '0', '1', '2', '3');
    await until('the first arrived', () => first.seen.length === 4);
    await spec.closeMembers();
    await append(workspaceId, '4', '5', '6');
    const groupId = groupName(spec.connection, first.group);
    const topic = topicName(spec.connection, TOPIC);
    const move = (offset: string) =>
      withAdmin(spec.connection, 'moving', (admin) =>
        admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset }] }),
      );
    await until('all is relayed', async () => (await recordsOf(topic)).length === 7);
    await move('6');
    const second = await consume({ group: first.group });
    await until('the rest arrived', () => second.seen.length === 3);
    expect(second.labels()).toEqual(['4', '5', '6']);
    await spec.closeMembers();
    await move('0');
    const third = await consume({ group: first.group });
    await append(workspaceId, '7');
    await until('the next arrived', () => third.seen.length > 0);
    expect(third.labels()).toEqual(['7']);
  });

  it('lets a group go on under another name', async () => {
    spec = await openKafkaBuses();
    const first = await consume();
    const workspaceId = randomUUID();
    await append(workspaceId, 'before');
    await until('it arrived', () => first.seen.length === 1);
    await spec.closeMembers();
    const renamed = `spec.${randomUUID()}`;
    await renameGroup(spec.data.database, first.group, renamed);
    await append(workspaceId, 'after');
    const second = await consume({ group: renamed });
    await until('the next arrived', () => second.seen.length > 0);
    expect(second.labels()).toEqual(['after']);
    // Without the renaming it begins at the beginning.
    const stranger = await consume();
    await until('all arrived', () => stranger.seen.length === 2);
  });

  it('takes over where the embedded bus was', async () => {
    spec = await openKafkaBuses();
    const workspaceId = randomUUID();
    await append(workspaceId, 'on the embedded bus');
    const { position } = (await spec.store.readStream(`workspace-${workspaceId}`))[0]!;
    const group = `spec.${randomUUID()}`;
    await spec.data.database.query(
      'INSERT INTO bus_checkpoints (group_name, topic, partition, position) VALUES ($1, $2, 0, $3)',
      [group, TOPIC, position],
    );
    await append(workspaceId, 'on Kafka');
    const { seen, labels } = await consume({ group });
    await until('it arrived', () => seen.length > 0);
    expect(labels()).toEqual(['on Kafka']);
  });

  it('tells, while the broker is away, that it does not run, comes back by itself, and has lost and repeated nothing', async () => {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'drafthorse-kafka-'));
    broker = await Broker.start({ dataDir });
    spec = await openKafkaBuses({ brokers: broker.brokers });
    const { bus, seen, labels } = await consume();
    const health = async () => (await bus.health())[0]!;
    const workspaceId = randomUUID();
    await append(workspaceId, '0', '1');
    await until('the first arrived', () => seen.length === 2);

    await broker.kill();
    await append(workspaceId, '2', '3');
    await until('it says so', async () => !(await health()).running && (await health()).trouble, 60_000);
    await broker.start();
    await append(workspaceId, '4');
    await until('all arrived', () => seen.length >= 5, 60_000);
    expect(labels()).toEqual(['0', '1', '2', '3', '4']);

    broker.pause();
    await append(workspaceId, '5');
    broker.resume();
    await until('the last arrived', () => seen.length >= 6, 60_000);
    expect(labels().at(-1)).toBe('5');
    await until('it runs', async () => (await health()).running && (await health()).caughtUp, 30_000);
  });
});
