/** What a benchmark says: tables for people as it goes, one JSON file for programs at its end. */
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { runContest, type Contest, type ContestResult, type Ratio } from './contest.js';

/** A figure that stands alone: nothing runs beside it to be compared with. */
export interface Figure {
  title: string;
  unit: string;
  value: number;
  atMost?: number;
}

export const RESULTS = new URL('../results/', import.meta.url);

export class Report {
  private readonly contests: ContestResult[] = [];
  private readonly figures: Figure[] = [];

  /** @param name of the benchmark; its JSON is `bench/results/<name>.json` */
  constructor(private readonly name: string) {}

  async contest(contest: Contest): Promise<ContestResult> {
    const result = await runContest(contest);
    this.contests.push(result);
    console.log(`\n${tableOf(result)}`);
    return result;
  }

  figure(figure: Figure): void {
    this.figures.push(figure);
    const aim = figure.atMost === undefined ? '' : ` (at most ${rounded(figure.atMost)} wanted)`;
    console.log(`${figure.title}: ${rounded(figure.value)} ${figure.unit}${aim}`);
  }

  async write(): Promise<void> {
    await mkdir(RESULTS, { recursive: true });
    const file = new URL(`${this.name}.json`, RESULTS);
    const machine = { cores: availableParallelism(), cpu: cpus()[0]?.model, node: process.version };
    const result = {
      name: this.name,
      at: new Date().toISOString(),
      machine,
      contests: this.contests,
      figures: this.figures,
    };
    await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
    console.log(`\nwritten to ${fileURLToPath(file)}`);
  }
}

function tableOf({ title, unit, rounds, figures, ratios }: ContestResult): string {
  const table = new Table({
    head: [`${title} (${rounds} rounds)`, 'median', 'min', 'max'],
    colAligns: ['left', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const { name, median, min, max } of figures)
    table.push([`${name}, ${unit}`, rounded(median), rounded(min), rounded(max)]);
  for (const ratio of ratios)
    table.push([
      `${ratio.of} / ${ratio.to}${wanted(ratio)}`,
      ...[ratio.median, ratio.min, ratio.max].map((value) => value.toFixed(2)),
    ]);
  return table.toString();
}

function wanted({ atLeast, atMost, met }: Ratio): string {
  if (met === null) return '';
  const aim = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`;
  return `, ${aim} wanted: ${met ? 'met' : 'NOT MET'}`;
}

/** Three figures that mean something. */
export function rounded(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString('en', { maximumFractionDigits: Math.min(digits, 4) });
}
