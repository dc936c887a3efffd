/** Facts of one draft, stream `draft-<id>`; and of a large preview's overflow rows, stream `plan-<id>`. */
import { z } from 'zod';
import { FieldChanges } from '../catalogue/product.js';
import { Task, Warning } from '../catalogue/task.js';
import { eventContract, type EventOf } from './contract.js';

/** Rows in one PreviewBuilt or PlanRowsFrozen event. */
export const PLAN_ROWS_PER_EVENT_MAX = 500;

/** Of a prompt, and so of every text that answers it. */
export const Language = z.enum(['fa', 'en']);
export type Language = z.infer<typeof Language>;
const InterpreterUsed = z.strictObject({ kind: z.enum(['rules', 'llm', 'none']), version: z.string() });
const Option = z.strictObject({ label: z.string(), task: Task.nullable() });

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

export const DraftError = z.strictObject({ code: z.string(), message: z.string() });
export type DraftError = z.infer<typeof DraftError>;

export const DraftCreated = eventContract(
  'DraftCreated',
  z.strictObject({
    draftId: z.uuid(),
    workspaceId: z.uuid(),
    userId: z.uuid(),
    prompt: z.string(),
    clientRequestId: z.string().nullable(),
    /** Set on the draft of an undo: the change set it takes back and the draft that made it. */
    undoOf: z.strictObject({ changeSetId: z.uuid(), draftId: z.uuid().nullable() }).nullable(),
    /** What the draft will do, where that is known without reading the prompt (an undo). */
    explanation: z.string().nullable(),
    /** Of the texts, where that is known without reading the prompt (an undo). */
    language: Language.optional(),
    createdAt: z.iso.datetime(),
  }),
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
    explanation: z.string(),
    interpreter: InterpreterUsed,
    warnings: z.array(Warning),
    latencyMs: z.number().min(0),
  }),
);

export const ClarificationAsked = eventContract(
  'ClarificationAsked',
  z.strictObject({
    language: Language,
    question: z.string(),
    options: z.array(Option),
    interpreter: InterpreterUsed,
    askedAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  }),
);

export const ClarificationAnswered = eventContract(
  'ClarificationAnswered',
  z.strictObject({ text: z.string(), answeredBy: z.uuid(), answeredAt: z.iso.datetime() }),
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

export const Confirmed = eventContract(
  'Confirmed',
  z.strictObject({
    planHash: PlanHash,
    exclude: z.array(z.uuid()),
    /** Rows whose new values the user changed: those fields replace the frozen ones. */
    edits: z.array(z.strictObject({ productId: z.uuid(), after: FieldChanges })),
    confirmedBy: z.uuid(),
    confirmedAt: z.iso.datetime(),
  }),
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
  ParsingStarted,
  Parsed,
  ClarificationAsked,
  ClarificationAnswered,
  PreviewBuilt,
  Answered,
  Confirmed,
  ExecutionQueued,
  ExecutionStarted,
  Executed,
  Failed,
  Cancelled,
  Expired,
  Undone,
  Reinstated,
] as const;
export const PLAN_EVENTS = [PlanRowsFrozen] as const;

export type DraftEvent = EventOf<(typeof DRAFT_EVENTS)[number]>;
export type PlanEvent = EventOf<(typeof PLAN_EVENTS)[number]>;
