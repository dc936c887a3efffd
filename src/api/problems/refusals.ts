/** Every refusal of every command that people send, as a problem. A code without a case does not compile. */
import type { ChangeProductsRefusal } from '../../commands/catalogue/change-products.js';
import type { EditProductRefusal } from '../../commands/catalogue/edit-product.js';
import type { AnswerClarificationRefusal } from '../../commands/draft/answer-clarification.js';
import type { ConfirmRefusal } from '../../commands/draft/draft.handlers.js';
import type { CancelDraftRefusal } from '../../commands/draft/end-draft.js';
import type { RetryTranscriptionRefusal } from '../../commands/draft/transcribe-draft.js';
import type { ApproveDraftRefusal, RejectDraftRefusal } from '../../commands/draft/approve-draft.js';
import type { RescheduleDraftRefusal } from '../../commands/draft/reschedule-draft.js';
import { SCHEDULE_DAYS_MAX, type ScheduleRefusal } from '../../commands/draft/schedule.js';
import type { UndoDraftRefusal } from '../../commands/draft/undo-draft.js';
import type { SetPoliciesRefusal } from '../../commands/workspace/set-policies.js';
import type { RetireFieldRefusal, SpecifyFieldRefusal } from '../../commands/workspace/specify-field.js';
import type { DefineCustomFieldsRefusal } from '../../commands/workspace/workspace.decider.js';
import type { EraseUserDataRefusal } from '../../commands/workspace/erase-user-data.js';
import { Problem } from './problem.js';

export type Refusal =
  | EraseUserDataRefusal
  | AnswerClarificationRefusal
  | CancelDraftRefusal
  | ConfirmRefusal
  | RetryTranscriptionRefusal
  | UndoDraftRefusal
  | EditProductRefusal
  | ChangeProductsRefusal
  | DefineCustomFieldsRefusal
  | ApproveDraftRefusal
  | RejectDraftRefusal
  | RescheduleDraftRefusal
  | SetPoliciesRefusal
  | SpecifyFieldRefusal
  | RetireFieldRefusal;

export function refusalProblem(refusal: Refusal): Problem {
  const { code } = refusal;
  switch (code) {
    case 'DRAFT_NOT_FOUND':
      return new Problem(code, { detail: 'This workspace has no draft with this id.' });
    case 'DRAFT_NOT_IN_PREVIEW':
      return wrongStatus(code, refusal.status, ['preview'], 'Only a draft in preview can be confirmed');
    case 'DRAFT_NOT_IN_CLARIFY':
      return wrongStatus(
        code,
        refusal.status,
        ['clarify'],
        'Only a draft that asked something takes an answer',
      );
    case 'DRAFT_NOT_CANCELLABLE': {
      const open = ['pending', 'parsing', 'clarify', 'preview', 'confirmed', 'queued'];
      return wrongStatus(code, refusal.status, open, 'A draft can be cancelled until its execution starts');
    }
    case 'DRAFT_NOT_EXECUTED':
      return wrongStatus(code, refusal.status, ['done'], 'Only a draft that changed products can be undone');
    case 'CHANGE_SET_ARCHIVED':
      return new Problem(code, {
        detail:
          'The change was made so long ago that it is in an archive. Say what should be changed now instead.',
      });
    case 'DRAFT_NOT_RETRIABLE':
      return wrongStatus(
        code,
        refusal.status,
        ['failed'],
        'Only a draft whose recording could not be transcribed can be tried again',
      );
    case 'AUDIO_GONE':
      return new Problem(code, {
        detail: 'The recording was deleted. Record the request again, or type it.',
      });
    case 'PLAN_CHANGED':
      return new Problem(code, {
        detail:
          'The rows or their values are no longer the ones you saw. Look at the draft again and name what it shows.',
        extensions: { planHash: refusal.planHash },
      });
    case 'SECOND_CONFIRMATION_REQUIRED':
      return new Problem(code, {
        detail: `${refusal.rows} rows match. Confirm again with "secondConfirmation": true if you mean all of them.`,
        extensions: { rows: refusal.rows },
      });
    case 'NOTHING_TO_CHANGE':
      return new Problem(code, { detail: 'No row is left that this confirmation would change.' });
    case 'DRAFT_NOT_AWAITING_APPROVAL':
      return wrongStatus(
        code,
        refusal.status,
        ['confirmed'],
        'Only a confirmed draft that waits for a second person can be approved or rejected',
      );
    case 'APPROVAL_BY_ANOTHER_REQUIRED':
      return new Problem(code, {
        detail: 'You asked for this change or confirmed it. Somebody else must approve or reject it.',
      });
    case 'APPROVAL_REQUIRED':
      return new Problem(code, {
        detail: `${refusal.reasons.map(({ message }) => message).join(' ')} Ask for the change by a draft instead.`,
        extensions: { reasons: refusal.reasons },
      });
    case 'SCHEDULE_INVALID':
      return new Problem(code, {
        detail: SCHEDULE_PROBLEMS[refusal.reason],
        extensions: { reason: refusal.reason },
      });
    case 'SCHEDULE_IS_APPROVED':
      return new Problem(code, { detail: 'Cancel the draft and ask for it again at the other time.' });
    case 'DRAFT_NOT_SCHEDULED':
      return wrongStatus(
        code,
        refusal.status,
        ['confirmed'],
        'Only a confirmed draft that waits for its time can get another',
      );
    case 'INVALID_VALUE':
      return new Problem(code, { detail: `${refusal.message}.`, extensions: { field: refusal.field } });
    case 'FIELD_UNKNOWN':
      return new Problem(code, {
        detail: `This workspace has no field “${refusal.field}”.`,
        extensions: { field: refusal.field },
      });
    case 'FIELD_NOT_FOUND':
      return new Problem(code, { detail: 'This workspace has no custom field with this key.' });
    case 'CONFIRMATION_INVALID':
      return new Problem(code, { detail: refusal.message });
    case 'PRODUCT_NOT_FOUND':
      return new Problem(code, { detail: 'This workspace has no product with this id.' });
    case 'PRODUCT_VERSION_MOVED':
      return versionMoved(refusal.currentVersion);
    case 'VERSION_MISMATCH': {
      // A change by hand touches one product: somebody else's change came between reading and writing.
      const [mismatch] = refusal.mismatches;
      if (mismatch?.actualVersion == null)
        return new Problem('PRODUCT_NOT_FOUND', { detail: 'The product was deleted meanwhile.' });
      return versionMoved(mismatch.actualVersion);
    }
    case 'SKU_TAKEN':
      return new Problem(code, {
        detail: `Sku ${refusal.sku} belongs to another product.`,
        extensions: { sku: refusal.sku, productId: refusal.productId },
      });
    case 'TOO_MANY_CUSTOM_FIELDS':
      return new Problem(code, {
        detail: `A workspace has at most ${refusal.limit} custom fields.`,
        extensions: { limit: refusal.limit },
      });
    case 'MEMBER_NOT_FOUND':
      return new Problem(code, { detail: 'Nobody with this id is or was a member of this workspace.' });
    case 'WORKSPACE_NOT_FOUND':
      return new Problem(code, { detail: 'The workspace of this key does not exist.' });
  }
}

const SCHEDULE_PROBLEMS: Readonly<Record<ScheduleRefusal['reason'], string>> = {
  no_such_time: 'There is no such day or time.',
  zone_unknown: 'There is no such time zone. Use an IANA name, such as Asia/Tehran.',
  time_skipped: 'Clocks there skip this time on that day. Choose another.',
  past: 'This time has passed.',
  too_far: `This time is more than ${SCHEDULE_DAYS_MAX} days ahead.`,
};

function wrongStatus(
  code:
    | 'DRAFT_NOT_AWAITING_APPROVAL'
    | 'DRAFT_NOT_SCHEDULED'
    | 'DRAFT_NOT_IN_PREVIEW'
    | 'DRAFT_NOT_IN_CLARIFY'
    | 'DRAFT_NOT_CANCELLABLE'
    | 'DRAFT_NOT_EXECUTED'
    | 'DRAFT_NOT_RETRIABLE',
  currentStatus: string,
  allowedStatuses: string[],
  rule: string,
): Problem {
  return new Problem(code, {
    detail: `${rule}; this one is ${currentStatus}.`,
    extensions: { currentStatus, allowedStatuses },
  });
}

function versionMoved(currentVersion: number): Problem {
  return new Problem('PRODUCT_VERSION_MOVED', {
    detail: `The product is at version ${currentVersion} now. Read it again and repeat the change.`,
    extensions: { currentVersion },
    headers: { etag: `"${currentVersion}"` },
  });
}
