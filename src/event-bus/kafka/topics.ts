/**
 * The topics step: makes what is missing, grows what is smaller than wanted, and refuses what would lose events.
 * May be repeated at any time, by several processes at once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
// Not by name: Node finds only the first of this CommonJS module's exports.
import kafkajs, { type Admin } from 'kafkajs';
import { TOPICS } from '../../events/streams.js';
import { openClient, type KafkaConnection } from './connection.js';
import { EventBusError, toEventBusError } from './errors.js';
import { deadLetterTopicName, topicName } from './names.js';

export interface TopicSettings {
  /** Of event topics. Dead letter topics have one: their order matters more than their speed. */
  partitions: number;
  /** At most the number of brokers. */
  replicationFactor: number;
}

/** A record of one large event, and the compressed records of one send. */
export const RECORD_BYTES_MAX = 16 * 1024 * 1024;

/** What must hold for a topic: nothing is ever dropped, neither by age nor size nor key. */
const REQUIRED: Record<string, string> = {
  'cleanup.policy': 'delete',
  'retention.ms': '-1',
  'retention.bytes': '-1',
};

/** `larger-than-wanted`: left as it is, because partitions cannot be taken away without losing events. */
export type TopicOutcome = 'created' | 'grown' | 'kept' | 'larger-than-wanted';

const KNOWN_MS_MAX = 15_000;
const KNOWN_POLL_MS = 50;

export interface TopicReport {
  topic: string;
  partitions: number;
  outcome: TopicOutcome;
}

/** Every event topic. Throws EventBusError. */
export function ensureEventTopics(
  connection: KafkaConnection,
  settings: TopicSettings,
): Promise<TopicReport[]> {
  const { partitions } = settings;
  return ensure(
    connection,
    settings,
    TOPICS.map((topic) => ({ topic: topicName(connection, topic), partitions })),
  );
}

/** The dead letter topics of consumer groups. Throws EventBusError. */
export function ensureDeadLetterTopics(
  connection: KafkaConnection,
  settings: TopicSettings,
  groups: readonly string[],
): Promise<TopicReport[]> {
  return ensure(
    connection,
    settings,
    groups.map((group) => ({ topic: deadLetterTopicName(connection, group), partitions: 1 })),
  );
}

function ensure(
  connection: KafkaConnection,
  { replicationFactor }: TopicSettings,
  wanted: readonly Wanted[],
): Promise<TopicReport[]> {
  const names = wanted.map(({ topic }) => topic);
  return withAdmin(connection, `preparing ${names.join(', ')}`, async (admin) => {
    const created = await create(admin, wanted, replicationFactor);
    if (created.size > 0) await known(admin, names);
    await refuseUnsuitable(admin, names);
    return grow(admin, wanted, created);
  });
}

interface Wanted {
  topic: string;
  partitions: number;
}

async function create(
  admin: Admin,
  wanted: readonly Wanted[],
  replicationFactor: number,
): Promise<Set<string>> {
  const existing = new Set(await admin.listTopics());
  const missing = wanted.filter(({ topic }) => !existing.has(topic));
  const created = new Set<string>();
  const configEntries = Object.entries({
    ...REQUIRED,
    'max.message.bytes': String(RECORD_BYTES_MAX),
    // One broker may be away without stopping the relay, and an acknowledged event is on two.
    'min.insync.replicas': String(Math.min(2, replicationFactor)),
  }).map(([name, value]) => ({ name, value }));
  for (const { topic, partitions } of missing) {
    const wasFirst = await admin.createTopics({
      waitForLeaders: false,
      topics: [{ topic, numPartitions: partitions, replicationFactor, configEntries }],
    });
    if (wasFirst) created.add(topic);
  }
  return created;
}

/** A topic that was just made is not known to every broker yet; kafkajs's own waiting gives up on that. */
async function known(admin: Admin, names: string[]): Promise<void> {
  const deadline = performance.now() + KNOWN_MS_MAX;
  for (;;) {
    try {
      await partitionCounts(admin, names);
      return;
    } catch (error) {
      if (!toEventBusError(error, 'waiting').retryable || performance.now() > deadline) throw error;
      await sleep(KNOWN_POLL_MS);
    }
  }
}

async function refuseUnsuitable(admin: Admin, topics: string[]): Promise<void> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((name) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name,
      configNames: [...Object.keys(REQUIRED), 'max.message.bytes'],
    })),
  });
  const problems = resources.flatMap(({ resourceName, configEntries }) =>
    configEntries.flatMap(({ configName, configValue }) => {
      const required = REQUIRED[configName];
      if (required !== undefined && configValue !== required)
        return [`${resourceName}: ${configName} is ${configValue} and must be ${required}`];
      if (configName === 'max.message.bytes' && Number(configValue) < RECORD_BYTES_MAX)
        return [`${resourceName}: ${configName} is ${configValue} and must be at least ${RECORD_BYTES_MAX}`];
      return [];
    }),
  );
  if (problems.length > 0) throw new EventBusError('TOPIC_UNSUITABLE', problems.join('; '));
}

async function grow(admin: Admin, wanted: readonly Wanted[], created: Set<string>): Promise<TopicReport[]> {
  const counts = await partitionCounts(
    admin,
    wanted.map(({ topic }) => topic),
  );
  const small = wanted.filter(({ topic, partitions }) => counts.get(topic)! < partitions);
  for (const { topic, partitions } of small)
    await admin.createPartitions({ topicPartitions: [{ topic, count: partitions }] });
  return wanted.map(({ topic, partitions }) => {
    const count = counts.get(topic)!;
    if (created.has(topic)) return { topic, partitions: count, outcome: 'created' };
    if (count < partitions) return { topic, partitions, outcome: 'grown' };
    return { topic, partitions: count, outcome: count > partitions ? 'larger-than-wanted' : 'kept' };
  });
}

/** Throws TOPIC_MISSING. */
export async function partitionCounts(admin: Admin, topics: string[]): Promise<Map<string, number>> {
  const { topics: described } = await admin.fetchTopicMetadata({ topics });
  return new Map(described.map(({ name, partitions }) => [name, partitions.length]));
}

/** Connects, works, disconnects. Throws EventBusError. */
export async function withAdmin<T>(
  connection: KafkaConnection,
  doing: string,
  work: (admin: Admin) => Promise<T>,
): Promise<T> {
  const admin = openClient(connection).admin();
  try {
    await admin.connect();
    return await work(admin);
  } catch (error) {
    throw toEventBusError(error, doing);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
