import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { measure, tally } from './accuracy.js';
import { loadCases } from './case.js';
import { interpreterNamed } from './interpreters.js';
import { failuresOf } from './report.js';

const RIGHT_SHARE_MIN = 0.95;
const SILENT_WRONG_SHARE_MAX = 0.01;
const TIMEOUT_MS = 120_000;

describe.each(['en', 'fa'])('the offline interpreter in %s', (language) => {
  const cases = loadCases(join(import.meta.dirname, 'cases')).filter((one) => one.language === language);

  it(
    `reads at least ${RIGHT_SHARE_MIN * 100} % rightly and at most ${SILENT_WRONG_SHARE_MAX * 100} % silently wrong`,
    async () => {
      const { scored, missingCatalogues } = await measure(interpreterNamed('rules').interpreter, cases);
      for (const name of missingCatalogues)
        console.warn(`the catalogue “${name}” is absent: its cases were skipped`);
      const counts = tally(scored);
      const failures = failuresOf(scored).join('\n');
      expect(counts.failed, failures).toBe(0);
      expect(counts.right / counts.total, failures).toBeGreaterThanOrEqual(RIGHT_SHARE_MIN);
      expect(counts.silentWrong / counts.total, failures).toBeLessThanOrEqual(SILENT_WRONG_SHARE_MAX);
    },
    TIMEOUT_MS,
  );
});
