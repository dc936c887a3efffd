/**
 * New values of one product: what a task's changes make of it. Exact: money is decimal from end to end and
 * is rounded once, after the last change of its field.
 */
import { Decimal as DecimalJs } from 'decimal.js';
import { NO_FIELD_RULES, type FieldRules } from '../catalogue/custom-field.js';
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
import type { Language } from '../events/draft.events.js';
import { fitValue } from './field-rules.js';
import { isBlank, numberOf } from './field-text.js';
import { refuse, type PlanRefusal } from './refusal.js';
import { texts, type Said } from './texts.js';

/** Wide enough that a 16-digit price keeps every digit through a chain of percentages. */
export const Decimal = DecimalJs.clone({ precision: 100, rounding: DecimalJs.ROUND_HALF_UP });
export type Decimal = DecimalJs;

/** Decimals kept when arithmetic on a custom field does not end ("10" divided by 3). */
const CUSTOM_DECIMALS_MAX = 10;
const PRICE_CHARS_MAX = PRICE_INTEGER_DIGITS_MAX + 1 + PRICE_DECIMALS;
/** Power of ten beyond every field's range; stops a chain of multiplications from growing without bound. */
const EXPONENT_MAX = 30;
/** A value that is refused is shown to here. */
const VALUE_SHOWN_CHARS_MAX = 40;

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

/** Drops changes of fields the workspace does not have, or has retired, with one warning per field. */
export function keepKnown(
  data: readonly DataChange[],
  known: KnownFields,
  language: Language,
  rules: FieldRules = NO_FIELD_RULES,
): { changes: DataChange[]; warnings: Warning[] } {
  const isRetired = (field: string) => rules.get(field)?.retired === true;
  const isWritable = (field: string) => isKnownField(field, known) && !isRetired(field);
  const leftOut = [...new Set(data.map(({ field }) => field).filter((field) => !isWritable(field)))];
  return {
    changes: data.filter(({ field }) => isWritable(field)),
    warnings: leftOut.map((field) =>
      isRetired(field) ? retiredLeftOut(field, language) : fieldLeftOut(field, language),
    ),
  };
}

function retiredLeftOut(field: string, language: Language): Warning {
  return { code: 'FIELD_UNKNOWN', field, message: texts.retiredLeftOut(field)[language] };
}

export function fieldLeftOut(field: string, language: Language): Warning {
  return { code: 'FIELD_UNKNOWN', field, message: texts.fieldLeftOut(field)[language] };
}

/**
 * Applies the changes in order. Unknown fields are left out with a warning; a value the product cannot hold
 * refuses the whole. Arithmetic on a custom field that holds no number leaves that field as it is, with a warning.
 */
export function applyChanges(
  product: ProductValues,
  data: readonly DataChange[],
  known: KnownFields,
  language: Language,
  rules?: FieldRules,
): ChangedValues | PlanRefusal {
  const { changes, warnings } = keepKnown(data, known, language, rules);
  const changed = valueChanger(changes, language, rules)(product);
  return changed.kind === 'refusal' ? changed : { ...changed, warnings: [...warnings, ...changed.warnings] };
}

/** `applyChanges` for changes of known fields only (`keepKnown`), prepared once for all products of a plan. */
export function valueChanger(
  changes: readonly DataChange[],
  language: Language,
  rules: FieldRules = NO_FIELD_RULES,
): (product: ProductValues) => ChangedValues | PlanRefusal {
  const fields = Array.from(byField(changes), ([field, ofField]) => ({
    field,
    changeOf: fieldChanger(field, ofField, rules),
  }));
  const mayAddFields = fields.some(({ field }) => !isCoreField(field));
  return (product) => {
    const before: FieldChanges = {};
    const after: FieldChanges = {};
    const warnings: Warning[] = [];
    for (const { field, changeOf } of fields) {
      const current = fieldOf(product, field);
      const result = changeOf(current);
      if (result.kind === 'problem')
        return refuse('INVALID_VALUE', texts.valueOfProduct(field, product, result.problem), language);
      if (result.warning) warnings.push(inLanguage(result.warning, language));
      if (result.value === current) continue;
      before[field] = current;
      after[field] = result.value;
    }
    if (mayAddFields && customFieldCount(product, after) > CUSTOM_FIELDS_PER_PRODUCT_MAX) {
      const problem = texts.tooManyFields(CUSTOM_FIELDS_PER_PRODUCT_MAX);
      return refuse('INVALID_VALUE', texts.fieldsOfProduct(product, problem), language);
    }
    return { kind: 'values', before, after, warnings };
  };
}

/** One value as the catalogue keeps it, or what is wrong with it. Also judges values edited in a preview. */
export function readValue(field: string, value: FieldValue, rules: FieldRules = NO_FIELD_RULES): FieldResult {
  if (value === null || (field !== 'sku' && field !== 'name' && isBlank(value))) return cleared(field);
  if (field === 'price') return readPrice(decimalOf(String(value)));
  if (field === 'stock') {
    const number = decimalOf(String(value));
    return number?.isInteger() ? readStock(number) : problem(texts.stockNotWhole());
  }
  return readText(field, String(value), rules);
}

export type FieldResult =
  { kind: 'value'; value: FieldValue; warning?: Remark } | { kind: 'problem'; problem: Said };

/** A warning that is not yet in a language. */
interface Remark {
  code: Warning['code'];
  field: string;
  message: Said;
}

function inLanguage({ code, field, message }: Remark, language: Language): Warning {
  return { code, field, message: message[language] };
}

type Step =
  | { kind: 'put'; value: string | null }
  | { kind: 'compute'; amount: Decimal; isStep: boolean; compute: (current: Decimal) => Decimal | null };

/** What does not depend on the product is read once: a plan has up to 100,000 of them. */
function fieldChanger(
  field: string,
  changes: readonly DataChange[],
  rules: FieldRules,
): (current: FieldValue) => FieldResult {
  const steps = changes.map(stepOf);
  const [only] = steps;
  if (steps.length === 1 && only?.kind === 'put') {
    const result = readValue(field, only.value, rules);
    return () => result;
  }
  return (current) => changeField(field, current, steps, rules);
}

function changeField(
  field: string,
  current: FieldValue,
  steps: readonly Step[],
  rules: FieldRules,
): FieldResult {
  /** Text until the first calculation; then exact: in the middle a price may have more decimals than it can keep. */
  let value: string | Decimal | null = current === null ? null : String(current);
  for (const step of steps) {
    if (step.kind === 'put') {
      value = step.value;
      continue;
    }
    const number: Decimal | null = typeof value === 'string' ? decimalOf(value) : value;
    if (number === null) return notNumeric(field, current, String(value ?? ''));
    if (field === 'stock' && step.isStep && !step.amount.isInteger())
      return problem(texts.stockStepNotWhole());
    value = step.compute(number);
    if (value === null) return problem(texts.notDivisor(step.amount.toFixed()));
    if (value.e > EXPONENT_MAX) return problem(texts.resultTooLarge());
  }
  return typeof value === 'string' || value === null
    ? readValue(field, value, rules)
    : keepComputed(field, value, rules);
}

/** Arithmetic where there is no number: refused, but for custom fields, which stay as they are. */
function notNumeric(field: string, current: FieldValue, text: string): FieldResult {
  if (isNumeric(field)) return problem(texts.textNotNumeric(text));
  if (isCoreField(field)) return problem(texts.fieldNotNumeric(field));
  const warning: Remark = { code: 'NOT_A_NUMBER', field, message: texts.holdsNoNumber(field) };
  return { kind: 'value', value: current, warning };
}

function stepOf(change: DataChange): Step {
  if (change.op === 'clear') return { kind: 'put', value: null };
  if (change.op === 'set') return { kind: 'put', value: change.value };
  const amount = new Decimal(change.value);
  return { kind: 'compute', amount, isStep: isAmount(change.op), compute: computation(change.op, amount) };
}

function computation(
  op: Exclude<DataChange['op'], 'set' | 'clear'>,
  amount: Decimal,
): (current: Decimal) => Decimal | null {
  const share = amount.div(100);
  const [raised, lowered] = [share.plus(1), share.neg().plus(1)];
  switch (op) {
    case 'increase_percent':
      return (current) => current.times(raised);
    case 'decrease_percent':
      return (current) => current.times(lowered);
    case 'increase_by':
      return (current) => current.plus(amount);
    case 'decrease_by':
      return (current) => current.minus(amount);
    case 'multiply_by':
      return (current) => current.times(amount);
    case 'divide_by':
      return (current) => (amount.isZero() ? null : current.div(amount));
    case 'round_to':
      return (current) => (amount.isZero() ? null : current.div(amount).round().times(amount));
  }
}

function keepComputed(field: string, value: Decimal, rules: FieldRules): FieldResult {
  if (field === 'price') return readPrice(value);
  if (field !== 'stock')
    return readText(
      field,
      value.toDecimalPlaces(CUSTOM_DECIMALS_MAX, Decimal.ROUND_HALF_UP).toFixed(),
      rules,
    );
  const whole = value.toDecimalPlaces(0, Decimal.ROUND_HALF_UP);
  const result = readStock(value.isNegative() ? value : whole);
  return result.kind === 'value' && !whole.eq(value) ? { ...result, warning: STOCK_ROUNDED } : result;
}

function readPrice(exact: Decimal | null): FieldResult {
  if (exact === null) return problem(texts.priceNotDecimal());
  const value = exact.toFixed(PRICE_DECIMALS, Decimal.ROUND_HALF_UP);
  if (exact.isNegative() && !exact.isZero()) return problem(texts.priceNegative(value));
  if (value.length > PRICE_CHARS_MAX) return problem(texts.priceTooLong(PRICE_INTEGER_DIGITS_MAX));
  const isExact = exact.decimalPlaces() <= PRICE_DECIMALS;
  return isExact ? { kind: 'value', value } : { kind: 'value', value, warning: PRICE_ROUNDED };
}

function readStock(number: Decimal): FieldResult {
  if (number.isNegative() && !number.isZero()) return problem(texts.stockNegative(number.toFixed()));
  if (number.gt(STOCK_MAX)) return problem(texts.stockTooLarge(STOCK_MAX));
  return { kind: 'value', value: number.toNumber() };
}

function readText(field: string, text: string, rules: FieldRules): FieldResult {
  const value = text.trim();
  if (isCoreField(field)) {
    const kept = ProductValues.shape[field].safeParse(value);
    return kept.success
      ? { kind: 'value', value }
      : problem(texts.notValid(value.slice(0, VALUE_SHOWN_CHARS_MAX), field));
  }
  if (value.length > FIELD_VALUE_CHARS_MAX) return problem(texts.valueTooLong(FIELD_VALUE_CHARS_MAX));
  const fitted = fitValue(rules.get(field), value);
  return 'problem' in fitted ? problem(fitted.problem) : { kind: 'value', value: fitted.value };
}

function cleared(field: string): FieldResult {
  const isRequired = isCoreField(field) && field !== 'category' && field !== 'brand';
  return isRequired ? problem(texts.required(field)) : { kind: 'value', value: null };
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

function decimalOf(text: string): Decimal | null {
  const number = numberOf(text);
  return number === null ? null : new Decimal(number);
}

function problem(what: Said): FieldResult {
  return { kind: 'problem', problem: what };
}

const PRICE_ROUNDED: Remark = {
  code: 'PRICE_ROUNDED',
  field: 'price',
  message: texts.priceRounded(PRICE_DECIMALS),
};
const STOCK_ROUNDED: Remark = {
  code: 'STOCK_ROUNDED',
  field: 'stock',
  message: texts.stockRounded(),
};
