/** Plans a draft against the catalogue as it is now, and seals what came out. */
import type { Draft, Preview } from '../../commands/draft/draft.decider.js';
import type { ApprovalNeeded, ConfirmDraftInput } from '../../commands/draft/confirm-draft.js';
import type { PreviewData, PreviewPlanner } from '../../commands/draft/preview-planner.js';
import type { CommandContext, StreamWriter } from '../../commands/stream-writer.js';
import type { Task, Warning } from '../../catalogue/task.js';
import type { DraftError, Language, PlanRow } from '../../events/draft.events.js';
import { derivedId } from '../../events/event-ids.js';
import type { EventStore } from '../../event-store/event-store.js';
import { applyConfirmation } from '../../planning/confirmation.js';
import { fitChanges } from '../../planning/field-rules.js';
import { buildInverse } from '../../planning/inverse.js';
import { planHash } from '../../planning/plan-hash.js';
import { buildPlan, type Plan } from '../../planning/plan.js';
import { approvalReasons, asksNobody } from '../../planning/policies.js';
import type { PlanRefusal } from '../../planning/refusal.js';
import type { PlanRules } from '../../planning/rules.js';
import { texts as planTexts } from '../../planning/texts.js';
import { draftError, texts } from '../texts.js';
import { freezeRows, frozenRows } from './plan-rows.js';
import type { PlanningReads } from './planning-reads.js';
import { differenceOf } from './two-plans.js';

export interface PlannerPorts {
  reads: PlanningReads;
  writer: StreamWriter;
  store: EventStore;
  rules: PlanRules;
  previewTtlMs: number;
  now(): Date;
}

export class Planner implements PreviewPlanner {
  constructor(private readonly ports: PlannerPorts) {}

  /** The plan of a task, not yet frozen. */
  async plan(
    task: Task,
    { draftId, workspaceId, language }: Pick<Draft, 'draftId' | 'workspaceId' | 'language'>,
  ): Promise<{ plan: Plan; catalogueRevision: number } | PlanRefusal> {
    const { reads, rules } = this.ports;
    const skus = task.data.flatMap((change) =>
      change.field === 'sku' && 'value' in change ? [change.value] : [],
    );
    const [matched, { knownFields, fieldRules, policies }, owners] = await Promise.all([
      reads.matches(workspaceId, task, rules.rowsMax),
      reads.settings(workspaceId),
      reads.skuOwners(workspaceId, skus),
    ]);
    const plan = buildPlan({
      task,
      language,
      products: matched.products,
      catalogueProducts: matched.catalogueProducts,
      knownFields,
      fieldRules,
      rules: { ...rules, policies },
      takenSkus: new Set(owners.keys()),
      newProductId: derivedId('product-of', draftId),
    });
    return plan.kind === 'refusal' ? plan : { plan, catalogueRevision: matched.catalogueRevision };
  }

  /**
   * Freezes the plan of a draft's task as its preview, with the remarks of its reading, and a warning where a second
   * reading of the same words comes to another plan.
   */
  async preview(
    planned: { plan: Plan; catalogueRevision: number },
    draft: Draft,
    context: CommandContext,
  ): Promise<PreviewData> {
    const remarks = [...(draft.reading?.warnings ?? []), ...(await this.secondReading(planned.plan, draft))];
    return this.seal(planned, draft, remarks, context);
  }

  private async secondReading(plan: Plan, draft: Draft): Promise<Warning[]> {
    const { task, explanation, reading, language } = draft;
    const alternative = reading?.alternative;
    if (!task || !alternative) return [];
    const other = await this.plan(alternative.task, draft);
    const difference = differenceOf(
      { task, explanation: explanation ?? '', plan },
      { ...alternative, plan: 'kind' in other ? other : other.plan },
      language,
    );
    return difference ? [difference] : [];
  }

  /** Freezes a plan as a draft's preview. `remarks` go before the plan's own warnings. */
  async seal(
    { plan, catalogueRevision }: { plan: Plan; catalogueRevision: number },
    { draftId }: Pick<Draft, 'draftId'>,
    remarks: readonly Warning[],
    context: CommandContext,
  ): Promise<PreviewData> {
    const { hash, rows, summary, requires, approvalReasons: reasons } = plan;
    const frozen = await freezeRows(this.ports.writer, { draftId, hash, rows }, context);
    const now = this.ports.now();
    return {
      planHash: hash,
      catalogueRevision,
      summary,
      ...frozen,
      warnings: [...remarks, ...plan.warnings],
      requires,
      ...(reasons.length > 0 && { approvalReasons: reasons }),
      builtAt: now.toISOString(),
      expiresAt: new Date(now.getTime() + this.ports.previewTtlMs).toISOString(),
    };
  }

  async replan(
    draft: Draft,
    context: CommandContext,
  ): Promise<{ preview: PreviewData } | { error: DraftError }> {
    const { draftId, task, undoOf, language } = draft;
    if (undoOf) {
      const { changeSetId } = undoOf;
      return { preview: await this.inverse({ changeSetId, draftId, language }, context) };
    }
    if (!task) throw new Error(`draft ${draftId} has neither a task nor a change set to take back`);
    const planned = await this.plan(task, draft);
    if ('kind' in planned) return { error: { code: planned.code, message: planned.message } };
    return { preview: await this.preview(planned, draft, context) };
  }

  isArchived(changeSetId: string, workspaceId: string): Promise<boolean> {
    return this.ports.reads.isArchived(workspaceId, changeSetId);
  }

  async inverse(
    { changeSetId, draftId, language }: { changeSetId: string; draftId: string; language: Language },
    context: CommandContext,
  ): Promise<PreviewData> {
    const { reads, rules } = this.ports;
    const [{ changes, current, catalogueRevision }, { policies }] = await Promise.all([
      reads.changeSet(context.workspaceId, changeSetId),
      reads.settings(context.workspaceId),
    ]);
    const skus = changes.flatMap(({ before }) =>
      typeof before?.['sku'] === 'string' ? [before['sku']] : [],
    );
    const skuOwners = await reads.skuOwners(context.workspaceId, skus);
    const plan = buildInverse({
      changes,
      current,
      skuOwners,
      language,
      rules: { ...rules, policies },
    });
    return this.seal({ plan, catalogueRevision }, { draftId }, [], context);
  }

  async confirmedRows(
    preview: Preview,
    confirmation: Pick<ConfirmDraftInput, 'exclude' | 'editedPreview'>,
    draft: Pick<Draft, 'workspaceId' | 'language' | 'approval'>,
  ): Promise<{ rows: PlanRow[] } | { error: DraftError }> {
    const confirmed = await this.withWishes(preview, confirmation, draft);
    // What a second person agreed to is what is applied, or nothing is.
    if ('rows' in confirmed && draft.approval && planHash(confirmed.rows) !== draft.approval.planHash)
      return { error: draftError('PLAN_SEAL_BROKEN', texts.sealBroken(), draft.language) };
    return confirmed;
  }

  /** The sealed rows less the excluded, with the edits in place. */
  private async withWishes(
    preview: Preview,
    { exclude, editedPreview }: Pick<ConfirmDraftInput, 'exclude' | 'editedPreview'>,
    { workspaceId, language }: Pick<Draft, 'workspaceId' | 'language'>,
  ): Promise<{ rows: PlanRow[] } | { error: DraftError }> {
    const rows = await frozenRows(this.ports.store, workspaceId, preview);
    // The seal is what was confirmed. Rows that do not match it were not, whatever the reason.
    if (planHash(rows) !== preview.planHash)
      return { error: draftError('PLAN_SEAL_BROKEN', texts.sealBroken(), language) };
    if (exclude.length === 0 && editedPreview.length === 0) return { rows };
    const skus = editedPreview.flatMap(({ after }) =>
      typeof after['sku'] === 'string' ? [after['sku']] : [],
    );
    const [owners, { knownFields, fieldRules }] = await Promise.all([
      this.ports.reads.skuOwners(workspaceId, skus),
      this.ports.reads.settings(workspaceId),
    ]);
    const confirmed = applyConfirmation({
      rows,
      exclude,
      edits: editedPreview,
      language,
      knownFields,
      fieldRules,
      takenSkus: new Set(owners.keys()),
    });
    if (confirmed.kind === 'refusal') return { error: { code: confirmed.code, message: confirmed.message } };
    return { rows: confirmed.rows };
  }

  async approvalOf(
    preview: Preview,
    confirmation: Pick<ConfirmDraftInput, 'exclude' | 'editedPreview'>,
    draft: Pick<Draft, 'workspaceId' | 'language'>,
  ): Promise<{ approval: ApprovalNeeded | null } | { error: DraftError }> {
    const { policies } = await this.ports.reads.settings(draft.workspaceId);
    const { exclude, editedPreview } = confirmation;
    // Without policies and without wishes of the user's, there is nothing about the rows to be found out.
    if (asksNobody(policies) && exclude.length === 0 && editedPreview.length === 0) return { approval: null };
    const checked = await this.withWishes(preview, confirmation, draft);
    if ('error' in checked) return checked;
    const reasons = approvalReasons(checked.rows, policies, draft.language);
    if (reasons.length === 0) return { approval: null };
    return { approval: { reasons, planHash: planHash(checked.rows) } };
  }

  async recheck(
    preview: Preview,
    confirmation: Pick<ConfirmDraftInput, 'exclude' | 'editedPreview'>,
    draft: Pick<Draft, 'workspaceId' | 'language' | 'approval' | 'undoOf'>,
  ): Promise<DraftError | null> {
    const { workspaceId, language, approval, undoOf } = draft;
    const checked = await this.confirmedRows(preview, confirmation, draft);
    if ('error' in checked) return checked.error;
    const { fieldRules, policies } = await this.ports.reads.settings(workspaceId);
    // Taking back brings old values back as they were, whatever a field takes today.
    for (const { sku, after } of undoOf ? [] : checked.rows) {
      const fitted = after ? fitChanges(after, fieldRules) : null;
      if (fitted && 'problem' in fitted)
        return draftError('INVALID_VALUE', planTexts.valueOfRow(fitted.field, sku, fitted.problem), language);
    }
    const reasons = approval ? [] : approvalReasons(checked.rows, policies, language);
    if (reasons.length === 0) return null;
    return { code: 'APPROVAL_REQUIRED', message: reasons.map(({ message }) => message).join(' ') };
  }
}
