/** Facts of one draft, stream `draft-<id>`; and of a large preview's overflow rows, stream `plan-<id>`. */
import { z } from 'zod';
import { ApprovalReason } from '../catalogue/policy.js';
import { FieldChanges } from '../catalogue/product.js';
import { Task, Warning as AnyWarning } from '../catalogue/task.js';
import { eventContract, type EventOf } from './contract.js';
import { personalText } from './personal-text.js';

/** Rows in one PreviewBuilt or PlanRowsFrozen event. */
export const PLAN_ROWS_PER_EVENT_MAX = 500;

/** Of a prompt, and so of every text that answers it. */
export const Language = z.enum(['fa', 'en']);
export type Language = z.infer<typeof Language>;
const InterpreterUsed = z.strictObject({
  kind: z.enum(['rules', 'llm', 'none']),
  /** Of the grammar, or of the prompt template. */
  version: z.string(),
  /** Where a language model read it. */
  model: z.string().optional(),
});
export type InterpreterUsed = z.infer<typeof InterpreterUsed>;
const Option = z.strictObject({ label: personalText('option'), task: Task.nullable() });
/** Remarks quote what was said. */
const Warning = AnyWarning.extend({ message: personalText('warning') });

/** One frozen row: what it was, what it will be. `version` is the product's version it was computed from. */
export const PlanRow = z.strictObject({
  productId: z.uuid(),
  sku: z.string(),
  name: z.string(),
  version: z.int().min(0),
  before: FieldChanges.nullable(),
  after: FieldChanges.nullable(),
});
export type PlanRow = z.infer<typeof PlanRow>;

export const PlanSummary = z.strictObject({
  /** Rows the filter found, rows that will change, rows already as asked. */
  matched: z.int().min(0),
  changed: z.int().min(0),
  unchanged: z.int().min(0),
});
export type PlanSummary = z.infer<typeof PlanSummary>;

export const Requirement = z.enum(['confirmation', 'second_confirmation', 'approval']);
export type Requirement = z.infer<typeof Requirement>;

/** `sha256:` and 64 lower-case hex digits over the canonical form of all rows. */
export const PlanHash = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** The message may quote what was said. */
export const DraftError = z.strictObject({ code: z.string(), message: personalText('error') });
export type DraftError = z.infer<typeof DraftError>;

/** What was said, as it was uploaded; the file itself is kept outside the log and deleted by policy. */
export const SourceAudio = z.strictObject({
  fileId: z.uuid(),
  /** Of the content, whatever its name said. */
  contentType: z.string(),
  bytes: z.int().min(1),
  /** Null where the container does not tell. */
  seconds: z.number().min(0).nullable(),
  /** As the speaker says; null: to be found out. */
  language: Language.nullable(),
});
export type SourceAudio = z.infer<typeof SourceAudio>;

export const DraftCreated = eventContract(
  'DraftCreated',
  z.strictObject({
    draftId: z.uuid(),
    workspaceId: z.uuid(),
    userId: z.uuid(),
    /** Empty where `audio` is to be heard first. */
    prompt: personalText('prompt', { by: 'promptBy' }),
    /** Whose words the prompt is, where not the user's own: an undo repeats those of the draft that it takes back. */
    promptBy: z.uuid().optional(),
    audio: SourceAudio.optional(),
    clientRequestId: z.string().nullable(),
    /** Set on the draft of an undo: the change set it takes back and the draft that made it. */
    undoOf: z.strictObject({ changeSetId: z.uuid(), draftId: z.uuid().nullable() }).nullable(),
    /** What the draft will do, where that is known without reading the prompt (an undo). */
    explanation: personalText('explanation', { by: 'promptBy' }).nullable(),
    /** Of the texts, where that is known without reading the prompt (an undo). */
    language: Language.optional(),
    createdAt: z.iso.datetime(),
  }),
);

/** The recording as text: the draft's prompt from here on. */
export const Transcribed = eventContract(
  'Transcribed',
  z.strictObject({
    text: personalText('prompt', { min: 1 }),
    language: Language,
    model: z.string(),
    /** As the service measured them; null where it does not tell. */
    seconds: z.number().min(0).nullable(),
    latencyMs: z.number().min(0),
    transcribedAt: z.iso.datetime(),
  }),
);

/** The draft has failed for now: while the recording is kept, it may be heard again. */
export const TranscriptionFailed = eventContract(
  'TranscriptionFailed',
  z.strictObject({ error: DraftError, failedAt: z.iso.datetime() }),
);

export const TranscriptionRetried = eventContract(
  'TranscriptionRetried',
  z.strictObject({ retriedBy: z.uuid(), retriedAt: z.iso.datetime() }),
);

/** The recording is gone, as the policy says. In whatever status the draft is, that stays. */
export const AudioDeleted = eventContract(
  'AudioDeleted',
  z.strictObject({ fileId: z.uuid(), deletedAt: z.iso.datetime() }),
);

export const ParsingStarted = eventContract(
  'ParsingStarted',
  z.strictObject({ attempt: z.int().min(1), startedAt: z.iso.datetime() }),
);

export const Parsed = eventContract(
  'Parsed',
  z.strictObject({
    task: Task,
    language: Language,
    explanation: personalText('explanation'),
    interpreter: InterpreterUsed,
    warnings: z.array(Warning),
    latencyMs: z.number().min(0),
    /** A second reader was as sure and read something else; the preview warns where their plans differ. */
    alternative: z
      .strictObject({ task: Task, explanation: personalText('explanation'), interpreter: InterpreterUsed })
      .optional(),
  }),
);

/** Requests that one event tells of: one sentence, its repairs and its models. */
export const MODEL_ATTEMPTS_MAX = 100;

export const ModelAttempt = z.strictObject({
  model: z.string(),
  outcome: z.enum([
    'read',
    'unsure',
    'ungrounded',
    'invalid',
    'unavailable',
    'timeout',
    'rate_limited',
    'rejected',
    'breaker_open',
    'cancelled',
  ]),
  promptTokens: z.int().min(0),
  completionTokens: z.int().min(0),
  /** Plain decimal in the unit of the price table. */
  cost: z.string().regex(/^\d+(\.\d+)?$/),
  latencyMs: z.number().min(0),
  /** Answered from memory: nothing was sent. */
  cached: z.boolean(),
});
export type ModelAttempt = z.infer<typeof ModelAttempt>;

/**
 * What one reading took of language models, whatever came of it and of the draft: it may stand after the draft's end.
 * Recorded where a model was asked, or was to be asked and was not.
 */
export const ModelsAsked = eventContract(
  'ModelsAsked',
  z.strictObject({
    promptVersion: z.string(),
    route: z
      .strictObject({
        plan: z.string(),
        complexity: z.enum(['simple', 'complex']),
        models: z.array(z.string()),
      })
      .optional(),
    attempts: z.array(ModelAttempt).max(MODEL_ATTEMPTS_MAX),
    /** Why the offline interpreter answered where a model was to. */
    degraded: z.enum(['model_unavailable', 'model_invalid', 'budget_spent']).optional(),
    /** What the user is told of it. */
    warnings: z.array(Warning),
    answeredAt: z.iso.datetime(),
  }),
);

export const ClarificationAsked = eventContract(
  'ClarificationAsked',
  z.strictObject({
    language: Language,
    question: personalText('question'),
    options: z.array(Option),
    interpreter: InterpreterUsed,
    askedAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  }),
);

export const ClarificationAnswered = eventContract(
  'ClarificationAnswered',
  z.strictObject({
    text: personalText('answer', { by: 'answeredBy' }),
    answeredBy: z.uuid(),
    answeredAt: z.iso.datetime(),
  }),
);

export const PreviewBuilt = eventContract(
  'PreviewBuilt',
  z.strictObject({
    planHash: PlanHash,
    catalogueRevision: z.int().min(-1),
    summary: PlanSummary,
    /** The first rows; the rest, in order, are the PlanRowsFrozen events of `plan-<overflowPlanId>`. */
    rows: z.array(PlanRow).max(PLAN_ROWS_PER_EVENT_MAX),
    overflowPlanId: z.uuid().nullable(),
    warnings: z.array(Warning),
    requires: z.array(Requirement),
    /** Why `requires` names `approval`, by the policies of that moment; those at the confirmation count. */
    approvalReasons: z.array(ApprovalReason).optional(),
    builtAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  }),
);

/** The answer to a question about the catalogue (`get`): rows carry the asked values in `before`. */
export const Answered = eventContract(
  'Answered',
  z.strictObject({
    planHash: PlanHash,
    catalogueRevision: z.int().min(-1),
    summary: PlanSummary,
    rows: z.array(PlanRow).max(PLAN_ROWS_PER_EVENT_MAX),
    overflowPlanId: z.uuid().nullable(),
    warnings: z.array(Warning),
    answeredAt: z.iso.datetime(),
  }),
);

/** A second person is asked for, and until when. */
export const ApprovalRequest = z.strictObject({
  reasons: z.array(ApprovalReason).min(1),
  /** Over the rows that will really be applied: the sealed ones less the excluded, with the edits in place. */
  planHash: PlanHash,
  expiresAt: z.iso.datetime(),
});
export type ApprovalRequest = z.infer<typeof ApprovalRequest>;

/** A time of the clock on the wall somewhere, and the moment that it is. */
export const Schedule = z.strictObject({ at: z.string(), zone: z.string(), runAt: z.iso.datetime() });
export type Schedule = z.infer<typeof Schedule>;

export const Confirmed = eventContract(
  'Confirmed',
  z.strictObject({
    planHash: PlanHash,
    exclude: z.array(z.uuid()),
    /** Rows whose new values the user changed: those fields replace the frozen ones. */
    edits: z.array(z.strictObject({ productId: z.uuid(), after: FieldChanges })),
    /** Absent: nobody else needs to agree. */
    approval: ApprovalRequest.optional(),
    /** Absent: at once. */
    schedule: Schedule.optional(),
    confirmedBy: z.uuid(),
    confirmedAt: z.iso.datetime(),
  }),
);

/** A second person agreed to exactly these rows. */
export const Approved = eventContract(
  'Approved',
  z.strictObject({
    /** Of the request. */
    planHash: PlanHash,
    /** When the change is due; null: now. */
    runAt: z.iso.datetime().nullable(),
    approvedBy: z.uuid(),
    approvedAt: z.iso.datetime(),
  }),
);

/** A second person said no: the draft has failed. */
export const Rejected = eventContract(
  'Rejected',
  z.strictObject({
    reason: personalText('error', { by: 'rejectedBy', min: 1 }),
    rejectedBy: z.uuid(),
    rejectedAt: z.iso.datetime(),
  }),
);

export const Rescheduled = eventContract(
  'Rescheduled',
  z.strictObject({ schedule: Schedule, rescheduledBy: z.uuid(), rescheduledAt: z.iso.datetime() }),
);

export const ExecutionQueued = eventContract(
  'ExecutionQueued',
  z.strictObject({ queuedAt: z.iso.datetime() }),
);

export const ExecutionStarted = eventContract(
  'ExecutionStarted',
  z.strictObject({ changeSetId: z.uuid(), startedAt: z.iso.datetime() }),
);

export const Executed = eventContract(
  'Executed',
  z.strictObject({
    changeSetId: z.uuid(),
    /** Revision of the catalogue stream after the change set. */
    catalogueRevision: z.int().min(-1),
    changed: z.int().min(0),
    executedAt: z.iso.datetime(),
  }),
);

export const Failed = eventContract(
  'Failed',
  z.strictObject({ error: DraftError, failedAt: z.iso.datetime() }),
);

export const Cancelled = eventContract(
  'Cancelled',
  z.strictObject({ cancelledBy: z.uuid(), cancelledAt: z.iso.datetime() }),
);

export const Expired = eventContract('Expired', z.strictObject({ expiredAt: z.iso.datetime() }));

/** This draft's change set was taken back by another draft. */
export const Undone = eventContract(
  'Undone',
  z.strictObject({ byDraftId: z.uuid(), changeSetId: z.uuid(), undoneAt: z.iso.datetime() }),
);

/** The undo of this draft was itself taken back: its change stands again. */
export const Reinstated = eventContract(
  'Reinstated',
  z.strictObject({ byDraftId: z.uuid(), changeSetId: z.uuid(), reinstatedAt: z.iso.datetime() }),
);

/**
 * The draft has ended so long ago that read models keep it no longer: from here on it is in an archive (and in the log). What
 * happens to its change may still be recorded after this.
 */
export const DraftArchived = eventContract(
  'DraftArchived',
  z.strictObject({ archiveId: z.uuid(), archivedAt: z.iso.datetime() }),
);

export const PlanRowsFrozen = eventContract(
  'PlanRowsFrozen',
  z.strictObject({
    draftId: z.uuid(),
    chunk: z.int().min(1),
    rows: z.array(PlanRow).min(1).max(PLAN_ROWS_PER_EVENT_MAX),
  }),
);

export const DRAFT_EVENTS = [
  DraftCreated,
  Transcribed,
  TranscriptionFailed,
  TranscriptionRetried,
  AudioDeleted,
  ParsingStarted,
  ModelsAsked,
  Parsed,
  ClarificationAsked,
  ClarificationAnswered,
  PreviewBuilt,
  Answered,
  Confirmed,
  Approved,
  Rejected,
  Rescheduled,
  ExecutionQueued,
  ExecutionStarted,
  Executed,
  Failed,
  Cancelled,
  Expired,
  Undone,
  Reinstated,
  DraftArchived,
] as const;
export const PLAN_EVENTS = [PlanRowsFrozen] as const;

export type DraftEvent = EventOf<(typeof DRAFT_EVENTS)[number]>;
export type PlanEvent = EventOf<(typeof PLAN_EVENTS)[number]>;
