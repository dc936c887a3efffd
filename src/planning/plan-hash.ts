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
/** Rows hashed at once: a call per row costs more than the hashing. */
const ROWS_PER_UPDATE = 100;

/** `sha256:` and 64 hex digits; holds a few rows of text at a time however many there are. */
export function planHash(rows: Iterable<PlanRow>): string {
  const hash = createHash('sha256').update(HEADER);
  let text = '';
  let held = 0;
  for (const row of rows) {
    text += canonicalRow(row);
    held += 1;
    if (held < ROWS_PER_UPDATE) continue;
    hash.update(text);
    text = '';
    held = 0;
  }
  return `sha256:${hash.update(text).digest('hex')}`;
}

/** One line of the canonical form. */
export function canonicalRow({ productId, sku, name, version, before, after }: PlanRow): string {
  const rest = JSON.stringify({ name, productId, sku, version }).slice(1);
  return `{"after":${canonicalChanges(after)},"before":${canonicalChanges(before)},${rest}\n`;
}

/** Written by hand: an object moves keys such as "2024" to the front, whatever order they are given in. */
function canonicalChanges(changes: FieldChanges | null): string {
  if (!changes) return 'null';
  const keys = Object.keys(changes);
  if (keys.length > 1) keys.sort();
  let text = '';
  for (const key of keys)
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${JSON.stringify(changes[key])}`;
  return `{${text}}`;
}
