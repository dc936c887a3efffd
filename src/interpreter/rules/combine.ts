/** Phrases joined as people mean them: the rules of and, or and adjectives that belong to several nouns. */
import type { Query } from '../../catalogue/task.js';
import type { Phrase } from './phrases.js';
import type { Term } from './terms.js';

export function one(queries: Query[]): Query {
  return queries.length === 1 ? (queries[0] as Query) : { all: queries };
}

/** Joins phrases as people mean them; the rules are told one by one below. */
export function combine(
  phrases: readonly Phrase[],
  side: 'positive' | 'negated',
): { queries: Query[]; readings: Query[][] } {
  const shared: Query[] = [];
  const groups: Term[][] = [];
  for (const { terms, joinedBy } of phrases) {
    const previous = groups.at(-1);
    const isOr = joinedBy === 'or';
    if (!previous) groups.push([...terms]);
    // "hoodies and under 50": a condition narrows everything before it.
    else if (
      !isOr &&
      side === 'positive' &&
      terms.every(({ role }) => role === 'condition') &&
      !sameField(previous, terms)
    )
      previous.push(...terms);
    // "out of stock or under 20", "hoodies under 5 or out of stock".
    else if (isOr && terms.every(({ role }) => role === 'condition') && previous.at(-1)?.role === 'condition')
      previous.splice(-1, 1, either(previous.at(-1) as Term, terms));
    else if (!joinsSameField(previous, terms) && !(!isOr && side === 'positive' && narrows(previous, terms)))
      groups.push([...terms]);
    else if (joinsSameField(previous, terms)) mergeSameField(previous, terms);
    else previous.push(...terms);
  }
  const last = groups.at(-1) ?? [];
  // "hoodies and jackets under 50" is about both; "red hoodies and jackets" could be either.
  if (
    groups.length > 1 &&
    side === 'positive' &&
    groups.slice(0, -1).every((group) => group.every(({ role }) => role !== 'condition'))
  )
    shared.push(...last.filter(({ role }) => role === 'condition').map(({ query }) => query));
  const alternatives = groups.map((group, order) =>
    group.filter((term) => !(order === groups.length - 1 && shared.includes(term.query))),
  );
  const queries = [...disjunction(alternatives), ...shared];
  // English adjectives lead the list ("red tees and jackets"), Persian ones close it («مانتو و شومیز صورتی»).
  const described = alternatives.findIndex((group) => group.some(({ role }) => role === 'attribute'));
  const leading = (alternatives[described] ?? []).filter(({ role }) => role === 'attribute');
  const isAtEdge = described === 0 || described === alternatives.length - 1;
  const othersLack =
    alternatives.length > 1 &&
    isAtEdge &&
    leading.length > 0 &&
    alternatives.every((group, order) => order === described || group.every(({ role }) => role === 'head'));
  if (
    !othersLack &&
    described !== -1 &&
    alternatives.length > 1 &&
    side === 'positive' &&
    alternatives.some((group) =>
      group.every(({ role, field }) => role === 'attribute' && field.startsWith('name ')),
    )
  )
    return {
      queries,
      readings: [queries, [{ any: groups.flatMap((group) => group.map(({ query }) => query)) }]],
    };
  if (!othersLack) return { queries, readings: [queries] };
  const rest = alternatives
    .map((group) => group.filter((term) => !leading.includes(term)))
    .filter((group) => group.length > 0);
  const spread = [...leading.map(({ query }) => query), ...disjunction(rest), ...shared];
  return { queries, readings: [spread, queries] };
}

function disjunction(groups: readonly Term[][]): Query[] {
  const filled = groups.filter((group) => group.length > 0);
  if (filled.length <= 1) return (filled[0] ?? []).map(({ query }) => query);
  return [{ any: filled.map((group) => one(group.map(({ query }) => query))) }];
}

function sameField(previous: readonly Term[], terms: readonly Term[]): boolean {
  const first = terms[0];
  if (!first || first.field === '' || isRange(first)) return false;
  return previous.some((term) => term.field === first.field && !isRange(term));
}

function isRange({ query }: Term): boolean {
  if ('any' in query) return query.any.some((part) => !('op' in part) || part.op !== 'eq');
  return 'op' in query ? ['gt', 'gte', 'lt', 'lte', 'missing'].includes(query.op) : true;
}

/** "red or blue hoodies", "hoodies in red or blue", "Nike or Puma". */
function joinsSameField(previous: readonly Term[], terms: readonly Term[]): boolean {
  const first = terms[0];
  const lastOfPrevious = previous.at(-1);
  if (!first || !lastOfPrevious || first.field === '' || isRange(first)) return false;
  // «بستنی وانیلی و شکلاتی میهن»: no noun of its own, so all of it describes the noun before.
  const describes =
    terms.length === 1 || (first.role === 'attribute' && terms.every(({ role }) => role !== 'head'));
  const trailing = describes && lastOfPrevious.field === first.field && first.role !== 'head';
  const leading =
    previous.length === 1 &&
    previous[0]?.field === first.field &&
    first.field !== 'name' &&
    first.field !== 'category';
  const plain = previous.length === 1 && terms.length === 1 && previous[0]?.field === first.field;
  return (trailing && !isRange(lastOfPrevious)) || (leading && !isRange(lastOfPrevious)) || plain;
}

function mergeSameField(previous: Term[], terms: readonly Term[]): void {
  const [first, ...rest] = terms;
  const at = previous.findLastIndex((term) => term.field === first?.field);
  previous.splice(at, 1, either(previous[at] as Term, [first as Term]), ...rest);
}

function either(term: Term, others: readonly Term[]): Term {
  const before = 'any' in term.query ? term.query.any : [term.query];
  const query: Query = { any: [...before, one(others.map((other) => other.query))] };
  const readings = [term, ...others].flatMap((part) => part.readings);
  return {
    ...term,
    query,
    readings: readings.length > others.length + 1 ? [query, ...readings] : [query],
    known: term.known && others.every((other) => other.known),
  };
}

/** "red and XL", "category shoes and brand Nike": different attributes of the same products. */
function narrows(previous: readonly Term[], terms: readonly Term[]): boolean {
  const fields = new Set(previous.map(({ field }) => field));
  const labelled = terms.every(({ role }) => role !== 'head');
  return labelled && terms.every(({ field }) => !fields.has(field)) && terms.length === 1;
}
