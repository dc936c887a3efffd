/** What is really applied of a sealed plan: its rows, less the excluded, with the user's own values in place. */
import { isCoreField, type FieldChanges, type FieldValue } from '../catalogue/product.js';
import type { PlanRow } from '../events/draft.events.js';
import { refuse, type PlanRefusal } from './refusal.js';
import { isKnownField, readValue, type KnownFields } from './values.js';

export interface RowEdit {
  productId: string;
  /** New values in place of the planned ones. Update: fields the row already changes; add: any field. */
  after: FieldChanges;
}

export interface ConfirmationInput {
  /** The sealed rows of a change (not of a `get`). */
  rows: Iterable<PlanRow>;
  exclude: readonly string[];
  edits: readonly RowEdit[];
  knownFields: KnownFields;
  /** Skus of other products among those the edits set. */
  takenSkus?: ReadonlySet<string>;
}

export interface Confirmed {
  kind: 'rows';
  rows: PlanRow[];
}

/**
 * The rows to apply, in the plan's order. An edit back to the old value takes its field out, and a row without
 * fields is left out. Refused whole: rows the plan does not have, values a product cannot hold, nothing left.
 */
export function applyConfirmation(input: ConfirmationInput): Confirmed | PlanRefusal {
  const excluded = new Set(input.exclude);
  const edits = new Map(input.edits.map((edit) => [edit.productId, edit]));
  const unseen = new Set([...excluded, ...edits.keys()]);
  if (edits.size < input.edits.length) return refuse('INVALID_VALUE', 'A row is edited twice.');
  const kept: PlanRow[] = [];
  for (const row of input.rows) {
    unseen.delete(row.productId);
    const edit = edits.get(row.productId);
    if (excluded.has(row.productId)) {
      if (edit) return refuse('ROW_UNKNOWN', `${row.sku} is both excluded and edited.`);
      continue;
    }
    const edited = edit ? editRow(row, edit, input) : row;
    if (edited && 'kind' in edited) return edited;
    if (edited) kept.push(edited);
  }
  const [stranger] = unseen;
  if (stranger !== undefined) return refuse('ROW_UNKNOWN', `The preview has no row of product ${stranger}.`);
  if (kept.length === 0) return refuse('NOTHING_TO_APPLY', 'No row is left to apply.');
  return { kind: 'rows', rows: kept };
}

/** Null when the row no longer changes anything. */
function editRow(row: PlanRow, edit: RowEdit, input: ConfirmationInput): PlanRow | PlanRefusal | null {
  if (row.after === null)
    return refuse('INVALID_VALUE', `${row.sku} is to be deleted: it has no values to edit.`);
  const after = { ...row.after };
  for (const [field, asked] of Object.entries(edit.after)) {
    const value = editedValue(row, field, asked, input);
    if ('code' in value) return value;
    if (row.before ? value.value === (row.before[field] ?? null) : isUnset(field, value.value))
      delete after[field];
    else after[field] = value.value;
  }
  if (row.before === null) return named({ ...row, after });
  const fields = Object.keys(after);
  if (fields.length === 0) return null;
  const before = Object.fromEntries(fields.map((field) => [field, row.before?.[field] ?? null]));
  return { ...row, before, after };
}

function editedValue(
  row: PlanRow,
  field: string,
  asked: FieldValue,
  { knownFields, takenSkus }: ConfirmationInput,
): { value: FieldValue } | PlanRefusal {
  if (!isKnownField(field, knownFields))
    return refuse('FIELD_UNKNOWN', `There is no field “${field}” in this catalogue.`);
  // A field outside the plan was not shown with its old value; to change it is another request.
  if (row.before && !(field in (row.after ?? {})))
    return refuse('INVALID_VALUE', `${field} of ${row.sku} is not part of this plan.`);
  const read = readValue(field, asked);
  if (read.kind === 'problem') return refuse('INVALID_VALUE', `${field} of ${row.sku}: ${read.message}.`);
  if (read.warning)
    return refuse('INVALID_VALUE', `${field} of ${row.sku}: ${String(asked)} has too many decimals.`);
  if (field === 'sku' && takenSkus?.has(String(read.value)))
    return refuse('SKU_TAKEN', `Another product has the sku ${String(read.value)}.`);
  return { value: read.value };
}

/** An added product has every core value, and only those custom fields that have one. */
function isUnset(field: string, value: FieldValue): boolean {
  return value === null && !isCoreField(field);
}

function named(row: PlanRow): PlanRow {
  const { sku, name } = row.after ?? {};
  return { ...row, sku: String(sku ?? row.sku), name: String(name ?? row.name) };
}
