/** Contests whose contenders are sizes of one thing: each is compared with the smallest, which is the last. */
import type { Report } from '../harness/report.js';
import { median } from '../harness/spread.js';
import type { Driver } from '../pipeline/driver-process.js';
import { ROWS_PER_DRAFT, type Shop, type Target } from '../pipeline/shop.js';

const ROUNDS = 3;

export interface Bench {
  driver: Driver;
  report: Report;
  /** Of one round. */
  seconds: number;
}

export interface Size {
  name: string;
  target: Target;
  /** Before the clock starts. */
  prepare?(): Promise<void>;
}

export const targetOf = (url: string, shops: Shop[]): Target => ({ url, shops, waitsForDone: true });

/** One draft at a time: what a draft costs, its waiting for others left out. */
export async function costPerDraft(
  { driver, report, seconds }: Bench,
  title: string,
  sizes: Size[],
): Promise<void> {
  await report.contest({
    title: `create to done of one draft of ${ROWS_PER_DRAFT} rows, ${title}`,
    unit: 'ms',
    rounds: ROUNDS,
    contenders: sizes.toReversed().map(({ name, target }) => ({
      name,
      round: async () => {
        const { previewMs, doneMs } = await driver.run({ kind: 'throughput', target, inFlight: 1, seconds });
        console.log(
          `${name}: preview after ${median(previewMs).toFixed(0)} ms, done after ${median(doneMs).toFixed(0)} ms`,
        );
        return median(doneMs);
      },
    })),
  });
}

/** Many at once: what is done in a second. */
export async function throughput(
  { driver, report, seconds }: Bench,
  { title, sizes, inFlight }: { title: string; sizes: Size[]; inFlight: number },
): Promise<void> {
  await report.contest({
    title: `create to done, ${inFlight} drafts at once, ${title}`,
    unit: 'drafts/s',
    rounds: ROUNDS,
    // What prepares a size warms it up.
    warmUps: sizes.some(({ prepare }) => prepare) ? 0 : 1,
    contenders: sizes.toReversed().map(({ name, target, prepare }) => ({
      name,
      round: async () => {
        await prepare?.();
        const { counted, seconds: ran } = await driver.run({ kind: 'throughput', target, inFlight, seconds });
        console.log(`${name}: ${(counted / ran).toFixed(1)}/s`);
        return counted / ran;
      },
    })),
  });
}
