/** The JSON files of the benchmarks, read back and put into one table of what was aimed at. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import Table from 'cli-table3';
import { z } from 'zod';
import { RESULTS, rounded } from './report.js';

const Spread = { median: z.number(), min: z.number(), max: z.number() };
const Aim = { atLeast: z.number().optional(), atMost: z.number().optional() };

/** Looser than what is written: only what the table is made of. */
const BenchmarkResult = z.looseObject({
  name: z.string(),
  contests: z.array(
    z.looseObject({
      title: z.string(),
      ratios: z.array(
        z.object({ of: z.string(), to: z.string(), ...Spread, ...Aim, met: z.boolean().nullable() }),
      ),
    }),
  ),
  figures: z.array(z.object({ title: z.string(), unit: z.string(), value: z.number(), ...Aim })),
});
export type BenchmarkResult = z.infer<typeof BenchmarkResult>;

const fileOf = (name: string) => new URL(`${name}.json`, RESULTS);

/** Throws when the benchmark has written none. */
export async function readResult(name: string): Promise<BenchmarkResult> {
  return BenchmarkResult.parse(JSON.parse(await readFile(fileOf(name), 'utf8')));
}

/** So that a benchmark that fails does not leave the figures of another day behind. */
export async function forgetResult(name: string): Promise<void> {
  await rm(fileOf(name), { force: true });
}

export async function writeTogether(results: readonly BenchmarkResult[]): Promise<void> {
  await writeFile(fileOf('all'), `${JSON.stringify(results, null, 2)}\n`);
}

/** Every ratio, and every lone figure with an aim. */
export function aimsTable(results: readonly BenchmarkResult[]): string {
  const table = new Table({
    head: ['benchmark', 'what', 'ratio or figure', 'spread', 'aim', 'met'],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [] },
  });
  for (const { name, contests, figures } of results) {
    for (const { title, ratios } of contests)
      for (const { of, to, median, min, max, met, ...aim } of ratios)
        table.push([
          name,
          `${title}: ${of} / ${to}`,
          median.toFixed(2),
          `${min.toFixed(2)}–${max.toFixed(2)}`,
          aimText(aim),
          met === null ? '' : yesOrNo(met),
        ]);
    for (const { title, unit, value, atMost } of figures)
      if (atMost !== undefined)
        table.push([
          name,
          title,
          `${rounded(value)} ${unit}`,
          '',
          aimText({ atMost }),
          yesOrNo(value <= atMost),
        ]);
  }
  return table.toString();
}

const yesOrNo = (met: boolean) => (met ? 'yes' : 'NO');

function aimText({ atLeast, atMost }: { atLeast?: number | undefined; atMost?: number | undefined }): string {
  const aims = [
    ...(atLeast === undefined ? [] : [`≥ ${atLeast}`]),
    ...(atMost === undefined ? [] : [`≤ ${atMost}`]),
  ];
  return aims.join(', ');
}
