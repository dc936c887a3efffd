/**
 * The way back: a change set and the products as they are now → the plan that takes it back. What somebody
 * changed since is reported and left alone, field by field. The inverse of an inverse is made the same way.
 */
import { flatten } from '../catalogue/difference.js';
import { fieldOf, type FieldChanges, type Product, type ProductChange } from '../catalogue/product.js';
import type { Warning } from '../catalogue/task.js';
import type { Language, PlanRow } from '../events/draft.events.js';
import { DEFAULT_PLAN_RULES, type PlanRules } from './rules.js';
import { seal, type Plan } from './sealed-plan.js';
import { texts } from './texts.js';
import { bounded } from './warning-tally.js';

/** A product as it is now; a deleted one keeps its last values and version. */
export type CurrentProduct = Product & { deleted: boolean };

export interface InverseInput {
  /** Every change of the change set. */
  changes: readonly ProductChange[];
  /** The products those changes are about, deleted ones included. */
  current: readonly CurrentProduct[];
  /** Living product by sku, at least for the skus that the change set took away. */
  skuOwners: ReadonlyMap<string, string>;
  /** Of the prompt whose change is taken back. */
  language: Language;
  rules?: PlanRules;
}

/** One change taken back: what it needs, what stands in its way; neither when it is undone already. */
interface Inversion {
  row: PlanRow | null;
  conflicts: Warning[];
}

/**
 * Deletions first, so that a sku they free can be taken again by the rows after them; otherwise in the order of
 * the change set. Every conflict is a warning; the warnings are bounded, the last one says how many more.
 */
export function buildInverse(input: InverseInput): Plan {
  const { language, rules = DEFAULT_PLAN_RULES } = input;
  const current = new Map(input.current.map((product) => [product.productId, product]));
  const inversions = input.changes.map((change) => {
    const product = current.get(change.productId);
    if (!product) throw new Error(`product ${change.productId} of a change set is not in the read model`);
    return invert(change, product, language);
  });
  const conflicts = inversions.flatMap((inversion) => inversion.conflicts);
  const rows = inversions.flatMap(({ row }) => row ?? []);
  const { kept, blocked } = withoutTakenSkus(rows, input.skuOwners, language);
  const warnings = bounded([...conflicts, ...blocked], rules.warningsMax, language);
  const ordered = [...kept.filter((row) => row.after === null), ...kept.filter((row) => row.after !== null)];
  return seal(ordered, input.changes.length, warnings, { rules, language });
}

function invert(change: ProductChange, product: CurrentProduct, language: Language): Inversion {
  switch (change.op) {
    case 'add':
      return invertAdd(change, product, language);
    case 'delete':
      return invertDelete(change, product, language);
    case 'update':
      return invertUpdate(change, product, language);
  }
}

function invertAdd({ after }: ProductChange, product: CurrentProduct, language: Language): Inversion {
  if (product.deleted) return { row: null, conflicts: [] };
  const now = flatten(product);
  const changed = differingFields(now, after ?? {});
  if (changed.length > 0) return conflict(product, texts.changedSinceAdded(product, changed)[language]);
  return { row: { ...identity(product), before: now, after: null }, conflicts: [] };
}

function invertDelete({ before }: ProductChange, product: CurrentProduct, language: Language): Inversion {
  const values = before ?? {};
  if (!product.deleted) {
    const isBack = differingFields(flatten(product), values).length === 0;
    return isBack ? { row: null, conflicts: [] } : conflict(product, texts.addedAgain(product)[language]);
  }
  const { productId, version } = product;
  const row = {
    productId,
    version,
    sku: String(values['sku']),
    name: String(values['name']),
    before: null,
    after: values,
  };
  return { row, conflicts: [] };
}

function invertUpdate(change: ProductChange, product: CurrentProduct, language: Language): Inversion {
  if (product.deleted) return conflict(product, texts.deletedSince(product)[language]);
  const before: FieldChanges = {};
  const after: FieldChanges = {};
  const conflicts: Warning[] = [];
  for (const [field, written] of Object.entries(change.after ?? {})) {
    const now = fieldOf(product, field);
    const old = change.before?.[field] ?? null;
    if (now === old) continue;
    if (now === written) {
      before[field] = now;
      after[field] = old;
      continue;
    }
    const message = texts.fieldChangedSince(field, product.sku, now)[language];
    conflicts.push({ code: 'UNDO_CONFLICT', field, productId: product.productId, message });
  }
  const isEmpty = Object.keys(after).length === 0;
  return { row: isEmpty ? null : { ...identity(product), before, after }, conflicts };
}

/** Rows whose sku belongs to another product by now, or to an earlier row, cannot come back. */
function withoutTakenSkus(
  rows: readonly PlanRow[],
  skuOwners: ReadonlyMap<string, string>,
  language: Language,
): { kept: PlanRow[]; blocked: Warning[] } {
  const owners = new Map(skuOwners);
  for (const { before, after } of rows) {
    const freed = before?.['sku'];
    if (typeof freed === 'string' && after?.['sku'] !== freed) owners.delete(freed);
  }
  const blocked: Warning[] = [];
  const kept = rows.filter((row) => {
    const sku = row.after?.['sku'];
    if (typeof sku !== 'string') return true;
    const owner = owners.get(sku);
    owners.set(sku, owner ?? row.productId);
    if (owner === undefined || owner === row.productId) return true;
    const message = texts.skuTakenSince(sku, row.name)[language];
    blocked.push({ code: 'UNDO_CONFLICT', field: 'sku', productId: row.productId, message });
    return false;
  });
  return { kept, blocked };
}

function conflict(product: CurrentProduct, message: string): Inversion {
  return { row: null, conflicts: [{ code: 'UNDO_CONFLICT', productId: product.productId, message }] };
}

function differingFields(now: FieldChanges, then: FieldChanges): string[] {
  const fields = new Set([...Object.keys(now), ...Object.keys(then)]);
  return [...fields].filter((field) => (now[field] ?? null) !== (then[field] ?? null));
}

function identity({
  productId,
  sku,
  name,
  version,
}: Product): Pick<PlanRow, 'productId' | 'sku' | 'name' | 'version'> {
  return { productId, sku, name, version };
}
