/**
 * Global setup of the tier that needs Kafka: one broker per test run, or the one that KAFKA_BROKERS names. Where
 * neither can be had the tier is skipped, and says so; in CI (CI=true) that is a failure.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { Broker } from '../../scripts/kafka/broker.js';
import { whatIsMissing } from '../../scripts/kafka/jars.js';

export interface TestKafka {
  /** As KAFKA_BROKERS takes it; null: this tier is skipped. */
  brokers: string | null;
  /** The broker is ours and lets a member's session end within a second. */
  quickSessions: boolean;
}

declare module 'vitest' {
  interface ProvidedContext {
    kafka: TestKafka;
  }
}

/** Each tier evaluates this file anew, in one process: what they share lives on the global object. */
interface Shared {
  users: number;
  kafka: Promise<TestKafka & { end(): Promise<void> }>;
}
const KEY = Symbol.for('drafthorse.test.kafka');
const holder = globalThis as { [KEY]?: Shared };

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = (holder[KEY] ??= { users: 0, kafka: start() });
  shared.users += 1;
  const { brokers, quickSessions, end } = await shared.kafka;
  project.provide('kafka', { brokers, quickSessions });
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    delete holder[KEY];
    await end();
  };
}

async function start(): Promise<TestKafka & { end(): Promise<void> }> {
  const nothing = () => Promise.resolve();
  const external = process.env['KAFKA_BROKERS'];
  if (external) return { brokers: external, quickSessions: false, end: nothing };
  const missing = whatIsMissing();
  if (missing) {
    if (process.env['CI'] === 'true')
      throw new Error(`the specs on Kafka need a broker: ${missing}, and KAFKA_BROKERS is not set`);
    console.warn(`\nSKIPPED: every spec on Kafka. ${missing}, and KAFKA_BROKERS is not set.\n`);
    return { brokers: null, quickSessions: false, end: nothing };
  }
  const dataDir = await mkdtemp(path.join(tmpdir(), 'drafthorse-kafka-'));
  try {
    const broker = await Broker.start({ dataDir });
    return { brokers: broker.brokers, quickSessions: true, end: () => broker.remove() };
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  }
}
