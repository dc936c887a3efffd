/** The few facts of an event that the audit trail shows beside it. No prompt text: the event has it. Pure. */
import type { DomainEvent } from '../../events/registry.js';

export function auditFacts(event: DomainEvent): Record<string, unknown> {
  switch (event.type) {
    case 'DraftCreated':
      return { undoOf: event.data.undoOf };
    case 'ModelsAsked': {
      const { attempts, degraded = null, promptVersion } = event.data;
      const asked = attempts.map(({ model, outcome, cost }) => ({ model, outcome, cost }));
      return { promptVersion, attempts: asked, degraded };
    }
    case 'Transcribed':
      return { model: event.data.model, seconds: event.data.seconds };
    case 'AudioDeleted':
      return { fileId: event.data.fileId };
    case 'Parsed':
      return { action: event.data.task.action, interpreter: event.data.interpreter };
    case 'PreviewBuilt':
    case 'Answered':
      return { planHash: event.data.planHash, summary: event.data.summary };
    case 'Confirmed': {
      const { planHash, exclude, edits, approval, schedule = null } = event.data;
      const asked = approval?.reasons.map(({ policy, field }) => field ?? policy) ?? [];
      return { planHash, excluded: exclude.length, edited: edits.length, approvalAsked: asked, schedule };
    }
    case 'Approved':
      return { planHash: event.data.planHash, runAt: event.data.runAt };
    case 'Rescheduled':
      return { schedule: event.data.schedule };
    case 'ExecutionStarted':
      return { changeSetId: event.data.changeSetId };
    case 'Executed': {
      const { changeSetId, changed, catalogueRevision } = event.data;
      return { changeSetId, changed, catalogueRevision };
    }
    case 'Failed':
    case 'TranscriptionFailed':
    case 'ImportFailed':
      return { code: event.data.error.code };
    case 'Undone':
    case 'Reinstated':
      return { changeSetId: event.data.changeSetId, byDraftId: event.data.byDraftId };
    case 'ProductsChanged': {
      const { changeSetId, origin, chunk, chunks, changes, total } = event.data;
      return { changeSetId, origin, chunk, chunks, changes: changes.length, total };
    }
    case 'ImportRequested':
      return { format: event.data.format, bytes: event.data.bytes };
    case 'ImportCompleted': {
      const { added, updated, unchanged, rejectedCount } = event.data;
      return { added, updated, unchanged, rejectedCount };
    }
    case 'WorkspaceCreated':
      return { name: event.data.name, ownerId: event.data.ownerId };
    case 'MemberAdded':
    case 'MemberRoleChanged':
      return { memberId: event.data.userId, role: event.data.role };
    case 'MemberRemoved':
      return { memberId: event.data.userId };
    case 'MemberInvited':
      return { invitationId: event.data.invitationId, role: event.data.role };
    case 'InvitationRevoked':
      return { invitationId: event.data.invitationId };
    case 'CustomFieldsDefined':
      return { keys: event.data.keys };
    case 'CustomFieldSpecified': {
      const { key, name, type, allowedValues } = event.data;
      return { key, name, type, allowedValues: allowedValues.length };
    }
    case 'CustomFieldRetired':
      return { key: event.data.key };
    case 'PoliciesSet':
      return { policies: event.data.policies };
    case 'DeadLettersRedriven': {
      const { group, topic, key, upToLetterId, letters } = event.data;
      return { group, topic, key, upToLetterId, letters };
    }
    case 'UserDataErased':
      return { memberId: event.data.userId };
    case 'DraftArchived':
      return { archiveId: event.data.archiveId };
    case 'DraftsArchived':
    case 'ChangeSetsArchived': {
      const { archiveId, from, to, count, sha256 } = event.data;
      return { archiveId, from, to, count, sha256 };
    }
    case 'PlanRowsFrozen':
      return { draftId: event.data.draftId, rows: event.data.rows.length };
    case 'ParsingStarted':
      return { attempt: event.data.attempt };
    case 'TranscriptionRetried':
    case 'ClarificationAsked':
    case 'ClarificationAnswered':
    case 'ExecutionQueued':
    case 'Cancelled':
    case 'Rejected':
    case 'Expired':
      return {};
  }
}
