/**
 * New values of one product: what a task's changes make of it. Exact: money is decimal from end to end and
 * is rounded once, after the last change of its field.
 */
import { Decimal as DecimalJs } from 'decimal.js';
import {
  CORE_FIELDS,
  CUSTOM_FIELDS_PER_PRODUCT_MAX,
  CustomFieldKey,
  FIELD_VALUE_CHARS_MAX,
  fieldOf,
  isCoreField,
  PRICE_DECIMALS,
  PRICE_INTEGER_DIGITS_MAX,
  ProductValues,
  STOCK_MAX,
  type FieldChanges,
  type FieldValue,
} from '../catalogue/product.js';
import type { DataChange, Warning } from '../catalogue/task.js';
import { isBlank, numberOf } from './field-text.js';
import { refuse, type PlanRefusal } from './refusal.js';

/** Wide enough that a 16-digit price keeps every digit through a chain of percentages. */
export const Decimal = DecimalJs.clone({ precision: 100, rounding: DecimalJs.ROUND_HALF_UP });
export type Decimal = DecimalJs;

/** Decimals kept when arithmetic on a custom field does not end ("10" divided by 3). */
const CUSTOM_DECIMALS_MAX = 10;
const PRICE_BELOW = new Decimal(10).pow(PRICE_INTEGER_DIGITS_MAX);
/** Beyond every field's range; stops a chain of multiplications from growing without bound. */
const MAGNITUDE_MAX = new Decimal('1e30');

/** Keys of the workspace's custom fields. */
export type KnownFields = ReadonlySet<string>;

export interface ChangedValues {
  kind: 'values';
  /** Changed fields only; both empty when everything is already as asked. */
  before: FieldChanges;
  after: FieldChanges;
  warnings: Warning[];
}

/** Names that a field of the workspace can never have: they already mean something else. */
const RESERVED_FIELDS: ReadonlySet<string> = new Set([...CORE_FIELDS, 'id', 'productId', 'version']);

export function isKnownField(field: string, known: KnownFields): boolean {
  return isCoreField(field) || (known.has(field) && isCustomFieldKey(field));
}

/** Whether a name can be a custom field at all. */
export function isCustomFieldKey(field: string): boolean {
  return !RESERVED_FIELDS.has(field) && CustomFieldKey.safeParse(field).success;
}

/** Drops changes of fields the workspace does not have, with one warning per field. */
export function keepKnown(
  data: readonly DataChange[],
  known: KnownFields,
): { changes: DataChange[]; warnings: Warning[] } {
  const unknown = [...new Set(data.map(({ field }) => field).filter((field) => !isKnownField(field, known)))];
  return {
    changes: data.filter(({ field }) => isKnownField(field, known)),
    warnings: unknown.map(fieldUnknown),
  };
}

export function fieldUnknown(field: string): Warning {
  return {
    code: 'FIELD_UNKNOWN',
    field,
    message: `There is no field “${field}” in this catalogue; it was left out.`,
  };
}

/**
 * Applies the changes in order. Unknown fields are left out with a warning; a value the product cannot hold
 * refuses the whole. Arithmetic on a custom field that holds no number leaves that field as it is, with a warning.
 */
export function applyChanges(
  product: ProductValues,
  data: readonly DataChange[],
  known: KnownFields,
): ChangedValues | PlanRefusal {
  const { changes, warnings } = keepKnown(data, known);
  const changed = changeValues(product, changes);
  return changed.kind === 'refusal' ? changed : { ...changed, warnings: [...warnings, ...changed.warnings] };
}

/** `applyChanges` for changes of known fields only (`keepKnown`), once per product of a plan. */
export function changeValues(
  product: ProductValues,
  changes: readonly DataChange[],
): ChangedValues | PlanRefusal {
  const before: FieldChanges = {};
  const after: FieldChanges = {};
  const warnings: Warning[] = [];
  for (const [field, ofField] of byField(changes)) {
    const current = fieldOf(product, field);
    const result = changeField(field, current, ofField);
    if (result.kind === 'problem') return invalid(product, field, result.message);
    if (result.warning) warnings.push(result.warning);
    if (result.value === current) continue;
    before[field] = current;
    after[field] = result.value;
  }
  if (customFieldCount(product, after) > CUSTOM_FIELDS_PER_PRODUCT_MAX)
    return invalid(
      product,
      'fields',
      `a product has at most ${CUSTOM_FIELDS_PER_PRODUCT_MAX} fields of its own`,
    );
  return { kind: 'values', before, after, warnings };
}

/** One value as the catalogue keeps it, or what is wrong with it. Also judges values edited in a preview. */
export function readValue(field: string, value: FieldValue): FieldResult {
  if (value === null || (field !== 'sku' && field !== 'name' && isBlank(value))) return cleared(field);
  if (field === 'price') return readPrice(numberOf(String(value)));
  if (field === 'stock') {
    const number = numberOf(String(value));
    if (number === null || !new Decimal(number).isInteger()) return problem('a stock is a whole number');
    return readStock(new Decimal(number));
  }
  return readText(field, String(value));
}

export type FieldResult =
  { kind: 'value'; value: FieldValue; warning?: Warning } | { kind: 'problem'; message: string };

function changeField(field: string, current: FieldValue, changes: readonly DataChange[]): FieldResult {
  // Text all the way: a price in the middle of a chain may have more decimals than a price can keep.
  let value = current === null ? null : String(current);
  /** Whether `value` is a result of arithmetic: exact, and not yet what the field can keep. */
  let isComputed = false;
  for (const change of changes) {
    if (change.op === 'set' || change.op === 'clear') {
      value = change.op === 'set' ? change.value : null;
      isComputed = false;
      continue;
    }
    const number = value === null || isComputed ? value : numberOf(value);
    if (number === null && isCoreField(field) && !isNumeric(field))
      return problem(`${field} is not a number`);
    if (number === null && !isNumeric(field))
      return { kind: 'value', value: current, warning: notANumber(field) };
    if (number === null) return problem(`“${value ?? ''}” is not a number`);
    if (field === 'stock' && isAmount(change.op) && !new Decimal(change.value).isInteger())
      return problem('a stock changes by whole numbers');
    const computed = compute(number, change);
    if (computed === null) return problem(`cannot be divided by or rounded to ${change.value}`);
    if (computed.abs().gt(MAGNITUDE_MAX)) return problem('the result is too large');
    value = computed.toFixed();
    isComputed = true;
  }
  return isComputed && value !== null ? keepComputed(field, new Decimal(value)) : readValue(field, value);
}

function compute(value: string, change: Extract<DataChange, { value: string }>): Decimal | null {
  const current = new Decimal(value);
  const amount = new Decimal(change.value);
  switch (change.op) {
    case 'increase_percent':
      return current.plus(current.times(amount).div(100));
    case 'decrease_percent':
      return current.minus(current.times(amount).div(100));
    case 'increase_by':
      return current.plus(amount);
    case 'decrease_by':
      return current.minus(amount);
    case 'multiply_by':
      return current.times(amount);
    case 'divide_by':
      return amount.isZero() ? null : current.div(amount);
    case 'round_to':
      return amount.isZero() ? null : current.div(amount).round().times(amount);
    case 'set':
      return amount;
  }
}

function keepComputed(field: string, value: Decimal): FieldResult {
  if (field === 'price') return readPrice(value.toFixed());
  if (field !== 'stock')
    return readText(field, value.toDecimalPlaces(CUSTOM_DECIMALS_MAX, Decimal.ROUND_HALF_UP).toFixed());
  const whole = value.toDecimalPlaces(0, Decimal.ROUND_HALF_UP);
  const result = readStock(value.isNegative() ? value : whole);
  return result.kind === 'value' && !whole.eq(value) ? { ...result, warning: STOCK_ROUNDED } : result;
}

function readPrice(number: string | null): FieldResult {
  if (number === null) return problem('a price is a decimal number ≥ 0');
  const exact = new Decimal(number);
  const price = exact.toDecimalPlaces(PRICE_DECIMALS, Decimal.ROUND_HALF_UP);
  if (exact.isNegative() && !exact.isZero())
    return problem(`it would become ${price.toFixed(PRICE_DECIMALS)}, and a price cannot be below 0`);
  if (price.gte(PRICE_BELOW))
    return problem(`a price has at most ${PRICE_INTEGER_DIGITS_MAX} digits before the point`);
  const value = price.toFixed(PRICE_DECIMALS);
  return price.eq(exact) ? { kind: 'value', value } : { kind: 'value', value, warning: PRICE_ROUNDED };
}

function readStock(number: Decimal): FieldResult {
  if (number.isNegative() && !number.isZero())
    return problem(`it would become ${number.toFixed()}, and a stock cannot be below 0`);
  if (number.gt(STOCK_MAX)) return problem(`a stock is at most ${STOCK_MAX}`);
  return { kind: 'value', value: number.toNumber() };
}

function readText(field: string, text: string): FieldResult {
  const value = text.trim();
  if (isCoreField(field)) {
    const kept = ProductValues.shape[field].safeParse(value);
    return kept.success
      ? { kind: 'value', value }
      : problem(`“${value.slice(0, 40)}” is not a valid ${field}`);
  }
  if (value.length > FIELD_VALUE_CHARS_MAX)
    return problem(`a value has at most ${FIELD_VALUE_CHARS_MAX} characters`);
  return { kind: 'value', value };
}

function cleared(field: string): FieldResult {
  const isRequired = isCoreField(field) && field !== 'category' && field !== 'brand';
  return isRequired ? problem(`a product cannot be without ${field}`) : { kind: 'value', value: null };
}

function byField(changes: readonly DataChange[]): Map<string, DataChange[]> {
  return Map.groupBy(changes, ({ field }) => field);
}

function isNumeric(field: string): boolean {
  return field === 'price' || field === 'stock';
}

function isAmount(op: DataChange['op']): boolean {
  return op === 'increase_by' || op === 'decrease_by';
}

function customFieldCount(product: ProductValues, after: FieldChanges): number {
  const keys = new Set(Object.keys(product.fields));
  for (const [field, value] of Object.entries(after)) {
    if (isCoreField(field)) continue;
    if (value === null) keys.delete(field);
    else keys.add(field);
  }
  return keys.size;
}

function problem(message: string): FieldResult {
  return { kind: 'problem', message };
}

function invalid(product: ProductValues, field: string, message: string): PlanRefusal {
  return refuse('INVALID_VALUE', `${field} of ${product.sku} (${product.name}): ${message}.`);
}

const PRICE_ROUNDED: Warning = {
  code: 'PRICE_ROUNDED',
  field: 'price',
  message: `A price was rounded to ${PRICE_DECIMALS} decimals.`,
};
const STOCK_ROUNDED: Warning = {
  code: 'STOCK_ROUNDED',
  field: 'stock',
  message: 'A stock was rounded to a whole number.',
};
function notANumber(field: string): Warning {
  return {
    code: 'NOT_A_NUMBER',
    field,
    message: `“${field}” holds no number to calculate with; it stays as it is.`,
  };
}
