/**
 * The seal of a preview. Canonical form, version 1: the line `drafthorse-plan-1`, then one line per row in the
 * plan's order: JSON without spaces, keys of every object in code unit order,
 * `{"after","before","name","productId","sku","version"}`. What is not in the form is not sealed: the catalogue
 * revision stays out, so that a plan that comes out the same from a later catalogue is the same plan.
 */
import { createHash } from 'node:crypto';
import type { FieldChanges } from '../catalogue/product.js';
import type { PlanRow } from '../events/draft.events.js';

const HEADER = 'drafthorse-plan-1\n';
/** Rows hashed at once: a call per row costs more than the hashing (50,000 rows: 0.3 s against 0.1 s). */
const ROWS_PER_UPDATE = 500;

/** `sha256:` and 64 hex digits; holds a few hundred rows of text at a time however many there are. */
export function planHash(rows: Iterable<PlanRow>): string {
  const hash = createHash('sha256').update(HEADER);
  let lines: string[] = [];
  for (const row of rows) {
    lines.push(canonicalRow(row));
    if (lines.length < ROWS_PER_UPDATE) continue;
    hash.update(lines.join(''));
    lines = [];
  }
  return `sha256:${hash.update(lines.join('')).digest('hex')}`;
}

/** One line of the canonical form. */
export function canonicalRow({ productId, sku, name, version, before, after }: PlanRow): string {
  const rest = JSON.stringify({ name, productId, sku, version }).slice(1);
  return `{"after":${canonicalChanges(after)},"before":${canonicalChanges(before)},${rest}\n`;
}

/** Written by hand: an object moves keys such as "2024" to the front, whatever order they are given in. */
function canonicalChanges(changes: FieldChanges | null): string {
  if (!changes) return 'null';
  const keys = Object.keys(changes).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${JSON.stringify(changes[key])}`).join(',')}}`;
}
