/**
 * Splits a sentence into clauses, one verb each. English verbs open their clause, Persian verbs close it — unless
 * nothing stands before them («حذف کن هودی‌ها رو»).
 */
import { isKind, type Item, type ItemOf } from './items.js';

export interface Clause {
  verb: ItemOf<'verb'> | null;
  /** The other items, in order; a `stop` stands where the verb was. */
  items: Item[];
  /** Where the verb stood among `items`: what follows a Persian verb is an afterthought. */
  verbAt: number;
}

const PERSIAN_LETTERS = /[\u0620-\u06d3]/;

export function splitClauses(items: readonly Item[]): Clause[] {
  const verbsAt = items.flatMap((item, at) => (isKind(item, 'verb') ? [at] : []));
  const clauses: Clause[] = [];
  let start = 0;
  for (const [order, verbAt] of verbsAt.entries()) {
    const verb = items[verbAt] as ItemOf<'verb'>;
    const next = verbsAt[order + 1] ?? items.length;
    const opens = !PERSIAN_LETTERS.test(verb.text) || !hasContent(items.slice(start, verbAt));
    let end = verbAt + 1;
    if (order === verbsAt.length - 1) end = items.length;
    else if (opens) end = boundaryBefore(items, verbAt + 1, next);
    clauses.push(clauseOf(items, start, end, verbAt));
    start = end;
  }
  return clauses.length > 0 ? clauses : [{ verb: null, items: [...items], verbAt: 0 }];
}

function clauseOf(items: readonly Item[], start: number, end: number, verbAt: number): Clause {
  const verb = items[verbAt] as ItemOf<'verb'>;
  const gap: Item = { kind: 'stop', at: verb.at, length: verb.length, text: verb.text };
  const before = trimStart(items.slice(start, verbAt));
  const after = trimEnd(items.slice(verbAt + 1, end));
  return { verb, items: [...before, gap, ...after], verbAt: before.length };
}

/** An English clause ends at the "and" or comma before the next verb; a Persian one that follows needs its words. */
function boundaryBefore(items: readonly Item[], from: number, nextVerbAt: number): number {
  const next = items[nextVerbAt];
  if (isKind(next, 'verb') && PERSIAN_LETTERS.test(next.text)) {
    const joint = items.findIndex((item, at) => at >= from && at < nextVerbAt && isKind(item, 'and', 'comma', 'stop'));
    return joint === -1 ? nextVerbAt : joint;
  }
  let at = nextVerbAt;
  while (at > from && isKind(items[at - 1], 'and', 'comma', 'stop', 'filler')) at--;
  return at;
}

function hasContent(items: readonly Item[]): boolean {
  return items.some((item) => !isKind(item, 'filler', 'and', 'comma', 'stop', 'questionMark'));
}

function trimStart(items: readonly Item[]): Item[] {
  const first = items.findIndex((item) => !isKind(item, 'and', 'comma', 'stop'));
  return first === -1 ? [] : items.slice(first);
}

function trimEnd(items: readonly Item[]): Item[] {
  const last = items.findLastIndex((item) => !isKind(item, 'and', 'comma', 'stop'));
  return items.slice(0, last + 1);
}
