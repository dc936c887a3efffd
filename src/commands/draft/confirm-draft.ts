/** Confirm a preview: the promise to apply exactly these rows and no others. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { FieldChanges } from '../../catalogue/product.js';
import type { ApprovalReason } from '../../catalogue/policy.js';
import { PlanHash, type ApprovalRequest, type DraftEvent, type Schedule } from '../../events/draft.events.js';
import { accept, refuse, type Decision } from '../decision.js';
import type { Confirmation, DraftNotFound, DraftState, DraftStatus } from './draft.decider.js';
import { scheduled, ScheduleInput, type ScheduleRefusal } from './schedule.js';

export const EXCLUDED_ROWS_MAX = 10_000;
export const EDITED_ROWS_MAX = 10_000;

export const ConfirmDraftInput = z.strictObject({
  planHash: PlanHash,
  exclude: z.array(z.uuid()).max(EXCLUDED_ROWS_MAX).default([]),
  editedPreview: z
    .array(z.strictObject({ productId: z.uuid(), after: FieldChanges }))
    .max(EDITED_ROWS_MAX)
    .default([]),
  secondConfirmation: z.literal(true).optional(),
  /** When; absent: at once. */
  schedule: ScheduleInput.optional(),
});
export type ConfirmDraftInput = z.infer<typeof ConfirmDraftInput>;

/** What the policies say of the rows that this confirmation would apply. */
export interface ApprovalNeeded {
  reasons: ApprovalReason[];
  /** Over those rows. */
  planHash: string;
}

export interface ConfirmDraft extends ConfirmDraftInput {
  userId: string;
  /**
   * By the policies, for the preview of this hash; null: nobody else needs to agree. `unjudged`: there was no such preview
   * when the policies were asked, and one that has come about since is not confirmed past them.
   */
  approval: ApprovalNeeded | null | 'unjudged';
  /** How long a second person is waited for. */
  approvalTtlMs: number;
}

export type ConfirmDraftRefusal =
  | DraftNotFound
  | { code: 'DRAFT_NOT_IN_PREVIEW'; status: DraftStatus }
  | { code: 'PLAN_CHANGED'; planHash: string }
  | { code: 'SECOND_CONFIRMATION_REQUIRED'; rows: number }
  | { code: 'NOTHING_TO_CHANGE' }
  | ScheduleRefusal;

/**
 * The rows named in `exclude` and `editedPreview` were checked against the sealed rows by the caller. A
 * repeat of the accepted confirmation is accepted again without an event, in any later status but `cancelled`.
 */
export function confirmDraft(
  command: ConfirmDraft,
  draft: DraftState,
  now: string,
): Decision<DraftEvent, ConfirmDraftRefusal> {
  if (draft.status === 'absent') return refuse({ code: 'DRAFT_NOT_FOUND' });
  if (draft.confirmation && repeats(command, draft.confirmation) && draft.status !== 'cancelled')
    return accept();
  if (draft.status !== 'preview' || !draft.preview)
    return refuse({ code: 'DRAFT_NOT_IN_PREVIEW', status: draft.status });
  const { preview } = draft;
  if (draft.expiresAt !== null && draft.expiresAt <= now)
    return refuse({ code: 'DRAFT_NOT_IN_PREVIEW', status: 'expired' });
  // Confirming what was seen, not what is there now, is the promise the whole flow rests on.
  if (preview.planHash !== command.planHash || command.approval === 'unjudged')
    return refuse({ code: 'PLAN_CHANGED', planHash: preview.planHash });
  if (preview.requires.includes('second_confirmation') && !command.secondConfirmation)
    return refuse({ code: 'SECOND_CONFIRMATION_REQUIRED', rows: preview.summary.matched });
  if (preview.summary.changed <= new Set(command.exclude).size) return refuse({ code: 'NOTHING_TO_CHANGE' });
  const asked = command.schedule ? scheduled(command.schedule, now) : null;
  if (asked && !asked.accepted) return asked;
  const schedule = asked?.schedule;
  return accept({
    type: 'Confirmed',
    data: {
      planHash: command.planHash,
      exclude: command.exclude,
      edits: command.editedPreview,
      ...(command.approval && {
        approval: requestOf(command.approval, command.approvalTtlMs, schedule, now),
      }),
      ...(schedule && { schedule }),
      confirmedBy: command.userId,
      confirmedAt: now,
    },
  });
}

/** A change that was to happen at a time does not happen later because somebody agreed late. */
function requestOf(
  { reasons, planHash }: ApprovalNeeded,
  ttlMs: number,
  schedule: Schedule | undefined,
  now: string,
): ApprovalRequest {
  const latest = new Date(Date.parse(now) + ttlMs).toISOString();
  return { reasons, planHash, expiresAt: schedule && schedule.runAt < latest ? schedule.runAt : latest };
}

/** By content: neither a client nor a store's JSON keeps the order of keys, and that of rows means nothing. */
function repeats(command: ConfirmDraftInput, confirmation: Confirmation): boolean {
  const { planHash, exclude, editedPreview, schedule } = command;
  return isDeepStrictEqual(
    { planHash, exclude: new Set(exclude), edits: byProduct(editedPreview), ...wallTime(schedule) },
    {
      planHash: confirmation.planHash,
      exclude: new Set(confirmation.exclude),
      edits: byProduct(confirmation.edits),
      ...wallTime(confirmation.schedule),
    },
  );
}

const wallTime = (schedule: ScheduleInput | null | undefined) => ({ at: schedule?.at, zone: schedule?.zone });

const byProduct = (edits: Confirmation['edits']) =>
  new Map(edits.map(({ productId, after }) => [productId, { ...after }]));
