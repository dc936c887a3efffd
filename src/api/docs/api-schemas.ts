/** What the API answers, as zod schemas whose types the compiler holds to the read models'. */
import { z } from 'zod';
import { ApprovalReason } from '../../catalogue/policy.js';
import { FieldChanges, Product as CatalogueProduct } from '../../catalogue/product.js';
import { Query, Task, Warning } from '../../catalogue/task.js';
import { DRAFT_STATUSES } from '../../commands/draft/draft.decider.js';
import { ChangeOrigin } from '../../events/catalogue.events.js';
import {
  DraftError,
  ModelAttempt,
  PlanRow,
  PlanSummary,
  Requirement,
  Schedule,
} from '../../events/draft.events.js';
import type { AuditEntry } from '../../projections/audit/audit.queries.js';
import type {
  ChangeSetView,
  ChangeView,
  HistoryEntry,
} from '../../projections/change-sets/change-sets.queries.js';
import {
  CONFIRMATION_ROWS_SHOWN_MAX,
  type DraftView,
  type PreviewView,
} from '../../projections/drafts/draft-view.js';
import { ATTEMPTS_SHOWN_MAX, type ModelsView } from '../../projections/drafts/models-view.js';
import type { DraftHistoryEntry } from '../../projections/drafts/drafts.queries.js';
import type { ImportView } from '../../projections/imports/import-view.js';
import type { ProductView } from '../../projections/products/product-row.js';
import { PROBLEM_CODES, type ProblemCode } from '../problems/problem-codes.js';

const Time = z.iso.datetime();

const Preview = z.object({
  summary: PlanSummary,
  planHash: z.string().describe('To be sent back with the confirmation'),
  catalogueRevision: z.int(),
  rows: z.array(PlanRow).describe('The first rows; more with nextCursor from /preview'),
  nextCursor: z.string().nullable(),
  warnings: z.array(Warning),
  requires: z.array(Requirement),
  approvalReasons: z.array(ApprovalReason).describe('Why `requires` names `approval`'),
}) satisfies z.ZodType<PreviewView>;

const Models = z.object({
  promptVersion: z.string(),
  route: z
    .object({ plan: z.string(), complexity: z.string(), models: z.array(z.string()) })
    .nullable()
    .describe('Which models were to be asked, in which order, and why'),
  degraded: z.string().nullable().describe('Why the offline interpreter answered where a model was to'),
  attempts: z.array(ModelAttempt).describe(`The last ${ATTEMPTS_SHOWN_MAX} requests`),
  asked: z.int(),
  promptTokens: z.int(),
  completionTokens: z.int(),
  cost: z.string().describe('Decimal, in the unit of the price table'),
  latencyMs: z.number(),
}) satisfies z.ZodType<ModelsView>;

const Draft = z.object({
  draftId: z.uuid(),
  status: z.enum(DRAFT_STATUSES),
  prompt: z.string().describe('As typed, or as heard; empty while a recording waits to be heard'),
  audio: z
    .object({
      fileId: z.uuid(),
      contentType: z.string(),
      bytes: z.int(),
      seconds: z.number().nullable(),
      transcription: z.object({ model: z.string(), latencyMs: z.number() }).nullable(),
      deletedAt: Time.nullable(),
    })
    .nullable()
    .describe('The recording; null where the prompt was typed'),
  language: z.enum(['fa', 'en']).nullable(),
  userId: z.uuid(),
  clientRequestId: z.string().nullable(),
  parsed: Task.nullable(),
  explanation: z.string().nullable(),
  interpreter: z
    .object({ kind: z.string(), version: z.string(), model: z.string().optional() })
    .nullable()
    .describe('What read the prompt; `model` where a language model did'),
  models: Models.nullable().describe(
    'What the draft took of language models; null where none was to be asked',
  ),
  preview: Preview.nullable(),
  clarification: z.object({ question: z.string(), options: z.array(z.string()) }).nullable(),
  confirmation: z
    .object({
      confirmedBy: z.uuid(),
      excluded: z.int(),
      exclude: z.array(z.uuid()),
      edited: z.int(),
      edits: z.array(z.object({ productId: z.uuid(), after: FieldChanges })),
    })
    .nullable()
    .describe(
      `What of the preview was confirmed; the first ${CONFIRMATION_ROWS_SHOWN_MAX} rows, the history has all`,
    ),
  approval: z
    .object({
      state: z.enum(['requested', 'approved', 'rejected']),
      reasons: z.array(ApprovalReason),
      planHash: z.string().describe('Over the rows that will be applied; to be sent back with the approval'),
      requestedAt: Time,
      judgedBy: z.uuid().nullable(),
      judgedAt: Time.nullable(),
    })
    .nullable()
    .describe('Null where the confirmation is enough'),
  schedule: Schedule.nullable().describe('When a confirmed change is due; null: at once'),
  changeSetId: z.uuid().nullable(),
  undoOf: z.object({ changeSetId: z.uuid(), draftId: z.uuid().nullable() }).nullable(),
  undoneBy: z.uuid().nullable(),
  error: DraftError.nullable(),
  warnings: z.array(Warning),
  attempts: z.int(),
  createdAt: Time,
  updatedAt: Time,
  expiresAt: Time.nullable(),
  confirmedAt: Time.nullable(),
  executedAt: Time.nullable(),
  completedAt: Time.nullable(),
});
/** The view's status is plain text in its type. */
Draft satisfies z.ZodType<Omit<DraftView, 'status'>>;

const DraftEvent = z.object({
  eventId: z.uuid(),
  revision: z.int(),
  position: z.string(),
  type: z.string(),
  data: z.unknown(),
  recordedAt: Time,
  userId: z.uuid().nullable(),
  correlationId: z.string(),
  causationId: z.uuid().nullable(),
});
DraftEvent satisfies z.ZodType<Omit<DraftHistoryEntry, 'type' | 'data'>>;

const Import = z.object({
  importId: z.uuid(),
  status: z.enum(['running', 'done', 'failed']),
  format: z.string(),
  bytes: z.int(),
  added: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  rejectedCount: z.int(),
  rejected: z.array(z.object({ line: z.int(), reason: z.string() })),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  requestedAt: Time,
  completedAt: Time.nullable(),
}) satisfies z.ZodType<ImportView>;

const AuditEntrySchema = z.object({
  position: z.string(),
  eventId: z.uuid(),
  streamId: z.string(),
  revision: z.int(),
  type: z.string(),
  userId: z.uuid().nullable(),
  correlationId: z.string(),
  causationId: z.uuid().nullable(),
  facts: z.record(z.string(), z.unknown()),
  recordedAt: Time,
}) satisfies z.ZodType<AuditEntry>;

const Product = CatalogueProduct.extend({
  createdAt: Time,
  updatedAt: Time,
}) satisfies z.ZodType<ProductView>;

const Change = z.object({
  productId: z.uuid(),
  version: z.int().describe('After the change'),
  op: z.enum(['add', 'update', 'delete']),
  before: FieldChanges.nullable(),
  after: FieldChanges.nullable(),
}) satisfies z.ZodType<ChangeView>;

const ChangeSet = z.object({
  changeSetId: z.uuid(),
  origin: ChangeOrigin,
  draftId: z.uuid().nullable(),
  userId: z.uuid(),
  changedAt: Time,
  total: z.int(),
  added: z.int(),
  updated: z.int(),
  deleted: z.int(),
}) satisfies z.ZodType<ChangeSetView>;

const ChangeSetWithChanges = ChangeSet.extend({
  changes: z.array(Change),
  nextCursor: z.string().nullable(),
});

const HistoryEntrySchema = Change.extend({
  changeSetId: z.uuid(),
  origin: ChangeOrigin,
  draftId: z.uuid().nullable(),
  userId: z.uuid(),
  changedAt: Time,
}) satisfies z.ZodType<HistoryEntry>;

const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(PROBLEM_CODES) as [ProblemCode, ...ProblemCode[]]),
    detail: z.string(),
    traceId: z.string(),
  })
  .catchall(z.unknown())
  .describe(
    Object.entries(PROBLEM_CODES)
      .map(([code, { status, title }]) => `${code} (${status}): ${title}`)
      .join('\n\n'),
  );

/** Named, so that the document refers to them instead of repeating them. */
export const API_SCHEMAS = {
  Draft,
  Preview,
  PlanRow,
  Task,
  Query,
  Warning,
  DraftEvent,
  FieldChanges,
  Product,
  Change,
  ChangeSet,
  ChangeSetWithChanges,
  HistoryEntry: HistoryEntrySchema,
  Import,
  AuditEntry: AuditEntrySchema,
  Problem,
} satisfies Record<string, z.ZodType>;

export type ApiSchemaName = keyof typeof API_SCHEMAS;
