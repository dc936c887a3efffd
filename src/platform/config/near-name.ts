/** Finds the setting that somebody probably meant. */

/** Typing mistakes up to which a name counts as meant. */
export const MISTAKES_MAX = 2;

/** The candidate at most MISTAKES_MAX edits away, the nearest first; null when none is. */
export function nearName<const Name extends string>(name: string, candidates: readonly Name[]): Name | null {
  const near = candidates
    .map((candidate) => ({ candidate, edits: editDistance(name, candidate) }))
    .filter(({ edits }) => edits <= MISTAKES_MAX)
    .sort((a, b) => a.edits - b.edits);
  return near[0]?.candidate ?? null;
}

/** Levenshtein distance, one row at a time. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const replace = previous[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      row.push(Math.min(replace, previous[j]! + 1, row[j - 1]! + 1));
    }
    previous = row;
  }
  return previous[to.length]!;
}
