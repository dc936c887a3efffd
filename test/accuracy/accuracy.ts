/** Puts every case to an interpreter and counts the verdicts. */
import type { Interpreter, Reading } from '../../src/interpreter/interpreter.js';
import type { AccuracyCase } from './case.js';
import { loadCatalogue, type Catalogue } from './catalogue.js';
import { judge, RIGHT, VERDICTS, type Verdict } from './score.js';

export interface Scored {
  case: AccuracyCase;
  verdict: Verdict;
  /** Null when the interpreter threw; `problem` then says what. */
  interpretation: Reading | null;
  latencyMs: number;
  problem?: string;
}

export interface Accuracy {
  scored: Scored[];
  /** Catalogues that no folder holds; their cases were left out. */
  missingCatalogues: string[];
}

export async function measure(
  interpreter: Interpreter,
  cases: readonly AccuracyCase[],
  catalogueFolders?: readonly string[],
  concurrency = 1,
): Promise<Accuracy> {
  const names = [...new Set(cases.map(({ catalogue }) => catalogue))];
  const catalogues = new Map(names.map((name) => [name, loadCatalogue(name, catalogueFolders)]));
  const present = cases.flatMap((accuracyCase) => {
    const catalogue = catalogues.get(accuracyCase.catalogue);
    return catalogue ? [{ accuracyCase, catalogue }] : [];
  });
  const scored: Scored[] = [];
  const left = present.entries();
  const work = async (): Promise<void> => {
    for (const [at, { accuracyCase, catalogue }] of left)
      scored[at] = await score(interpreter, accuracyCase, catalogue);
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return { scored, missingCatalogues: names.filter((name) => !catalogues.get(name)) };
}

async function score(
  interpreter: Interpreter,
  accuracyCase: AccuracyCase,
  catalogue: Catalogue,
): Promise<Scored> {
  const { prompt, conversation, currency, expect } = accuracyCase;
  const said = [prompt, ...conversation.map(({ answer }) => answer)].join(' ');
  const startedAt = performance.now();
  const latency = (): number => performance.now() - startedAt;
  try {
    const interpretation = await interpreter.interpret({
      prompt,
      conversation,
      vocabulary: catalogue.vocabulary(currency ?? null),
      skus: catalogue.skusIn(said),
    });
    return {
      case: accuracyCase,
      interpretation,
      latencyMs: latency(),
      verdict: judge(expect, interpretation, catalogue.products),
    };
  } catch (error) {
    const problem = String(error);
    return { case: accuracyCase, interpretation: null, latencyMs: latency(), verdict: 'failed', problem };
  }
}

export interface Tally extends Record<Verdict, number> {
  total: number;
  right: number;
}

export function tally(scored: readonly Scored[]): Tally {
  const count = (verdict: Verdict) => scored.filter((one) => one.verdict === verdict).length;
  const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, count(verdict)])) as Record<
    Verdict,
    number
  >;
  return {
    ...counts,
    total: scored.length,
    right: scored.filter(({ verdict }) => RIGHT.has(verdict)).length,
  };
}

/** Tallies by group, largest group first. A case may belong to several groups. */
export function tallyBy(
  scored: readonly Scored[],
  groupsOf: (accuracyCase: AccuracyCase) => readonly string[],
): [group: string, Tally][] {
  const groups = [...new Set(scored.flatMap((one) => groupsOf(one.case)))];
  return groups
    .map((group): [string, Tally] => [
      group,
      tally(scored.filter((one) => groupsOf(one.case).includes(group))),
    ])
    .toSorted(([, left], [, right]) => right.total - left.total);
}
