/** The outside parts: each the embedded default, or what a variable names instead. */
import { DeadLetters } from '../event-bus/dead-letters.js';
import { EmbeddedEventBus } from '../event-bus/embedded/embedded-event-bus.js';
import type { EventBus } from '../event-bus/event-bus.js';
import { KafkaEventBus } from '../event-bus/kafka/kafka-event-bus.js';
import { Relay } from '../event-bus/relay/relay.js';
import { TOPICS } from '../events/streams.js';
import { PostgresEventStore } from '../event-store/postgres/postgres-event-store.js';
import { PostgresReceipts } from '../event-store/postgres/postgres-receipts.js';
import type { Receipts } from '../event-store/receipts.js';
import type { Settings } from '../platform/config/config.js';
import { Database } from '../platform/database/database.js';
import { startEmbeddedPostgres } from '../platform/database/embedded-postgres.js';
import { migrate } from '../platform/database/migrate.js';
import type { FileStore } from '../platform/files/file-store.js';
import { JobQueue } from '../platform/jobs/job-queue.js';
import type { LimiterStore } from '../platform/limits/limiter-store.js';
import type { Logger } from '../platform/logging/logger.js';
import { fileStoreOf } from './files.js';
import { limiterStoreOf } from './limits.js';
import { kafkaConnection, topicSettings } from './kafka.js';
import type { Lifecycle } from './lifecycle.js';
import { openPersonalData, type PersonalData } from './personal.js';

/** Quick jobs of one process at once: interpreting and planning wait for PostgreSQL most of their time. */
const JOBS_AT_ONCE = 32;
/** Jobs per request that models get at once: while some plan and write, others keep the models busy. */
const OUTSIDE_JOBS_PER_REQUEST = 2;
/** Each holds a whole recording in memory, twice while it is sent. */
const TRANSCRIPTIONS_AT_ONCE = 4;

/** Rows of large previews are read where they are needed, by stream; here they would only be carried about. */
const CONSUMED_TOPICS = TOPICS.filter((topic) => topic !== 'drafthorse.plans');

export interface Infrastructure {
  /** For what must be on disk when it is answered. */
  database: Database;
  /** For what is made from the log: read models and checkpoints. */
  derived: Database;
  /** As the log holds it, what people say encrypted: for those who carry it on. */
  store: PostgresEventStore;
  /** For those who decide and answer. */
  personal: PersonalData;
  bus: EventBus;
  /** Brings the log to Kafka; null where the bus reads the log itself, or another process relays. */
  relay: Relay | null;
  deadLetters: DeadLetters;
  jobs: JobQueue;
  files: FileStore;
  /** Where requests per minute are counted. */
  limits: LimiterStore;
  /** Answers to requests with an Idempotency-Key. */
  receipts: Receipts;
}

export async function openInfrastructure(
  settings: Settings,
  logger: Logger,
  lifecycle: Lifecycle,
  onDatabaseLost: () => void,
): Promise<Infrastructure> {
  const url =
    settings.DATABASE_URL ?? (await embeddedUrl(settings.DATA_DIR, logger, lifecycle, onDatabaseLost));
  await migrate(url);
  const poolSizeMax = settings.DATABASE_POOL_SIZE;
  const database = new Database({ url, poolSizeMax, applicationName: 'drafthorse', durableCommits: true });
  lifecycle.started('database pool', () => database.close());
  const kafka = kafkaConnection(settings);
  // The embedded bus keeps its checkpoints beside what they vouch for: a crash takes both back together.
  const durableCommits = kafka !== null;
  const derived = new Database({ url, poolSizeMax, applicationName: 'drafthorse-derived', durableCommits });
  lifecycle.started('derived pool', () => derived.close());
  const store = new PostgresEventStore(database);
  lifecycle.started('event store', () => store.close());
  const personal = await openPersonalData(settings, { database, store }, lifecycle);
  const concurrency = {
    quick: JOBS_AT_ONCE,
    outside: settings.LLM_CONCURRENCY * OUTSIDE_JOBS_PER_REQUEST,
    voice: TRANSCRIPTIONS_AT_ONCE,
  };
  const jobs = await JobQueue.open({ url, concurrency, durableCommits, logger });
  lifecycle.started('jobs', () => jobs.close());
  const deadLetters = new DeadLetters(derived);
  const parts = { store, database: derived, deadLetters, observer: deliveryLog(logger) };
  const topics = topicSettings(settings);
  const bus = kafka
    ? new KafkaEventBus({ ...parts, connection: kafka, topics })
    : new EmbeddedEventBus({ ...parts, topics: CONSUMED_TOPICS });
  lifecycle.started('event bus', () => bus.close());
  const relay =
    kafka && settings.ROLES.includes('relay')
      ? new Relay({ connection: kafka, topics, store, database, observer: relayLog(logger) })
      : null;
  const files = fileStoreOf(settings, database, lifecycle);
  const receipts = new PostgresReceipts({ claims: derived, answers: database });
  const limits = limiterStoreOf(settings, database, logger);
  lifecycle.started('limits', () => limits.close());
  return { database, derived, store, personal, bus, relay, deadLetters, jobs, files, limits, receipts };
}

async function embeddedUrl(
  dataDir: string,
  logger: Logger,
  lifecycle: Lifecycle,
  onUnexpectedExit: () => void,
): Promise<string> {
  const postgres = await startEmbeddedPostgres({
    dataDir,
    durable: true,
    onUnexpectedExit,
    logger: {
      info: (message) => logger.info({}, message),
      warn: (message) => logger.warn({}, message),
      error: (message) => logger.error({}, message),
    },
  });
  lifecycle.started('embedded PostgreSQL', () => postgres.stop());
  return postgres.url;
}

function deliveryLog(logger: Logger) {
  return {
    retrying: (consumerGroup: string, err: unknown, attempt: number, delayMs: number) =>
      logger.warn({ consumerGroup, err, attempt, durationMs: delayMs }, 'delivery failed, trying again'),
    setAside: ({ group, position, event, reason }: SetAside) =>
      logger.error(
        { consumerGroup: group, position: position.toString(), eventType: event.type, code: reason },
        'event set aside among the dead letters',
      ),
  };
}

function relayLog(logger: Logger) {
  const named = (epoch: bigint) => `relay of epoch ${epoch}`;
  return {
    leading: (epoch: bigint) => logger.info({}, `this process relays: ${named(epoch)}`),
    replaced: (epoch: bigint) => logger.warn({}, `another process relays instead of ${named(epoch)}`),
    failed: (err: unknown, delayMs: number) =>
      logger.warn({ err, durationMs: delayMs }, 'relaying failed, trying again'),
  };
}

type SetAside = { group: string; position: bigint; event: { type: string }; reason: string };
