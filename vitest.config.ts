import { defineConfig } from 'vitest/config';

/**
 * Tiers by suffix: `unit` is pure; `int` uses a real PostgreSQL, `kafka` a real broker and `e2e` the whole
 * program over HTTP. PostgreSQL and the broker are started once per run by the tier's global setup.
 */
const tier = (name: string, setup: string[], timeoutMs: number) => ({
  test: {
    name,
    include: [`{src,test}/**/*.${name}.spec.ts`],
    globalSetup: setup,
    testTimeout: timeoutMs,
    hookTimeout: 120_000,
    pool: 'forks' as const,
  },
});

const postgres = 'test/support/postgres.setup.ts';
const kafka = 'test/support/kafka.setup.ts';

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      tier('unit', [], 10_000),
      tier('int', [postgres], 60_000),
      tier('kafka', [postgres, kafka], 120_000),
      tier('e2e', [postgres], 180_000),
    ],
  },
});
