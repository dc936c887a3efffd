/**
 * Whether a change needs a second person, by the workspace's policies. Each policy is judged by itself over all rows, so
 * a change needs approval when any one asks for it, whatever the others and their order. Pure; prices are exact.
 */
import type { ApprovalPolicies, ApprovalReason } from '../catalogue/policy.js';
import type { FieldChanges } from '../catalogue/product.js';
import type { Language } from '../events/draft.events.js';
import { texts } from './texts.js';
import { Decimal } from './values.js';

/** What of a row the policies look at; `before` null: added, `after` null: deleted. */
export interface ChangedRow {
  before: FieldChanges | null;
  after: FieldChanges | null;
}

const PERCENT_DECIMALS_SHOWN = 2;

/** Counts what the policies ask about, row by row: an import is judged as a whole and never held as one. */
export class PolicyTally {
  private rows = 0;
  private deleted = 0;
  private moved = 0;
  /** Null: from 0, which is further than any percentage; undefined: none has moved too far. */
  private furthest: Decimal | null | undefined;
  private readonly byField = new Map<string, number>();

  constructor(private readonly policies: ApprovalPolicies) {}

  /** Takes a row that will be applied. */
  add({ before, after }: ChangedRow): void {
    this.rows += 1;
    if (after === null) {
      this.deleted += 1;
      return;
    }
    this.addPrice(before?.['price'], after['price']);
    for (const field of this.policies.fields)
      if (isTouched(field, before, after)) this.byField.set(field, (this.byField.get(field) ?? 0) + 1);
  }

  private addPrice(from: unknown, to: unknown): void {
    const { pricePercentAbove: limit } = this.policies;
    if (limit === null || typeof from !== 'string' || typeof to !== 'string' || from === to) return;
    const [old, moved] = [new Decimal(from), new Decimal(to).minus(from).abs()];
    // Multiplied, not divided: no rounding decides whether somebody is asked.
    if (moved.isZero() || moved.times(100).lte(old.times(limit))) return;
    this.moved += 1;
    if (old.isZero()) this.furthest = null;
    else if (this.furthest !== null)
      this.furthest = Decimal.max(moved.times(100).div(old), this.furthest ?? 0);
  }

  /** Empty: nobody else needs to agree. In the order rows, price, delete, fields. */
  reasons(language: Language): ApprovalReason[] {
    const { rowsAbove, pricePercentAbove, deletes } = this.policies;
    const reasons: ApprovalReason[] = [];
    if (rowsAbove !== null && this.rows > rowsAbove)
      reasons.push({
        policy: 'rows',
        limit: rowsAbove,
        rows: this.rows,
        message: texts.rowsNeedApproval(this.rows, rowsAbove)[language],
      });
    if (pricePercentAbove !== null && this.furthest !== undefined) {
      const percent =
        this.furthest?.toDecimalPlaces(PERCENT_DECIMALS_SHOWN, Decimal.ROUND_UP).toFixed() ?? null;
      const message = texts.priceNeedsApproval(this.moved, percent, pricePercentAbove)[language];
      reasons.push({ policy: 'price_percent', limit: pricePercentAbove, rows: this.moved, percent, message });
    }
    if (deletes && this.deleted > 0)
      reasons.push({
        policy: 'delete',
        limit: null,
        rows: this.deleted,
        message: texts.deleteNeedsApproval(this.deleted)[language],
      });
    for (const [field, rows] of this.byField)
      reasons.push({
        policy: 'field',
        limit: null,
        rows,
        field,
        message: texts.fieldNeedsApproval(field, rows)[language],
      });
    return reasons;
  }
}

/** An added product is touched where it gets a value: otherwise deleting and adding again would go around the policy. */
function isTouched(field: string, before: FieldChanges | null, after: FieldChanges): boolean {
  if (!Object.hasOwn(after, field)) return false;
  return (after[field] ?? null) !== (before?.[field] ?? null);
}

export function approvalReasons(
  rows: Iterable<ChangedRow>,
  policies: ApprovalPolicies,
  language: Language,
): ApprovalReason[] {
  if (asksNobody(policies)) return [];
  const tally = new PolicyTally(policies);
  for (const row of rows) tally.add(row);
  return tally.reasons(language);
}

export const asksNobody = ({ rowsAbove, pricePercentAbove, deletes, fields }: ApprovalPolicies): boolean =>
  rowsAbove === null && pricePercentAbove === null && !deletes && fields.length === 0;
