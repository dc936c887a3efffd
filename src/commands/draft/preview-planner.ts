/**
 * What the write side needs to know of planning: a preview made against the catalogue as it is now. The
 * implementation reads products, which commands do not.
 */
import type { DraftError, DraftEvent, Language, PlanRow } from '../../events/draft.events.js';
import type { CommandContext } from '../stream-writer.js';
import type { Draft, Preview } from './draft.decider.js';
import type { ApprovalNeeded, ConfirmDraftInput } from './confirm-draft.js';

export type PreviewData = Extract<DraftEvent, { type: 'PreviewBuilt' }>['data'];

export interface PreviewPlanner {
  /** The draft's task (or inverse) planned again. Rows beyond the first chunk are frozen before it returns. */
  replan(draft: Draft, context: CommandContext): Promise<{ preview: PreviewData } | { error: DraftError }>;

  /** Whether a change set is so old that it is kept in archives only, and not to be taken back any more. */
  isArchived(changeSetId: string, workspaceId: string): Promise<boolean>;

  /** The inverse of a change set as the preview of draft `draftId`; fields changed since are warnings. */
  inverse(
    undo: { changeSetId: string; draftId: string; language: Language },
    context: CommandContext,
  ): Promise<PreviewData>;

  /**
   * The rows that will really be applied: sealed rows less the excluded, with edits checked by the same
   * rules as everything else. The error says which row or value was refused, or that they are not the rows which a second
   * person agreed to.
   */
  confirmedRows(
    preview: Preview,
    confirmation: Pick<ConfirmDraftInput, 'exclude' | 'editedPreview'>,
    draft: Pick<Draft, 'workspaceId' | 'language' | 'approval'>,
  ): Promise<{ rows: PlanRow[] } | { error: DraftError }>;

  /**
   * What the workspace's policies, as they are now, say of the rows that this confirmation would apply; null: nobody
   * else needs to agree. The error says which row or value was refused.
   */
  approvalOf(
    preview: Preview,
    confirmation: Pick<ConfirmDraftInput, 'exclude' | 'editedPreview'>,
    draft: Pick<Draft, 'workspaceId' | 'language'>,
  ): Promise<{ approval: ApprovalNeeded | null } | { error: DraftError }>;

  /**
   * Whether a confirmed change that has waited, for its time or for a second person, may still be applied by the rules
   * and policies of now; null: it may. Versions are compared by whoever applies it.
   */
  recheck(
    preview: Preview,
    confirmation: Pick<ConfirmDraftInput, 'exclude' | 'editedPreview'>,
    draft: Pick<Draft, 'workspaceId' | 'language' | 'approval' | 'undoOf'>,
  ): Promise<DraftError | null>;
}

export const PREVIEW_PLANNER = Symbol('PreviewPlanner');
