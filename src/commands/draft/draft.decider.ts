/** State of one draft as its commands need it, folded from stream `draft-<id>`. */
import type { Task } from '../../catalogue/task.js';
import type {
  ApprovalRequest,
  DraftError,
  DraftEvent,
  Language,
  PlanRow,
  PlanSummary,
  Requirement,
  Schedule,
  SourceAudio,
} from '../../events/draft.events.js';
import type { FieldChanges } from '../../catalogue/product.js';
import type { Evolution } from '../decision.js';

export const DRAFT_STATUSES = [
  'pending',
  'parsing',
  'clarify',
  'preview',
  'confirmed',
  'queued',
  'executing',
  'done',
  'failed',
  'cancelled',
  'expired',
  'undone',
] as const;
export type DraftStatus = (typeof DRAFT_STATUSES)[number];

export interface Turn {
  question: string;
  options: { label: string; task: Task | null }[];
  /** Null while the question is open. */
  answer: string | null;
}

export type Reading = Pick<
  Extract<DraftEvent, { type: 'Parsed' }>['data'],
  'interpreter' | 'warnings' | 'alternative'
>;

export interface Preview {
  planHash: string;
  catalogueRevision: number;
  summary: PlanSummary;
  /** The first rows; the rest are in the stream of `overflowPlanId`. */
  rows: PlanRow[];
  overflowPlanId: string | null;
  requires: Requirement[];
}

export interface Confirmation {
  planHash: string;
  exclude: string[];
  edits: { productId: string; after: FieldChanges }[];
  /** As it was asked for; null: at once. */
  schedule: Schedule | null;
  confirmedBy: string;
}

/** What a second person was asked, and what they said. */
export interface Approval extends ApprovalRequest {
  state: 'requested' | 'approved' | 'rejected';
  /** Null while nobody has said anything. */
  judgedBy: string | null;
}

export interface Recording extends SourceAudio {
  /** Heard: the prompt is what was said. */
  isTranscribed: boolean;
  isDeleted: boolean;
}

export interface Draft {
  status: DraftStatus;
  draftId: string;
  workspaceId: string;
  userId: string;
  prompt: string;
  /** Whose words the prompt is: an undo repeats another draft's. */
  promptBy: string;
  /** What the prompt was heard from; null where it was typed. */
  audio: Recording | null;
  /** Of the texts that answer the prompt: as it was read; before that, by its letters. */
  language: Language;
  /** What the draft will do, in that language; null while nobody knows. */
  explanation: string | null;
  undoOf: { changeSetId: string; draftId: string | null } | null;
  parsingAttempts: number;
  conversation: Turn[];
  task: Task | null;
  /** How the task was read: by what, and its remarks. */
  reading: Reading | null;
  preview: Preview | null;
  /** While the draft waits for somebody (clarify, preview, approval): when it stops waiting. */
  expiresAt: string | null;
  confirmation: Confirmation | null;
  /** Null: the confirmation is enough. */
  approval: Approval | null;
  /** When a confirmed change is due; null: at once. */
  schedule: Schedule | null;
  changeSetId: string | null;
  error: DraftError | null;
}

export type DraftState = { status: 'absent' } | Draft;

const PERSIAN_LETTER = /[\u0620-\u06d3]/;

/** A guess for drafts that end before they are read; the interpreter's reading takes its place. */
export function languageByLetters(prompt: string): Language {
  return PERSIAN_LETTER.test(prompt) ? 'fa' : 'en';
}

const judged = (approval: Approval | null, state: Approval['state'], judgedBy: string) =>
  approval && { ...approval, state, judgedBy };

const heard = (audio: Recording | null, what: Partial<Recording>) => audio && { ...audio, ...what };

function evolveExisting(draft: Draft, event: Exclude<DraftEvent, { type: 'DraftCreated' }>): Draft {
  switch (event.type) {
    case 'Transcribed': {
      const { text, language } = event.data;
      return { ...draft, prompt: text, language, audio: heard(draft.audio, { isTranscribed: true }) };
    }
    case 'TranscriptionFailed':
      return { ...draft, status: 'failed', error: event.data.error };
    case 'TranscriptionRetried':
      return { ...draft, status: 'pending', error: null };
    case 'AudioDeleted':
      return { ...draft, audio: heard(draft.audio, { isDeleted: true }) };
    case 'ParsingStarted':
      return { ...draft, status: 'parsing', parsingAttempts: event.data.attempt };
    case 'ModelsAsked':
      return draft;
    case 'Parsed': {
      const { task, language, explanation, interpreter, warnings, alternative } = event.data;
      const reading = { interpreter, warnings, ...(alternative ? { alternative } : {}) };
      return { ...draft, status: 'parsing', task, language, explanation, reading };
    }
    case 'ClarificationAsked': {
      const { language, question, options, expiresAt } = event.data;
      return {
        ...draft,
        status: 'clarify',
        language,
        task: null,
        reading: null,
        explanation: null,
        expiresAt,
        conversation: [...draft.conversation, { question, options, answer: null }],
      };
    }
    case 'ClarificationAnswered':
      return {
        ...draft,
        status: 'pending',
        expiresAt: null,
        conversation: draft.conversation.map((turn) =>
          turn.answer === null ? { ...turn, answer: event.data.text } : turn,
        ),
      };
    case 'PreviewBuilt': {
      const { warnings: _, builtAt: __, expiresAt, ...preview } = event.data;
      return { ...draft, status: 'preview', preview, expiresAt };
    }
    case 'Answered':
      return { ...draft, status: 'done' };
    case 'Confirmed': {
      const { confirmedAt: _, approval, schedule = null, ...confirmation } = event.data;
      return {
        ...draft,
        status: 'confirmed',
        confirmation: { ...confirmation, schedule },
        approval: approval ? { ...approval, state: 'requested', judgedBy: null } : null,
        schedule,
        expiresAt: approval?.expiresAt ?? null,
      };
    }
    case 'Approved':
      return {
        ...draft,
        approval: judged(draft.approval, 'approved', event.data.approvedBy),
        expiresAt: null,
      };
    case 'Rejected': {
      const { reason, rejectedBy } = event.data;
      return {
        ...draft,
        status: 'failed',
        approval: judged(draft.approval, 'rejected', rejectedBy),
        error: { code: 'APPROVAL_REJECTED', message: reason },
        expiresAt: null,
      };
    }
    case 'Rescheduled':
      return { ...draft, schedule: event.data.schedule };
    case 'ExecutionQueued':
      return { ...draft, status: 'queued' };
    case 'ExecutionStarted':
      return { ...draft, status: 'executing', changeSetId: event.data.changeSetId };
    case 'Executed':
      return { ...draft, status: 'done', changeSetId: event.data.changeSetId };
    case 'Failed':
      return { ...draft, status: 'failed', error: event.data.error, changeSetId: null };
    case 'Cancelled':
      return { ...draft, status: 'cancelled' };
    case 'Expired':
      return { ...draft, status: 'expired' };
    case 'Undone':
      return { ...draft, status: 'undone' };
    case 'Reinstated':
      return { ...draft, status: 'done' };
    // Its change stands and can be taken back as before.
    case 'DraftArchived':
      return draft;
  }
}

export const draftEvolution: Evolution<DraftState, DraftEvent> = {
  initial: { status: 'absent' },
  evolve(state, event) {
    if (event.type === 'DraftCreated') {
      const {
        draftId,
        workspaceId,
        userId,
        prompt,
        promptBy = userId,
        audio,
        undoOf,
        explanation,
        language,
      } = event.data;
      return {
        status: 'pending',
        draftId,
        workspaceId,
        userId,
        prompt,
        promptBy,
        audio: audio ? { ...audio, isTranscribed: false, isDeleted: false } : null,
        language: language ?? audio?.language ?? languageByLetters(prompt),
        explanation,
        undoOf,
        parsingAttempts: 0,
        conversation: [],
        task: null,
        reading: null,
        preview: null,
        expiresAt: null,
        confirmation: null,
        approval: null,
        schedule: null,
        changeSetId: null,
        error: null,
      };
    }
    // Only a corrupt stream starts with anything else; going on would build a state from nothing.
    if (state.status === 'absent')
      throw new Error(`a draft stream starts with DraftCreated, not ${event.type}`);
    return evolveExisting(state, event);
  },
};

/** A recording that nobody has heard yet: there is no prompt to read. */
export const awaitsTranscription = ({ audio }: Draft) => audio !== null && !audio.isTranscribed;

/** A confirmed change that nothing and nobody holds back any more. `now`: ISO 8601, UTC. */
export const isDue = (draft: DraftState, now: string) =>
  draft.status === 'confirmed' &&
  (draft.approval === null || draft.approval.state === 'approved') &&
  (draft.schedule === null || draft.schedule.runAt <= now);

/** The refusal every draft command shares: absent, or another workspace's. */
export type DraftNotFound = { code: 'DRAFT_NOT_FOUND' };

/** Statuses from which nothing moves on without the user. */
export const ENDED: ReadonlySet<string> = new Set(['done', 'failed', 'cancelled', 'expired', 'undone']);
