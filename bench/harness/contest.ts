/**
 * Side-by-side measurement: contenders run in turn, round after round, each round in another order, so that a machine
 * that drifts slows all of them alike. Figures are medians over rounds; a ratio is the median of the ratios of the same round.
 */
import { spreadOf, type Spread } from './spread.js';

export interface Contender {
  name: string;
  /** One round; the figure it answers is in the contest's unit. What is not to be measured is done before the clock starts. */
  round(): Promise<number>;
}

export interface Aim {
  /** A contender and the one it is compared with. */
  of: string;
  to: string;
  atLeast?: number;
  atMost?: number;
}

export interface Contest {
  title: string;
  /** Of one figure: 'events/s', 'ms', 'requests/s'. */
  unit: string;
  contenders: readonly Contender[];
  /** Counted rounds; odd, so that a median is a figure that was seen. */
  rounds?: number;
  /** Rounds that do not count: what runs first compiles for the rest. */
  warmUps?: number;
  aims?: readonly Aim[];
}

export interface Ratio extends Spread {
  of: string;
  to: string;
  atLeast?: number;
  atMost?: number;
  /** Null where nothing is aimed at. */
  met: boolean | null;
}

export interface ContestResult {
  title: string;
  unit: string;
  rounds: number;
  figures: ({ name: string } & Spread)[];
  ratios: Ratio[];
}

/** Without aims, every contender is compared with the last. */
export async function runContest(contest: Contest): Promise<ContestResult> {
  const { title, unit, contenders, rounds = 5, warmUps = 1 } = contest;
  const samples = new Map(contenders.map(({ name }): [string, number[]] => [name, []]));
  for (let round = -warmUps; round < rounds; round += 1)
    for (const { name, round: run } of rotated(contenders, round + warmUps)) {
      const figure = await run();
      if (round >= 0) samples.get(name)!.push(figure);
    }
  const last = contenders.at(-1)!.name;
  const compared: readonly Aim[] =
    contest.aims ?? contenders.slice(0, -1).map(({ name }) => ({ of: name, to: last }));
  return {
    title,
    unit,
    rounds,
    figures: contenders.map(({ name }) => ({ name, ...spreadOf(samples.get(name)!) })),
    ratios: compared.map((aim) => ratioOf(aim, samples)),
  };
}

function rotated<T>(all: readonly T[], by: number): T[] {
  const first = by % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}

function ratioOf(aim: Aim, samples: ReadonlyMap<string, readonly number[]>): Ratio {
  const [ours, theirs] = [aim.of, aim.to].map((name) => {
    const found = samples.get(name);
    if (!found) throw new Error(`no contender is called ${name}`);
    return found;
  });
  const spread = spreadOf(ours!.map((figure, round) => figure / theirs![round]!));
  const aimed = aim.atLeast !== undefined || aim.atMost !== undefined;
  const met = spread.median >= (aim.atLeast ?? -Infinity) && spread.median <= (aim.atMost ?? Infinity);
  return { ...aim, ...spread, met: aimed ? met : null };
}
