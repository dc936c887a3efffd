/** Changes whose new value is a text: "set color of hoodies to red", "rename …", "move … to Shoes". */
import type { DataChange } from '../../catalogue/task.js';
import type { Amount } from './amounts.js';
import type { Target } from './change-targets.js';
import type { Clause } from './clauses.js';
import { isKind, type Item } from './items.js';
import type { VerbName } from './lexicon/meaning.js';
import { newTextOf, textSpan, type TextSpan } from './new-text.js';
import { ask, type Reading } from './notes.js';
import { takesNumbers } from './operations.js';

/** Texts are set where the field takes texts, or where the new value is not a number: "set size to 32". */
export function isTextChange(
  clause: Clause,
  verb: VerbName,
  fields: readonly Target[],
  amounts: readonly Amount[],
  reading: Reading,
): boolean {
  if (verb === 'rename' || verb === 'move') return true;
  if (verb !== 'set' && verb !== 'change') return false;
  const isText =
    fields.length > 0 && fields.every(({ item }) => !takesNumbers(item.field, reading) || !item.known);
  return (
    isText &&
    amounts.every(({ item }) => item.kind === 'number' && (item.unit === null || item.unit === 'pieces')) &&
    textSpan(clause.items, clause.verbAt) !== null
  );
}

/** "set color of hoodies to red", "move X to Shoes", «رنگ هودی‌ها رو قرمز کن», "change color from red to blue". */
export function textChanges(
  clause: Clause,
  fields: readonly Target[],
  taken: Set<number>,
  reading: Reading,
): DataChange[] | null {
  const span = textSpan(clause.items, clause.verbAt) ?? colourAtEnd(clause);
  if (!span) return null;
  const value = clause.items.slice(span.from, span.to);
  const target =
    fields.filter(({ at }) => at < span.lead).at(-1) ??
    fields.find(({ at }) => at >= span.from && at < span.to);
  const implied =
    clause.verb?.field === 'category' || clause.verb?.field === 'name'
      ? clause.verb.field
      : inferredField(value);
  // "rename the category Saddles to Seats" is about the category.
  const renamed =
    clause.verb?.field === 'name' &&
    !clause.items.some((item, at) => at < span.lead && isKind(item, 'name', 'value', 'quote', 'sku'))
      ? filteredField(clause.items)
      : null;
  const field = target?.item.field ?? renamed ?? implied ?? filteredField(clause.items);
  if (!field) return null;
  for (let at = span.lead; at < span.to; at++) taken.add(at);
  for (const other of fields) taken.add(other.at);
  if (fields.filter(({ at }) => at < span.lead).length > 1)
    ask(reading, 'newValue', fields.map(({ item }) => item.text).join(', '));
  const change = newTextOf(field, value, reading);
  return change ? [change] : [];
}

/** "make the touring frames red": English puts a colour before its noun, so after it stands what it becomes. */
function colourAtEnd({ verb, verbAt, items }: Clause): TextSpan | null {
  if (!/^(?:make|turn|paint)$/.test(verb?.text ?? '')) return null;
  const at = items.findLastIndex((item) => !isKind(item, 'filler', 'stop'));
  const colour = items[at];
  const isColour =
    isKind(colour, 'value') &&
    colour.values.every(({ field }) => /^colou?r$|^رنگ$/.test(field.toLowerCase()));
  const before = items[at - 1];
  const isAfterNoun =
    isKind(before, 'sku', 'quote', 'product') ||
    (isKind(before, 'name') && before.known) ||
    (isKind(before, 'value') && before.values.every(({ field }) => field === 'category'));
  return isColour && isAfterNoun && at > verbAt + 1 ? { lead: at, from: at, to: at + 1 } : null;
}

function inferredField(value: readonly Item[]): string | null {
  const only = value.filter((item) => !isKind(item, 'filler'));
  const first = only[0];
  return only.length === 1 && isKind(first, 'value') ? (first.values[0]?.field ?? null) : null;
}

/** "change brand X to Y": the field said with the products is the one that changes. */
function filteredField(items: readonly Item[]): string | null {
  const fields = items.flatMap((item) =>
    isKind(item, 'condition') && 'op' in item.query && item.query.op === 'eq' ? [item.query.field] : [],
  );
  return fields.length === 1 &&
    fields[0] !== 'price' &&
    fields[0] !== 'stock' &&
    fields[0] !== 'sku' &&
    fields[0] !== 'id'
    ? (fields[0] ?? null)
    : null;
}
