import { defineConfig } from 'vitest/config';
import { whatIsMissing } from './scripts/kafka/jars.js';
import { LongFirst } from './test/support/long-first.js';

/**
 * Tiers by suffix: `unit` is pure; `int` uses a real PostgreSQL, `kafka` a real broker and `e2e` the whole
 * program over HTTP; `e2e-kafka` is some of the same specs with Kafka as the bus. One broker is started per run and a
 * PostgreSQL per worker, by the tiers' global setups.
 *
 * On Kafka run the journeys on which the bus carries a change from where it is said to where it is seen. What does not
 * depend on the bus is tried on the embedded one; so are the kill tests, which take minutes: on Kafka the chaos and the
 * roles apart are killed instead. `npm run test:all` runs everything on both.
 */
const JOURNEYS_OF_THE_BUS = [
  'a-catalogue-is-imported',
  'a-change-is-taken-back',
  'a-product-is-changed-by-hand',
  'a-recording-becomes-the-change-that-was-said',
  'a-request-is-refused-or-asked-back',
  'a-sentence-becomes-exactly-the-change-that-was-confirmed',
];

const postgres = 'test/support/postgres.setup.ts';
const kafka = 'test/support/kafka.setup.ts';
/** Without it the tier `kafka` says what is missing, and fails in CI. */
const hasBroker = Boolean(process.env['KAFKA_BROKERS']) || whatIsMissing() === null;
/** One server for all workers: see test/support/postgres.setup.ts. */
const sharesPostgres = Boolean(process.env['TEST_DATABASE_URL']);
const everything = process.env['TEST_EVERYTHING'] === '1';

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

/** These specs look at the end of the log, which any open write of their server holds back. */
const aloneOnAServer = ({ test }: ReturnType<typeof tier>) => ({
  test: {
    ...test,
    ...(sharesPostgres && { maxWorkers: 1, sequence: { groupOrder: 1 } }),
    // A statement that forgets its workspace fails where it runs.
    setupFiles: ['test/support/scoped-statements.setup.ts'],
  },
});

const e2eOnKafka = () => {
  const { test } = tier('e2e-kafka', [postgres, kafka], 240_000, 'e2e');
  const include = everything
    ? test.include
    : JOURNEYS_OF_THE_BUS.map((name) => `test/journeys/${name}.e2e.spec.ts`);
  return { test: { ...test, include, env: { TEST_BUS: 'kafka' } } };
};

export default defineConfig({
  test: {
    maxWorkers: 2,
    sequence: { sequencer: LongFirst },
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      tier('unit', [], 10_000),
      aloneOnAServer(tier('int', [postgres], 60_000)),
      aloneOnAServer(tier('kafka', [postgres, kafka], 120_000)),
      tier('e2e', [postgres], 180_000),
      ...(hasBroker ? [e2eOnKafka()] : []),
    ],
  },
});
