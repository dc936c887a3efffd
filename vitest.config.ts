import { defineConfig } from 'vitest/config';
import { whatIsMissing } from './scripts/kafka/jars.js';

/**
 * Tiers by suffix: `unit` is pure; `int` uses a real PostgreSQL, `kafka` a real broker and `e2e` the whole
 * program over HTTP; `e2e-kafka` is the same specs with Kafka as the bus. PostgreSQL and the broker are started once
 * per run by the tier's global setup.
 *
 * The kill tests take minutes and run once, on the embedded bus; on Kafka the chaos and the roles apart are killed
 * instead. `npm run test:all` runs them on both.
 */
const tier = (name: string, setup: string[], timeoutMs: number, suffix = name) => ({
  test: {
    name,
    include: [`{src,test}/**/*.${suffix}.spec.ts`],
    globalSetup: setup,
    testTimeout: timeoutMs,
    hookTimeout: 120_000,
    pool: 'forks' as const,
  },
});

const postgres = 'test/support/postgres.setup.ts';
const kafka = 'test/support/kafka.setup.ts';
/** Without it the tier `kafka` says what is missing, and fails in CI. */
const hasBroker = Boolean(process.env['KAFKA_BROKERS']) || whatIsMissing() === null;

const everything = process.env['TEST_EVERYTHING'] === '1';

const e2eOnKafka = () => {
  const { test } = tier('e2e-kafka', [postgres, kafka], 240_000, 'e2e');
  const include = everything ? test.include : ['test/journeys/**/*.e2e.spec.ts'];
  return { test: { ...test, include, env: { TEST_BUS: 'kafka' } } };
};

/**
 * Any open write of a server holds back the end of its log, which these specs look at: beside each other they would
 * wait for each other's transactions. A group of its own, because the number of workers may differ between groups only.
 */
const oneByOne = ({ test }: ReturnType<typeof tier>) => ({
  test: {
    ...test,
    maxWorkers: 1,
    sequence: { groupOrder: 1 },
    // A statement that forgets its workspace fails where it runs.
    setupFiles: ['test/support/scoped-statements.setup.ts'],
  },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      tier('unit', [], 10_000),
      oneByOne(tier('int', [postgres], 60_000)),
      oneByOne(tier('kafka', [postgres, kafka], 120_000)),
      tier('e2e', [postgres], 180_000),
      ...(hasBroker ? [e2eOnKafka()] : []),
    ],
  },
});
