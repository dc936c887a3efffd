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
    const joint = items.findIndex(
      (item, at) => at >= from && at < nextVerbAt && isKind(item, 'and', 'comma', 'stop'),
    );
    return joint === -1 ? nextVerbAt : joint;
  }
  let at = nextVerbAt;
  while (at > from && isKind(items[at - 1], 'and', 'comma', 'stop', 'filler')) at--;
  return at;
}

/**
 * "set price to 20 and stock to 5", «رنگش رو قرمز کن و موجودیش رو ۵ تا»: one verb, several changes. Parts at an "and"
 * before a field, where what comes before is a whole change already.
 */
export function splitChanges(clause: Clause): Clause[] {
  const { items, verb, verbAt } = clause;
  if (verb && !CHANGING.has(verb.verb)) return [clause];
  const cuts = items.flatMap((item, at) =>
    isKind(item, 'and', 'comma') && startsWithField(items, at + 1) && isWholeChange(items, at, verbAt)
      ? [at]
      : [],
  );
  if (cuts.length === 0) return [clause];
  const edges = [-1, ...cuts, items.length];
  return edges.slice(0, -1).map((edge, order) => {
    const from = edge + 1;
    const to = edges[order + 1] ?? items.length;
    const own = items.slice(from, to);
    if (!verb) return { verb, items: own, verbAt: 0 };
    if (verbAt >= from && verbAt < to) return { verb, items: own, verbAt: verbAt - from };
    const gap: Item = { kind: 'stop', at: verb.at, length: verb.length, text: verb.text };
    const before = PERSIAN_LETTERS.test(verb.text);
    return { verb, items: before ? [...own, gap] : [gap, ...own], verbAt: before ? own.length : 0 };
  });
}

const CHANGING: ReadonlySet<string> = new Set([
  'set',
  'change',
  'increase',
  'decrease',
  'multiply',
  'divide',
]);

function startsWithField(items: readonly Item[], at: number): boolean {
  const first = items.slice(at).findIndex((item) => !isKind(item, 'filler', 'and'));
  return (
    first !== -1 &&
    isKind(items[at + first], 'field') &&
    items.slice(at + first + 1).some((item) => isKind(item, 'number', 'value', 'quote', 'name', 'factor'))
  );
}

function isWholeChange(items: readonly Item[], end: number, verbAt: number): boolean {
  const part = items.slice(0, end);
  const led = part.findLastIndex(
    (item) => isKind(item, 'object') || (isKind(item, 'prep') && item.prep === 'to'),
  );
  return (
    part.some((item) => isKind(item, 'number', 'factor')) ||
    (led !== -1 && led < end - 1 && (verbAt < end || !isKind(items[led + 1], 'stop')))
  );
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
