/** The short form of `npm run chaos`, on a broker of its own: it is stopped. See docs/chaos.md. */
import { describe, expect, it } from 'vitest';
import { whatIsMissing } from '../../scripts/kafka/jars.js';
import { runChaos } from './chaos.js';
import { SHORT } from './sizes.js';

/** On a machine that does other things as well. */
const RUN_MS_MAX = 600_000;
/** Always the same, so that a failure means a change; other seeds are for the full form. */
const SEED = 1;

describe.runIf(whatIsMissing() === null)(
  'processes of every role that die while users change the catalogue',
  () => {
    it(
      `lose nothing and apply nothing twice, with seed ${SEED}`,
      async () => {
        const report = await runChaos({ ...SHORT, seed: SEED, durable: false, say: () => undefined });
        expect(report.findings, report.timeline.join('\n')).toEqual([]);
        expect(report.drafts - report.refused).toBeGreaterThanOrEqual(SHORT.scale.drafts);
      },
      RUN_MS_MAX,
    );
  },
);
