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

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const external = process.env['KAFKA_BROKERS'];
  if (external) {
    project.provide('kafka', { brokers: external, quickSessions: false });
    return () => Promise.resolve();
  }
  const missing = whatIsMissing();
  if (missing) {
    if (process.env['CI'] === 'true')
      throw new Error(`the specs on Kafka need a broker: ${missing}, and KAFKA_BROKERS is not set`);
    console.warn(`\nSKIPPED: every spec on Kafka. ${missing}, and KAFKA_BROKERS is not set.\n`);
    project.provide('kafka', { brokers: null, quickSessions: false });
    return () => Promise.resolve();
  }
  const dataDir = await mkdtemp(path.join(tmpdir(), 'drafthorse-kafka-'));
  try {
    const broker = await Broker.start({ dataDir });
    project.provide('kafka', { brokers: broker.brokers, quickSessions: true });
    return () => broker.remove();
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  }
}
