/** What a plan is made from and what it is, and the sealing that every kind of plan ends in. */
import type { FieldRules } from '../catalogue/custom-field.js';
import type { ApprovalReason } from '../catalogue/policy.js';
import type { Product } from '../catalogue/product.js';
import type { Task, Warning } from '../catalogue/task.js';
import type { Language, PlanRow, PlanSummary, Requirement } from '../events/draft.events.js';
import { planHash } from './plan-hash.js';
import { approvalReasons } from './policies.js';
import type { PlanRules } from './rules.js';
import type { KnownFields } from './values.js';

export interface Plan {
  kind: 'plan';
  /** In the task's order (by sku where it names none). `get`: the asked values in `before`, `after` null. */
  rows: PlanRow[];
  summary: PlanSummary;
  /** Over the rows, see plan-hash.ts. */
  hash: string;
  warnings: Warning[];
  /** Empty when there is nothing to confirm: a `get`, or every row already is as asked. */
  requires: Requirement[];
  /** Why `requires` names `approval`; empty when it does not. */
  approvalReasons: ApprovalReason[];
}

export interface PlanInput {
  task: Task;
  /** Of the prompt: what warnings and refusals are written in. */
  language: Language;
  /** Products the filter found. Others among them are left out again: the plan never trusts its caller here. */
  products: readonly Product[];
  /** Keys of the workspace's custom fields. */
  knownFields: KnownFields;
  /** What those fields take. */
  fieldRules?: FieldRules;
  rules?: PlanRules;
  /** Living products in the whole catalogue, when known: a filter that finds all of them is remarked on. */
  catalogueProducts?: number;
  /** Skus of other products among those the task sets. */
  takenSkus?: ReadonlySet<string>;
  /** Id of the product that an `add` makes; the caller derives it, so that planning again finds the same. */
  newProductId?: string;
}

/** Hash, summary and requirements over rows that will change. */
export function seal(
  rows: PlanRow[],
  matched: number,
  warnings: Warning[],
  { rules, language }: { rules: PlanRules; language: Language },
): Plan {
  const requires: Requirement[] = rows.length > 0 ? ['confirmation'] : [];
  if (rows.length > 0 && matched > rules.secondConfirmationRows) requires.push('second_confirmation');
  const reasons = approvalReasons(rows, rules.policies, language);
  if (reasons.length > 0) requires.push('approval');
  const summary = { matched, changed: rows.length, unchanged: matched - rows.length };
  return {
    kind: 'plan',
    rows,
    summary,
    hash: planHash(rows),
    warnings: warnings.slice(0, rules.warningsMax),
    requires,
    approvalReasons: reasons,
  };
}
