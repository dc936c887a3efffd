/** Every refusal of every command that people send, as a problem. A code without a case does not compile. */
import type { ChangeProductsRefusal } from '../../commands/catalogue/change-products.js';
import type { EditProductRefusal } from '../../commands/catalogue/edit-product.js';
import type { AnswerClarificationRefusal } from '../../commands/draft/answer-clarification.js';
import type { ConfirmRefusal } from '../../commands/draft/draft.handlers.js';
import type { CancelDraftRefusal } from '../../commands/draft/end-draft.js';
import type { RetryTranscriptionRefusal } from '../../commands/draft/transcribe-draft.js';
import type { UndoDraftRefusal } from '../../commands/draft/undo-draft.js';
import type { DefineCustomFieldsRefusal } from '../../commands/workspace/workspace.decider.js';
import { Problem } from './problem.js';

export type Refusal =
  | AnswerClarificationRefusal
  | CancelDraftRefusal
  | ConfirmRefusal
  | RetryTranscriptionRefusal
  | UndoDraftRefusal
  | EditProductRefusal
  | ChangeProductsRefusal
  | DefineCustomFieldsRefusal;

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
          'The rows or their values are no longer the ones you saw. Look at the new preview and confirm that.',
        extensions: { planHash: refusal.planHash },
      });
    case 'SECOND_CONFIRMATION_REQUIRED':
      return new Problem(code, {
        detail: `${refusal.rows} rows match. Confirm again with "secondConfirmation": true if you mean all of them.`,
        extensions: { rows: refusal.rows },
      });
    case 'NOTHING_TO_CHANGE':
      return new Problem(code, { detail: 'No row is left that this confirmation would change.' });
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
    case 'WORKSPACE_NOT_FOUND':
      return new Problem(code, { detail: 'The workspace of this key does not exist.' });
  }
}

function wrongStatus(
  code:
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
