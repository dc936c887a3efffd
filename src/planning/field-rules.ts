/** Whether a text is a value of a custom field, and how the catalogue then keeps it. Pure. */
import type { FieldRule, FieldRules } from '../catalogue/custom-field.js';
import type { FieldChanges, ProductChange } from '../catalogue/product.js';
import { fold } from '../text/fold.js';
import { numberOf } from './field-text.js';
import { texts, type Said } from './texts.js';

export type Fitted = { value: string } | { problem: Said };

/** Words that people and files say for true and false, folded. */
const BOOLEANS: ReadonlyMap<string, 'true' | 'false'> = new Map([
  ...['true', 'yes', '1', 'بله', 'بلی', 'آره'].map((word) => [fold(word), 'true'] as const),
  ...['false', 'no', '0', 'خیر', 'نه', 'نخیر'].map((word) => [fold(word), 'false'] as const),
]);

/** Values in a message; a choice may have many more. */
const ALLOWED_SHOWN_MAX = 10;

/** A number as plain digits, a truth as `true` or `false`, a choice as its owner spelled it; any text where no rule is. */
export function fitValue(rule: FieldRule | undefined, text: string): Fitted {
  if (!rule) return { value: text };
  if (rule.retired) return { problem: texts.fieldRetired(rule.key) };
  switch (rule.type) {
    case 'text':
      return { value: text };
    case 'number': {
      const number = numberOf(text);
      return number === null ? { problem: texts.notNumber(text) } : { value: number };
    }
    case 'boolean': {
      const truth = BOOLEANS.get(fold(text));
      return truth === undefined ? { problem: texts.notBoolean(text) } : { value: truth };
    }
    case 'choice': {
      const folded = fold(text);
      const choice =
        rule.allowedValues.find((allowed) => allowed === text) ??
        rule.allowedValues.find((allowed) => fold(allowed) === folded);
      if (choice !== undefined) return { value: choice };
      return { problem: texts.notAllowed(text, rule.allowedValues.slice(0, ALLOWED_SHOWN_MAX)) };
    }
  }
}

/**
 * The new values of one product as the catalogue keeps them, or the first that does not fit. Fields that are cleared need
 * not fit, unless they are retired: a retired field stays as it is.
 */
export function fitChanges(
  after: FieldChanges,
  rules: FieldRules,
): { after: FieldChanges } | { field: string; problem: Said } {
  if (rules.size === 0) return { after };
  const fitted: FieldChanges = { ...after };
  for (const [field, value] of Object.entries(after)) {
    const rule = rules.get(field);
    if (!rule) continue;
    if (value === null) {
      if (rule.retired) return { field, problem: texts.fieldRetired(field) };
      continue;
    }
    const fit = fitValue(rule, String(value));
    if ('problem' in fit) return { field, problem: fit.problem };
    fitted[field] = fit.value;
  }
  return { after: fitted };
}

/**
 * A change as the catalogue keeps it; null when nothing is left of it: "12.0" in place of "12" is a change of text and none
 * of a number.
 */
export function fitChange(
  change: ProductChange,
  rules: FieldRules,
): { change: ProductChange | null } | { field: string; problem: Said } {
  if (!change.after) return { change };
  const fitted = fitChanges(change.after, rules);
  if ('problem' in fitted) return fitted;
  const { after } = fitted;
  const { op, before } = change;
  if (op !== 'update' || !before) return { change: { ...change, after } };
  const fields = Object.keys(after).filter((field) => after[field] !== before[field]);
  if (fields.length === 0) return { change: null };
  const only = (values: FieldChanges) =>
    Object.fromEntries(fields.map((field) => [field, values[field] ?? null]));
  return { change: { ...change, before: only(before), after: only(after) } };
}
