/** The plan of an `add`: one row that was nothing and becomes a product. */
import { flatten, withChanges } from '../catalogue/difference.js';
import type { ProductValues } from '../catalogue/product.js';
import type { Warning } from '../catalogue/task.js';
import { refuse, type PlanRefusal } from './refusal.js';
import type { PlanRules } from './rules.js';
import { seal, type Plan, type PlanInput } from './sealed-plan.js';
import { texts } from './texts.js';
import { keepKnown, valueChanger } from './values.js';

/** Digits of the new product's id that stand in for a sku nobody gave: random in UUID versions 4, 5 and 7. */
const SKU_ID_DIGITS = 10;

export function planAdd(
  { task, language, knownFields, fieldRules, takenSkus, newProductId }: PlanInput,
  rules: PlanRules,
): Plan | PlanRefusal {
  if (newProductId === undefined) throw new Error('planning an add takes the id of the new product');
  const { changes, warnings } = keepKnown(task.data, knownFields, language, fieldRules);
  const given = new Set(changes.map(({ field }) => field));
  if (!given.has('name')) return refuse('INVALID_VALUE', texts.nameMissing(), language);
  const blank: ProductValues = {
    sku: `P-${newProductId.replaceAll('-', '').slice(-SKU_ID_DIGITS).toUpperCase()}`,
    name: '(new)',
    price: '0.00',
    stock: 0,
    category: null,
    brand: null,
    fields: {},
  };
  const changed = valueChanger(changes, language, fieldRules)(blank);
  if (changed.kind === 'refusal') return changed;
  const values = withChanges(blank, changed.after);
  if (takenSkus?.has(values.sku)) return refuse('SKU_TAKEN', texts.skuTaken(values.sku), language);
  const assumed = (['sku', 'price', 'stock'] as const)
    .filter((field) => !given.has(field))
    .map((field): Warning => ({
      code: 'READING_ASSUMED',
      field,
      message: texts.valueAssumed(field, values[field])[language],
    }));
  const { sku, name } = values;
  const row = { productId: newProductId, sku, name, version: 0, before: null, after: flatten(values) };
  return seal([row], 1, [...warnings, ...changed.warnings, ...assumed], { rules, language });
}
