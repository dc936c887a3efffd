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
import type { Language, PlanRow } from '../events/draft.events.js';
import { planAdd } from './add.js';
import { select } from './match.js';
import { planHash } from './plan-hash.js';
import { refuse, type PlanRefusal, type PlanRefusalCode } from './refusal.js';
import { DEFAULT_PLAN_RULES, type PlanRules } from './rules.js';
import { seal, type Plan, type PlanInput } from './sealed-plan.js';
import { texts, type Said } from './texts.js';
import { Decimal, fieldLeftOut, isKnownField, keepKnown, valueChanger, type KnownFields } from './values.js';
import { WarningTally } from './warning-tally.js';

export type { Plan, PlanInput } from './sealed-plan.js';

/** Asked values when a `get` names none; sku and name stand on every row anyway. */
const SELECTED_BY_DEFAULT = ['name', 'price', 'stock'];

export function buildPlan(input: PlanInput): Plan | PlanRefusal {
  const { task, language, knownFields } = input;
  const rules = input.rules ?? DEFAULT_PLAN_RULES;
  const unknown = unknownFilterField(task, knownFields);
  // A condition on a field nobody has is never true, and its negation always: neither is what was meant.
  if (unknown !== null) return refuse('FIELD_UNKNOWN', texts.fieldUnknown(unknown), language);
  // A limit bounds it as a filter does: "the five cheapest" says which products.
  if (task.action === 'delete' && task.queries.length === 0 && task.limit === undefined)
    return refuse('DELETE_WITHOUT_FILTER', texts.deleteWithoutFilter(), language);
  if (task.action === 'add') return planAdd(input, rules);

  const found = select(input.products, task);
  if (found.length > rules.rowsMax)
    return refuse('TOO_MANY_ROWS', texts.tooManyRows(rules.rowsMax), language);
  if (found.length === 0 && !task.count) return refuse('NOTHING_FOUND', texts.nothingFound(), language);
  if (task.action === 'get') return planGet(input, found, rules);
  const remarks = scopeWarnings(input, found.length);
  return task.action === 'delete'
    ? seal(found.map(deletedRow), found.length, remarks, { rules, language })
    : planUpdate(input, found, remarks, rules);
}

function planUpdate(
  { task, language, knownFields, fieldRules, takenSkus }: PlanInput,
  found: Product[],
  remarks: Warning[],
  rules: PlanRules,
): Plan | PlanRefusal {
  const { changes, warnings } = keepKnown(task.data, knownFields, language, fieldRules);
  if (changes.length === 0) return nothingToChange(warnings, language);
  const sku = skuProblem(changes, found.length, takenSkus);
  if (sku) return refuse(sku.code, sku.why, language);
  const changedValues = valueChanger(changes, language, fieldRules);
  const tally = new WarningTally(language);
  const rows: PlanRow[] = [];
  for (const product of found) {
    const changed = changedValues(product);
    if (changed.kind === 'refusal') return changed;
    for (const warning of changed.warnings)
      tally.add(warning, () => ({ ...warning, productId: product.productId }));
    if (Object.keys(changed.after).length === 0) continue;
    const price = changed.after['price'];
    if (typeof price === 'string' && isLargeChange(product.price, price, rules))
      tally.add(LARGE_CHANGE, () => largeChange(product, price, rules, language));
    rows.push({ ...identity(product), before: changed.before, after: changed.after });
  }
  const all = [...warnings, ...remarks, ...tally.warnings(rules.warningsMax)];
  return seal(rows, found.length, all, { rules, language });
}

function planGet({ task, language, knownFields }: PlanInput, found: Product[], rules: PlanRules): Plan {
  const asked = task.select ?? [...new Set([...SELECTED_BY_DEFAULT, ...fieldsOf(task)])];
  const isKnown = (field: string) => field === 'id' || isKnownField(field, knownFields);
  const fields = asked.filter(isKnown);
  const read = (product: Product): FieldChanges =>
    Object.fromEntries(fields.map((field): [string, FieldValue] => [field, valueOf(product, field)]));
  const rows = task.count
    ? []
    : found.map((product) => ({ ...identity(product), before: read(product), after: null }));
  const warnings = asked.filter((field) => !isKnown(field)).map((field) => fieldLeftOut(field, language));
  const summary = { matched: found.length, changed: 0, unchanged: found.length };
  return {
    kind: 'plan',
    rows,
    summary,
    hash: planHash(rows),
    warnings: warnings.slice(0, rules.warningsMax),
    requires: [],
    approvalReasons: [],
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

function scopeWarnings({ task, language, catalogueProducts }: PlanInput, matched: number): Warning[] {
  const isAll = task.queries.length === 0 && task.limit === undefined;
  const findsAll = catalogueProducts !== undefined && catalogueProducts > 1 && matched >= catalogueProducts;
  if (!isAll && !findsAll) return [];
  return [{ code: 'ALL_PRODUCTS', message: texts.allProducts(matched)[language] }];
}

const LARGE_CHANGE = { code: 'LARGE_CHANGE', field: 'price' } as const;

/** Multiplied, not divided, and in whole cents while those are exact: a plan has up to 100,000 prices. */
function isLargeChange(before: string, after: string, { largeChangePercent }: PlanRules): boolean {
  const [from, to] = [centsOf(before), centsOf(after)];
  const [moved, allowed] = [Math.abs(to - from) * 100, from * largeChangePercent];
  const isExact = [from, to, largeChangePercent, moved, allowed].every(Number.isSafeInteger);
  if (isExact) return from !== 0 && moved > allowed;
  const old = new Decimal(before);
  if (old.isZero()) return false;
  return old.minus(after).abs().times(100).gt(old.times(largeChangePercent));
}

/** A canonical price in cents, exact up to 2^53. */
function centsOf(price: string): number {
  return Number(price.replace('.', ''));
}

function largeChange(
  { productId, sku, price: from }: Product,
  to: string,
  { largeChangePercent }: PlanRules,
  language: Language,
): Warning {
  const moved = new Decimal(to).minus(from).div(from).times(100).toDecimalPlaces(1);
  const percent = `${moved.isPositive() ? '+' : ''}${moved.toFixed()}`;
  const message = texts.largeChange(largeChangePercent, { sku, from, to, percent })[language];
  return { ...LARGE_CHANGE, productId, message };
}

function nothingToChange(unknown: readonly Warning[], language: Language): PlanRefusal {
  if (unknown.length === 0) return refuse('FIELD_UNKNOWN', texts.nothingToChange(), language);
  return { kind: 'refusal', code: 'FIELD_UNKNOWN', message: unknown.map(({ message }) => message).join(' ') };
}

function skuProblem(
  changes: readonly DataChange[],
  matched: number,
  taken: ReadonlySet<string> | undefined,
): { code: PlanRefusalCode; why: Said } | null {
  const sets = changes.filter((change) => change.field === 'sku');
  if (sets.length === 0) return null;
  if (matched > 1) return { code: 'INVALID_VALUE', why: texts.oneSkuForMany(matched) };
  for (const set of sets) {
    const sku = 'value' in set ? set.value.trim() : '';
    if (taken?.has(sku)) return { code: 'SKU_TAKEN', why: texts.skuTaken(sku) };
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
