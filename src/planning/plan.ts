/** A task and the products it found → the sealed preview, or why there is none. Pure and deterministic. */
import { flatten } from '../catalogue/difference.js';
import {
  fieldOf,
  isCoreField,
  type FieldChanges,
  type FieldValue,
  type Product,
} from '../catalogue/product.js';
import type { DataChange, Query, Task, Warning } from '../catalogue/task.js';
import type { PlanRow } from '../events/draft.events.js';
import { planAdd } from './add.js';
import { select } from './match.js';
import { planHash } from './plan-hash.js';
import { refuse, type PlanRefusal } from './refusal.js';
import { DEFAULT_PLAN_RULES, type PlanRules } from './rules.js';
import { seal, type Plan, type PlanInput } from './sealed-plan.js';
import { changeValues, Decimal, fieldUnknown, isKnownField, keepKnown, type KnownFields } from './values.js';
import { WarningTally } from './warning-tally.js';

export type { Plan, PlanInput } from './sealed-plan.js';

/** Asked values when a `get` names none; sku and name stand on every row anyway. */
const SELECTED_BY_DEFAULT = ['name', 'price', 'stock'];

export function buildPlan(input: PlanInput): Plan | PlanRefusal {
  const { task, knownFields } = input;
  const rules = input.rules ?? DEFAULT_PLAN_RULES;
  const unknown = unknownFilterField(task, knownFields);
  // A condition on a field nobody has is never true, and its negation always: neither is what was meant.
  if (unknown !== null) return refuse('FIELD_UNKNOWN', `There is no field “${unknown}” in this catalogue.`);
  if (task.action === 'delete' && task.queries.length === 0)
    return refuse('DELETE_WITHOUT_FILTER', 'Say which products to delete.');
  if (task.action === 'add') return planAdd(input, rules);

  const found = select(input.products, task);
  if (found.length > rules.rowsMax)
    return refuse('TOO_MANY_ROWS', `More than ${rules.rowsMax} products match; narrow it down.`);
  if (found.length === 0 && !task.count) return refuse('NOTHING_FOUND', 'No product matches.');
  if (task.action === 'get') return planGet(task, found, knownFields, rules);
  const remarks = scopeWarnings(input, found.length);
  return task.action === 'delete'
    ? seal(found.map(deletedRow), found.length, remarks, rules)
    : planUpdate(input, found, remarks, rules);
}

function planUpdate(
  { task, knownFields, takenSkus }: PlanInput,
  found: Product[],
  remarks: Warning[],
  rules: PlanRules,
): Plan | PlanRefusal {
  const { changes, warnings } = keepKnown(task.data, knownFields);
  if (changes.length === 0)
    return refuse(
      'FIELD_UNKNOWN',
      warnings.map(({ message }) => message).join(' ') || 'There is nothing to change.',
    );
  const sku = skuProblem(changes, found.length, takenSkus);
  if (sku) return sku;
  const tally = new WarningTally();
  const rows: PlanRow[] = [];
  for (const product of found) {
    const changed = changeValues(product, changes);
    if (changed.kind === 'refusal') return changed;
    for (const warning of changed.warnings) tally.add({ ...warning, productId: product.productId });
    if (Object.keys(changed.after).length === 0) continue;
    const large = largeChange(product, changed.after, rules);
    if (large) tally.add(large);
    rows.push({ ...identity(product), before: changed.before, after: changed.after });
  }
  const all = [...warnings, ...remarks, ...tally.warnings(rules.warningsMax)];
  return seal(rows, found.length, all, rules);
}

function planGet(task: Task, found: Product[], knownFields: KnownFields, rules: PlanRules): Plan {
  const asked = task.select ?? [...new Set([...SELECTED_BY_DEFAULT, ...fieldsOf(task)])];
  const isKnown = (field: string) => field === 'id' || isKnownField(field, knownFields);
  const fields = asked.filter(isKnown);
  const read = (product: Product): FieldChanges =>
    Object.fromEntries(fields.map((field): [string, FieldValue] => [field, valueOf(product, field)]));
  const rows = task.count
    ? []
    : found.map((product) => ({ ...identity(product), before: read(product), after: null }));
  const warnings = asked.filter((field) => !isKnown(field)).map(fieldUnknown);
  const summary = { matched: found.length, changed: 0, unchanged: found.length };
  return {
    kind: 'plan',
    rows,
    summary,
    hash: planHash(rows),
    warnings: warnings.slice(0, rules.warningsMax),
    requires: [],
  };
}

function deletedRow(product: Product): PlanRow {
  return { ...identity(product), before: flatten(product), after: null };
}

function identity({
  productId,
  sku,
  name,
  version,
}: Product): Pick<PlanRow, 'productId' | 'sku' | 'name' | 'version'> {
  return { productId, sku, name, version };
}

function valueOf(product: Product, field: string): FieldValue {
  return field === 'id' ? product.productId : fieldOf(product, field);
}

function scopeWarnings({ task, catalogueProducts }: PlanInput, matched: number): Warning[] {
  const isAll = task.queries.length === 0 && task.limit === undefined;
  const findsAll = catalogueProducts !== undefined && catalogueProducts > 1 && matched >= catalogueProducts;
  if (!isAll && !findsAll) return [];
  return [{ code: 'ALL_PRODUCTS', message: `This is about every product of the catalogue (${matched}).` }];
}

function largeChange(product: Product, after: FieldChanges, rules: PlanRules): Warning | null {
  const price = after['price'];
  if (price === undefined || price === null) return null;
  const before = new Decimal(product.price);
  if (before.isZero()) return null;
  const percent = new Decimal(price).minus(before).div(before).times(100);
  if (percent.abs().lte(rules.largeChangePercent)) return null;
  const moved = `${percent.isPositive() ? '+' : ''}${percent.toDecimalPlaces(1).toFixed()} %`;
  return {
    code: 'LARGE_CHANGE',
    field: 'price',
    productId: product.productId,
    message: `A price moves by more than ${rules.largeChangePercent} %: ${product.sku} from ${product.price} to ${price} (${moved}).`,
  };
}

function skuProblem(
  changes: readonly DataChange[],
  matched: number,
  taken: ReadonlySet<string> | undefined,
): PlanRefusal | null {
  const sets = changes.filter((change) => change.field === 'sku');
  if (sets.length === 0) return null;
  if (matched > 1) return refuse('INVALID_VALUE', `A sku belongs to one product, and ${matched} match.`);
  for (const set of sets) {
    const sku = 'value' in set ? set.value.trim() : '';
    if (taken?.has(sku)) return refuse('SKU_TAKEN', `Another product has the sku ${sku}.`);
  }
  return null;
}

function unknownFilterField(task: Task, known: KnownFields): string | null {
  const fields = [...fieldsIn({ all: task.queries }), ...(task.order ? [task.order.field] : [])];
  return fields.find((field) => field !== 'id' && !isKnownField(field, known)) ?? null;
}

/** Custom fields the question is about: their values belong to the answer. */
function fieldsOf(task: Task): string[] {
  const fields = [...fieldsIn({ all: task.queries }), ...(task.order ? [task.order.field] : [])];
  return fields.filter((field) => !isCoreField(field) && field !== 'id');
}

function fieldsIn(query: Query): string[] {
  if ('any' in query) return query.any.flatMap(fieldsIn);
  if ('all' in query) return query.all.flatMap(fieldsIn);
  return 'not' in query ? fieldsIn(query.not) : [query.field];
}
