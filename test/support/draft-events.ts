/** Builders of a draft's events, and histories that lead a draft to each moment of its life. */
import type { DraftStatus } from '../../src/commands/draft/draft.decider.js';
import type { DraftEvent } from '../../src/events/draft.events.js';

export type DataOf<Type extends DraftEvent['type']> = Extract<DraftEvent, { type: Type }>['data'];

export const DRAFT_ID = '0197a000-0000-7000-8000-0000000000d1';
export const UNDO_DRAFT_ID = '0197a000-0000-7000-8000-0000000000d2';
export const REDO_DRAFT_ID = '0197a000-0000-7000-8000-0000000000d3';
export const WORKSPACE_ID = '0197a000-0000-7000-8000-0000000000a1';
export const USER_ID = '0197a000-0000-7000-8000-0000000000b1';
/** Neither asked for nor confirmed any of it. */
export const APPROVER_ID = '0197a000-0000-7000-8000-0000000000b3';
export const CHANGE_SET_ID = '0197a000-0000-7000-8000-0000000000c1';
export const UNDO_CHANGE_SET_ID = '0197a000-0000-7000-8000-0000000000c2';
export const PRODUCT_ID = '0197a000-0000-7000-8000-0000000000e1';
export const OTHER_PRODUCT_ID = '0197a000-0000-7000-8000-0000000000e2';

/** The order of a draft's life, in times that sort. */
export const CREATED_AT = '2026-03-01T10:00:00.000Z';
export const NOW = '2026-03-01T10:05:00.000Z';
export const EXPIRES_AT = '2026-03-01T11:00:00.000Z';
export const LATER = '2026-03-01T12:00:00.000Z';

export const hashOf = (digit: string) => `sha256:${digit.repeat(64)}`;
export const PLAN_HASH = hashOf('a');
export const OTHER_PLAN_HASH = hashOf('b');

const interpreter = { kind: 'rules', version: '1' } as const;

export const draftCreated = (over: Partial<DataOf<'DraftCreated'>> = {}) => ({
  type: 'DraftCreated' as const,
  data: {
    draftId: DRAFT_ID,
    workspaceId: WORKSPACE_ID,
    userId: USER_ID,
    prompt: 'lower the price of phones by 10 percent',
    clientRequestId: null,
    undoOf: null,
    explanation: null,
    createdAt: CREATED_AT,
    ...over,
  },
});

export const FILE_ID = '0197a000-0000-7000-8000-0000000000f1';

export const spoken = (over: Partial<DataOf<'DraftCreated'>> = {}) =>
  draftCreated({
    prompt: '',
    audio: { fileId: FILE_ID, contentType: 'audio/wav', bytes: 32_044, seconds: 1, language: null },
    ...over,
  });

export const transcribed = (over: Partial<DataOf<'Transcribed'>> = {}) => ({
  type: 'Transcribed' as const,
  data: {
    text: 'lower the price of phones by ten percent',
    language: 'en' as const,
    model: 'whisper-1',
    seconds: 1,
    latencyMs: 700,
    transcribedAt: CREATED_AT,
    ...over,
  },
});

export const transcriptionFailed = () => ({
  type: 'TranscriptionFailed' as const,
  data: { error: { code: 'TRANSCRIPTION_FAILED', message: 'not heard' }, failedAt: NOW },
});

export const transcriptionRetried = () => ({
  type: 'TranscriptionRetried' as const,
  data: { retriedBy: USER_ID, retriedAt: NOW },
});

export const audioDeleted = () => ({
  type: 'AudioDeleted' as const,
  data: { fileId: FILE_ID, deletedAt: LATER },
});

export const parsingStarted = (over: Partial<DataOf<'ParsingStarted'>> = {}) => ({
  type: 'ParsingStarted' as const,
  data: { attempt: 1, startedAt: CREATED_AT, ...over },
});

export const modelsAsked = (over: Partial<DataOf<'ModelsAsked'>> = {}) => ({
  type: 'ModelsAsked' as const,
  data: {
    promptVersion: '1',
    route: { plan: 'cheapest-first', complexity: 'simple' as const, models: ['small', 'large'] },
    attempts: [
      {
        model: 'small',
        outcome: 'invalid' as const,
        promptTokens: 900,
        completionTokens: 30,
        cost: '0.00018',
        latencyMs: 700,
        cached: false,
      },
      {
        model: 'large',
        outcome: 'read' as const,
        promptTokens: 900,
        completionTokens: 60,
        cost: '0.00285',
        latencyMs: 1_300,
        cached: false,
      },
    ],
    warnings: [],
    answeredAt: NOW,
    ...over,
  },
});

export const parsed = (over: Partial<DataOf<'Parsed'>> = {}) => ({
  type: 'Parsed' as const,
  data: {
    task: {
      entity: 'product' as const,
      action: 'update' as const,
      queries: [{ field: 'name', op: 'contains' as const, value: 'phone' }],
      data: [{ field: 'price', op: 'decrease_percent' as const, value: '10' }],
    },
    language: 'en' as const,
    explanation: 'Lower price by 10 % where name contains “phone”',
    interpreter,
    warnings: [],
    latencyMs: 3,
    ...over,
  },
});

export const clarificationAsked = (over: Partial<DataOf<'ClarificationAsked'>> = {}) => ({
  type: 'ClarificationAsked' as const,
  data: {
    language: 'en' as const,
    question: 'Which phones?',
    options: [{ label: 'iPhone 17', task: null }],
    interpreter,
    askedAt: CREATED_AT,
    expiresAt: EXPIRES_AT,
    ...over,
  },
});

export const clarificationAnswered = (over: Partial<DataOf<'ClarificationAnswered'>> = {}) => ({
  type: 'ClarificationAnswered' as const,
  data: { text: 'iPhone 17', answeredBy: USER_ID, answeredAt: NOW, ...over },
});

export const planRow = (productId = PRODUCT_ID) => ({
  productId,
  sku: 'IP17-S',
  name: 'iPhone 17',
  version: 4,
  before: { price: '1000.00' },
  after: { price: '900.00' },
});

export const previewBuilt = (over: Partial<DataOf<'PreviewBuilt'>> = {}) => ({
  type: 'PreviewBuilt' as const,
  data: {
    planHash: PLAN_HASH,
    catalogueRevision: 7,
    summary: { matched: 2, changed: 2, unchanged: 0 },
    rows: [planRow(PRODUCT_ID), planRow(OTHER_PRODUCT_ID)],
    overflowPlanId: null,
    warnings: [],
    requires: ['confirmation' as const] as DataOf<'PreviewBuilt'>['requires'],
    builtAt: CREATED_AT,
    expiresAt: EXPIRES_AT,
    ...over,
  },
});

export const answered = (over: Partial<DataOf<'Answered'>> = {}) => ({
  type: 'Answered' as const,
  data: {
    planHash: PLAN_HASH,
    catalogueRevision: 7,
    summary: { matched: 1, changed: 0, unchanged: 1 },
    rows: [{ ...planRow(), after: null }],
    overflowPlanId: null,
    warnings: [],
    answeredAt: NOW,
    ...over,
  },
});

export const confirmed = (over: Partial<DataOf<'Confirmed'>> = {}) => ({
  type: 'Confirmed' as const,
  data: { planHash: PLAN_HASH, exclude: [], edits: [], confirmedBy: USER_ID, confirmedAt: NOW, ...over },
});

export const approvalRequest = (over: Partial<NonNullable<DataOf<'Confirmed'>['approval']>> = {}) => ({
  reasons: [{ policy: 'rows' as const, limit: 1, rows: 2, message: '2 products change.' }],
  planHash: PLAN_HASH,
  expiresAt: EXPIRES_AT,
  ...over,
});

/** Due at LATER. */
export const schedule = () => ({ at: '2026-03-01T15:30', zone: 'Asia/Tehran', runAt: LATER });

export const approved = (over: Partial<DataOf<'Approved'>> = {}) => ({
  type: 'Approved' as const,
  data: { planHash: PLAN_HASH, runAt: null, approvedBy: APPROVER_ID, approvedAt: NOW, ...over },
});

export const rejected = (over: Partial<DataOf<'Rejected'>> = {}) => ({
  type: 'Rejected' as const,
  data: { reason: 'not now', rejectedBy: APPROVER_ID, rejectedAt: NOW, ...over },
});

export const executionQueued = () => ({ type: 'ExecutionQueued' as const, data: { queuedAt: NOW } });

export const executionStarted = (over: Partial<DataOf<'ExecutionStarted'>> = {}) => ({
  type: 'ExecutionStarted' as const,
  data: { changeSetId: CHANGE_SET_ID, startedAt: NOW, ...over },
});

export const executed = (over: Partial<DataOf<'Executed'>> = {}) => ({
  type: 'Executed' as const,
  data: { changeSetId: CHANGE_SET_ID, catalogueRevision: 8, changed: 2, executedAt: NOW, ...over },
});

export const failed = (over: Partial<DataOf<'Failed'>> = {}) => ({
  type: 'Failed' as const,
  data: { error: { code: 'NOT_A_CATALOGUE_TASK', message: 'not about products' }, failedAt: NOW, ...over },
});

export const cancelled = () => ({
  type: 'Cancelled' as const,
  data: { cancelledBy: USER_ID, cancelledAt: NOW },
});

export const expired = (expiredAt = LATER) => ({ type: 'Expired' as const, data: { expiredAt } });

export const undone = (over: Partial<DataOf<'Undone'>> = {}) => ({
  type: 'Undone' as const,
  data: { byDraftId: UNDO_DRAFT_ID, changeSetId: UNDO_CHANGE_SET_ID, undoneAt: LATER, ...over },
});

export const reinstated = (over: Partial<DataOf<'Reinstated'>> = {}) => ({
  type: 'Reinstated' as const,
  data: { byDraftId: REDO_DRAFT_ID, changeSetId: UNDO_CHANGE_SET_ID, reinstatedAt: LATER, ...over },
});

const read = [draftCreated(), parsingStarted(), parsed()];
const previewed = [...read, previewBuilt()];
const awaiting = [...previewed, confirmed({ approval: approvalRequest() })];
const started = [...previewed, confirmed(), executionQueued(), executionStarted()];

/**
 * Moments of a draft's life by the history that leads there. More than the statuses: a `parsing` draft may be
 * `read` (its task known) or not, and a `done` one may have changed products or only `answered`.
 */
export const HISTORIES = {
  absent: [],
  pending: [draftCreated()],
  parsing: [draftCreated(), parsingStarted()],
  read,
  clarify: [draftCreated(), parsingStarted(), clarificationAsked()],
  replied: [draftCreated(), parsingStarted(), clarificationAsked(), clarificationAnswered()],
  preview: previewed,
  confirmed: [...previewed, confirmed()],
  awaiting,
  approved: [...awaiting, approved()],
  rejected: [...awaiting, rejected()],
  scheduled: [...previewed, confirmed({ schedule: schedule() })],
  queued: [...previewed, confirmed(), executionQueued()],
  executing: started,
  done: [...started, executed()],
  answered: [...read, answered()],
  failed: [...read, failed()],
  failedExecuting: [...started, failed()],
  cancelled: [...previewed, cancelled()],
  cancelledConfirmed: [...previewed, confirmed(), cancelled()],
  expired: [...previewed, expired()],
  undone: [...started, executed(), undone()],
  reinstated: [...started, executed(), undone(), reinstated()],
} satisfies Record<string, DraftEvent[]>;
export type Moment = keyof typeof HISTORIES;
export const MOMENTS = Object.keys(HISTORIES) as Moment[];

export const STATUS_AT: Record<Moment, DraftStatus | 'absent'> = {
  absent: 'absent',
  pending: 'pending',
  parsing: 'parsing',
  read: 'parsing',
  clarify: 'clarify',
  replied: 'pending',
  preview: 'preview',
  confirmed: 'confirmed',
  awaiting: 'confirmed',
  approved: 'confirmed',
  rejected: 'failed',
  scheduled: 'confirmed',
  queued: 'queued',
  executing: 'executing',
  done: 'done',
  answered: 'done',
  failed: 'failed',
  failedExecuting: 'failed',
  cancelled: 'cancelled',
  cancelledConfirmed: 'cancelled',
  expired: 'expired',
  undone: 'undone',
  reinstated: 'done',
};
