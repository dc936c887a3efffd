/** In a short form here; `npm run outage` is the whole minute. */
import { expect, it } from 'vitest';
import { outage, type OutagePlan } from './outage.js';

const downSeconds = Number(process.env['OUTAGE_SECONDS'] ?? 12);
const draftsPerSecond = Number(process.env['OUTAGE_RATE'] ?? 10);
const timeoutMs = Number(process.env['OUTAGE_TIMEOUT_MS'] ?? 2_000);
/** A busy machine's worst, and far below the time-out of a model. */
const HTTP_P50_MS_MAX = 1_000;

it.each<OutagePlan['how']>(['silent', 'refusing'])(
  'a provider that is %s slows down no request and leaves no draft behind',
  { timeout: (downSeconds + 150) * 1_000 },
  async (how) => {
    const say = (line: string) => console.log(`outage: ${line}`);
    const report = await outage({ how, draftsPerSecond, wellSeconds: 3, downSeconds, timeoutMs, say });
    console.log(`outage (${how}, ${downSeconds} s): ${JSON.stringify(report, null, 1)}`);
    const { ends, drafts, transitions, http } = report;
    expect(Object.values(ends).reduce((sum, count) => sum + count, 0)).toBe(drafts);
    // Each is read by a model, or is the question that the grammar asks, and says why.
    for (const end of Object.keys(ends))
      expect(end).toMatch(/^preview llm$|^clarify rules model_unavailable$/);
    expect(ends['clarify rules model_unavailable']).toBeGreaterThan((downSeconds * draftsPerSecond) / 2);
    expect(ends['preview llm']).toBeGreaterThan(0);
    expect(transitions).toMatchObject({
      open: expect.any(Number),
      half_open: expect.any(Number),
      closed: expect.any(Number),
    });
    expect(http.down.p50Ms).toBeLessThan(HTTP_P50_MS_MAX);
  },
);
