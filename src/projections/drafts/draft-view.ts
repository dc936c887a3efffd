/** A draft as the API answers it (CONTRACT: `GET /ai/drafts/:id`), folded from its events. Pure. */
import type { Task, Warning } from '../../catalogue/task.js';
import type { ApprovalReason } from '../../catalogue/policy.js';
import type { FieldChanges } from '../../catalogue/product.js';
import type {
  DraftError,
  DraftEvent,
  PlanRow,
  PlanSummary,
  Requirement,
  Schedule,
  SourceAudio,
} from '../../events/draft.events.js';
import { encodeCursor } from '../cursor.js';
import { withAsked, type ModelsView } from './models-view.js';

/** Rows of the preview that the draft itself carries; the rest is paged. */
export const PREVIEW_PAGE_ROWS = 50;

export interface PreviewView {
  summary: PlanSummary;
  planHash: string;
  catalogueRevision: number;
  rows: PlanRow[];
  nextCursor: string | null;
  warnings: Warning[];
  requires: Requirement[];
  /** Why `requires` names `approval`. */
  approvalReasons: ApprovalReason[];
}

/** Excluded and edited rows that the draft itself names; the history has all. */
export const CONFIRMATION_ROWS_SHOWN_MAX = 100;

/** What of the preview was confirmed. */
export interface ConfirmationView {
  confirmedBy: string;
  excluded: number;
  exclude: string[];
  edited: number;
  edits: { productId: string; after: FieldChanges }[];
}

export interface ApprovalView {
  state: 'requested' | 'approved' | 'rejected';
  reasons: ApprovalReason[];
  /** Over the rows that will be applied: what an approval names. */
  planHash: string;
  requestedAt: string;
  /** Who said yes or no, and when; null while nobody has. */
  judgedBy: string | null;
  judgedAt: string | null;
}

export interface AudioView {
  fileId: string;
  contentType: string;
  bytes: number;
  /** As the container tells, or as the service measured; null: neither did. */
  seconds: number | null;
  /** What heard it; null while nobody has. */
  transcription: { model: string; latencyMs: number } | null;
  /** Set when the recording is gone. */
  deletedAt: string | null;
}

export interface DraftView {
  draftId: string;
  status: string;
  /** As typed, or as heard; empty while a recording waits to be heard. */
  prompt: string;
  /** Null where the prompt was typed. */
  audio: AudioView | null;
  language: 'fa' | 'en' | null;
  userId: string;
  clientRequestId: string | null;
  parsed: Task | null;
  explanation: string | null;
  /** `model`: where a language model read the sentence. */
  interpreter: { kind: string; version: string; model?: string | undefined } | null;
  /** What the draft has taken of language models; null where none was to be asked. */
  models: ModelsView | null;
  preview: PreviewView | null;
  clarification: { question: string; options: string[] } | null;
  /** Null until it was confirmed. */
  confirmation: ConfirmationView | null;
  /** Null where the confirmation is enough. */
  approval: ApprovalView | null;
  /** When a confirmed change is due; null: at once. */
  schedule: Schedule | null;
  changeSetId: string | null;
  undoOf: { changeSetId: string; draftId: string | null } | null;
  undoneBy: string | null;
  error: DraftError | null;
  /** Remarks of the interpreter; a preview repeats them beside its own. */
  warnings: Warning[];
  attempts: number;
  createdAt: string;
  updatedAt: string;
  expiresAt: string | null;
  confirmedAt: string | null;
  executedAt: string | null;
  completedAt: string | null;
}

type Previewed = Extract<DraftEvent, { type: 'PreviewBuilt' | 'Answered' }>['data'];

function previewOf(data: Previewed, requires: Requirement[]): PreviewView {
  const more = data.rows.length > PREVIEW_PAGE_ROWS || data.overflowPlanId !== null;
  return {
    summary: data.summary,
    planHash: data.planHash,
    catalogueRevision: data.catalogueRevision,
    rows: data.rows.slice(0, PREVIEW_PAGE_ROWS),
    nextCursor: more ? encodeCursor(PREVIEW_PAGE_ROWS) : null,
    warnings: data.warnings,
    requires,
    approvalReasons: ('approvalReasons' in data && data.approvalReasons) || [],
  };
}

function confirmedChanges({
  exclude,
  edits,
  approval,
  schedule,
  confirmedBy,
  confirmedAt,
}: Extract<DraftEvent, { type: 'Confirmed' }>['data']): Partial<DraftView> {
  return {
    status: 'confirmed',
    confirmation: {
      confirmedBy,
      excluded: exclude.length,
      exclude: exclude.slice(0, CONFIRMATION_ROWS_SHOWN_MAX),
      edited: edits.length,
      edits: edits.slice(0, CONFIRMATION_ROWS_SHOWN_MAX),
    },
    approval: approval
      ? {
          state: 'requested',
          reasons: approval.reasons,
          planHash: approval.planHash,
          requestedAt: confirmedAt,
          judgedBy: null,
          judgedAt: null,
        }
      : null,
    schedule: schedule ?? null,
    confirmedAt,
    expiresAt: approval?.expiresAt ?? null,
  };
}

const judged = (
  approval: ApprovalView | null,
  state: ApprovalView['state'],
  judgedBy: string,
  judgedAt: string,
) => approval && { ...approval, state, judgedBy, judgedAt };

type VoiceEvent = Extract<
  DraftEvent,
  { type: 'Transcribed' | 'TranscriptionFailed' | 'TranscriptionRetried' | 'AudioDeleted' }
>;

function voiceChanges({ audio }: DraftView, event: VoiceEvent): Partial<DraftView> {
  switch (event.type) {
    case 'Transcribed': {
      const { text, language, model, seconds, latencyMs } = event.data;
      const heard = { seconds: audio?.seconds ?? seconds, transcription: { model, latencyMs } };
      return { prompt: text, language, audio: audio && { ...audio, ...heard } };
    }
    case 'TranscriptionFailed':
      return { status: 'failed', error: event.data.error, completedAt: event.data.failedAt };
    case 'TranscriptionRetried':
      return { status: 'pending', error: null, completedAt: null };
    case 'AudioDeleted':
      return { audio: audio && { ...audio, deletedAt: event.data.deletedAt } };
  }
}

function changesOf(
  view: DraftView,
  event: Exclude<DraftEvent, { type: 'DraftCreated' | 'DraftArchived' }>,
): Partial<DraftView> {
  switch (event.type) {
    case 'Transcribed':
    case 'TranscriptionFailed':
    case 'TranscriptionRetried':
    case 'AudioDeleted':
      return voiceChanges(view, event);
    case 'ParsingStarted':
      return { status: 'parsing', attempts: event.data.attempt, clarification: null, warnings: [] };
    case 'ModelsAsked':
      return { models: withAsked(view.models, event.data), warnings: event.data.warnings };
    case 'Parsed': {
      const { task, language, explanation, interpreter, warnings } = event.data;
      return { status: 'parsing', parsed: task, language, explanation, interpreter, warnings };
    }
    case 'ClarificationAsked': {
      const { question, options, language, interpreter, expiresAt } = event.data;
      const clarification = { question, options: options.map((option) => option.label) };
      return {
        status: 'clarify',
        clarification,
        language,
        interpreter,
        expiresAt,
        parsed: null,
        explanation: null,
      };
    }
    case 'ClarificationAnswered':
      return { status: 'pending', clarification: null, expiresAt: null };
    case 'PreviewBuilt':
      return {
        status: 'preview',
        preview: previewOf(event.data, event.data.requires),
        expiresAt: event.data.expiresAt,
      };
    case 'Answered':
      return { status: 'done', preview: previewOf(event.data, []), completedAt: event.data.answeredAt };
    case 'Confirmed':
      return confirmedChanges(event.data);
    case 'Approved':
      return {
        approval: judged(view.approval, 'approved', event.data.approvedBy, event.data.approvedAt),
        expiresAt: null,
      };
    case 'Rejected': {
      const { reason, rejectedBy, rejectedAt } = event.data;
      return {
        status: 'failed',
        approval: judged(view.approval, 'rejected', rejectedBy, rejectedAt),
        error: { code: 'APPROVAL_REJECTED', message: reason },
        completedAt: rejectedAt,
        expiresAt: null,
      };
    }
    case 'Rescheduled':
      return { schedule: event.data.schedule };
    case 'ExecutionQueued':
      return { status: 'queued' };
    case 'ExecutionStarted':
      return { status: 'executing' };
    case 'Executed': {
      const { changeSetId, executedAt } = event.data;
      return { status: 'done', changeSetId, executedAt, completedAt: executedAt };
    }
    case 'Failed':
      return {
        status: 'failed',
        error: event.data.error,
        completedAt: event.data.failedAt,
        clarification: null,
      };
    case 'Cancelled':
      return {
        status: 'cancelled',
        completedAt: event.data.cancelledAt,
        clarification: null,
        expiresAt: null,
      };
    case 'Expired':
      return { status: 'expired', completedAt: event.data.expiredAt, clarification: null };
    case 'Undone':
      return { status: 'undone', undoneBy: event.data.byDraftId };
    case 'Reinstated':
      return { status: 'done', undoneBy: null };
  }
}

const audioOf = ({ fileId, contentType, bytes, seconds }: SourceAudio): AudioView => ({
  fileId,
  contentType,
  bytes,
  seconds,
  transcription: null,
  deletedAt: null,
});

/** `view` is null for the first event of a draft and only then. */
export function evolveDraftView(
  view: DraftView | null,
  event: Exclude<DraftEvent, { type: 'DraftArchived' }>,
  recordedAt: string,
): DraftView {
  if (event.type === 'DraftCreated') {
    const { draftId, prompt, audio, userId, clientRequestId, explanation, language, undoOf, createdAt } =
      event.data;
    return {
      draftId,
      status: 'pending',
      prompt,
      audio: audio ? audioOf(audio) : null,
      language: language ?? audio?.language ?? null,
      userId,
      clientRequestId,
      parsed: null,
      explanation,
      interpreter: null,
      models: null,
      preview: null,
      clarification: null,
      confirmation: null,
      approval: null,
      schedule: null,
      changeSetId: null,
      undoOf,
      undoneBy: null,
      error: null,
      warnings: [],
      attempts: 0,
      createdAt,
      updatedAt: recordedAt,
      expiresAt: null,
      confirmedAt: null,
      executedAt: null,
      completedAt: null,
    };
  }
  if (!view) throw new Error(`a draft's first event is DraftCreated, not ${event.type}`);
  return { ...view, ...changesOf(view, event), updatedAt: recordedAt };
}
