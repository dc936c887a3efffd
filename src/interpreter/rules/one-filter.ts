/** Several clauses, one set of products. */
import { isDeepStrictEqual } from 'node:util';
import type { Filter } from './filter.js';
import { ask, type Reading } from './notes.js';

const NO_FILTER: Filter = { queries: [], all: false, isEmpty: true, readings: [[]] };

/** All clauses must be about the same products; a clause that names none is about the others' products. */
export function unify(filters: readonly Filter[], reading: Reading): Filter {
  const said = filters.filter((filter) => !filter.isEmpty);
  const first = said[0] ?? filters[0] ?? NO_FILTER;
  if (said.some((filter) => !isDeepStrictEqual(filter.queries, first.queries))) ask(reading, 'twoGroups');
  return first;
}
