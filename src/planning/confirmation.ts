/** What is really applied of a sealed plan: its rows, less the excluded, with the user's own values in place. */
import type { FieldRules } from '../catalogue/custom-field.js';
import { isCoreField, type FieldChanges, type FieldValue } from '../catalogue/product.js';
import type { Language, PlanRow } from '../events/draft.events.js';
import { refuse, type PlanRefusal } from './refusal.js';
import { texts, type Said } from './texts.js';
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
  /** What those fields take. */
  fieldRules?: FieldRules;
  /** Of the prompt: what a refusal is written in. */
  language: Language;
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
  const { language } = input;
  const excluded = new Set(input.exclude);
  const edits = new Map(input.edits.map((edit) => [edit.productId, edit]));
  const unseen = new Set([...excluded, ...edits.keys()]);
  if (edits.size < input.edits.length) return refuse('INVALID_VALUE', texts.editedTwice(), language);
  const kept: PlanRow[] = [];
  for (const row of input.rows) {
    unseen.delete(row.productId);
    const edit = edits.get(row.productId);
    if (excluded.has(row.productId)) {
      if (edit) return refuse('ROW_UNKNOWN', texts.excludedAndEdited(row.sku), language);
      continue;
    }
    const edited = edit ? editRow(row, edit, input) : row;
    if (edited && 'kind' in edited) return edited;
    if (edited) kept.push(edited);
  }
  const [stranger] = unseen;
  if (stranger !== undefined) return refuse('ROW_UNKNOWN', texts.rowUnknown(stranger), language);
  if (kept.length === 0) return refuse('NOTHING_TO_APPLY', texts.nothingToApply(), language);
  return { kind: 'rows', rows: kept };
}

/** Null when the row no longer changes anything. */
function editRow(row: PlanRow, edit: RowEdit, input: ConfirmationInput): PlanRow | PlanRefusal | null {
  if (row.after === null) return refuse('INVALID_VALUE', texts.deletedRowEdited(row.sku), input.language);
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
  { knownFields, fieldRules, takenSkus, language }: ConfirmationInput,
): { value: FieldValue } | PlanRefusal {
  if (!isKnownField(field, knownFields)) return refuse('FIELD_UNKNOWN', texts.fieldUnknown(field), language);
  // A field outside the plan was not shown with its old value; to change it is another request.
  if (row.before && !(field in (row.after ?? {})))
    return refuse('INVALID_VALUE', texts.fieldNotPlanned(field, row.sku), language);
  const read = readValue(field, asked, fieldRules);
  const invalid = (problem: Said) =>
    refuse('INVALID_VALUE', texts.valueOfRow(field, row.sku, problem), language);
  if (read.kind === 'problem') return invalid(read.problem);
  if (read.warning) return invalid(texts.tooManyDecimals(String(asked)));
  if (field === 'sku' && takenSkus?.has(String(read.value)))
    return refuse('SKU_TAKEN', texts.skuTaken(String(read.value)), language);
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
