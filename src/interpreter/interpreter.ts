/**
 * The interpreter port: a sentence beside a workspace's vocabulary → a task, a question or a refusal.
 * Two kinds stand behind it: `rules/` (offline, the default) and `llm/`. Neither touches products or
 * the database; what they may say is bounded by the task schema.
 */
import type { Task, Warning } from '../catalogue/task.js';
import type { Vocabulary } from './vocabulary.js';

export type Language = 'fa' | 'en';

export const PROMPT_CHARS_MAX = 2_000;

/** One question put to the user and what they answered, oldest first. */
export interface Turn {
  question: string;
  options: Option[];
  answer: string;
}

/** A choice offered with a question. `task` is what choosing it means; null when only the label is known. */
export interface Option {
  label: string;
  task: Task | null;
}

export interface InterpretRequest {
  /** The user's words, at most PROMPT_CHARS_MAX characters. */
  prompt: string;
  conversation: Turn[];
  vocabulary: Vocabulary;
  /** Those of `skuCandidates(prompt)` that the workspace really has, as written in its catalogue. */
  skus: string[];
  /** Keeps what is remembered of one workspace from every other one. Absent: nothing is remembered. */
  workspaceId?: string;
  /** How much reading the workspace is given; chooses the route (setting LLM_ROUTING). */
  tier?: string;
  /** What the workspace may still spend today, plain decimal in the unit of LLM_PRICES. Absent: no limit. */
  budgetRemaining?: string;
}

export const REFUSAL_CODES = [
  'NOT_A_CATALOGUE_TASK',
  'DELETE_WITHOUT_FILTER',
  'INVALID_VALUE',
  'FIELD_UNKNOWN',
  'BUDGET_SPENT',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** Texts (`explanation`, `question`, `message`, labels) are in `language`, the language of the prompt. */
export type Interpretation =
  | { kind: 'task'; language: Language; task: Task; explanation: string; warnings: Warning[] }
  | { kind: 'question'; language: Language; question: string; options: Option[] }
  | { kind: 'refusal'; language: Language; code: RefusalCode; message: string };

/** Whose words an interpretation is. `version`: of the grammar or of the prompt template. */
export interface ReadBy {
  kind: 'rules' | 'llm';
  version: string;
  model?: string;
}

/** How one request to a model ended. All but the first two leave the reading to somebody else. */
export const ATTEMPT_OUTCOMES = [
  /** A task made of the user's words. */
  'read',
  /** A question or a refusal: the model is not sure. */
  'unsure',
  /** A task that the user's words do not say. */
  'ungrounded',
  /** No answer in the agreed form. */
  'invalid',
  /** No connection, a cut one, or a failing server. */
  'unavailable',
  'timeout',
  /** Too many requests, here or there. */
  'rate_limited',
  /** The server will not have the request (400, 401, 403, 404). */
  'rejected',
  /** The breaker is open: nothing was sent. */
  'breaker_open',
  /** Nobody waited for it any more: the draft was cancelled, or the process ended. */
  'cancelled',
] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** One request to a model, as far as it got. Tokens are the server's count, an estimate where it gives none. */
export interface Attempt {
  model: string;
  outcome: AttemptOutcome;
  promptTokens: number;
  completionTokens: number;
  /** Plain decimal in the unit of LLM_PRICES; `"0"` where the model has no price, or nothing was sent. */
  cost: string;
  latencyMs: number;
  /** Answered from memory: no tokens, no cost. */
  cached: boolean;
}

/** Which models were to be asked, in order, and why. */
export interface Route {
  plan: string;
  complexity: 'simple' | 'complex';
  models: string[];
}

/** Why the offline interpreter answered where a model was to. */
export type Degraded = 'model_unavailable' | 'model_invalid' | 'budget_spent';

/** How a reading came about. */
export interface ReadingRecord {
  by: ReadBy;
  attempts: Attempt[];
  /** Absent where no model is configured. */
  route?: Route;
  degraded?: Degraded;
  /** A second reader that was as sure and read something else. */
  alternative?: { task: Task; explanation: string; by: ReadBy };
  /** The last answer that could not be used, cut to RAW_REPLY_CHARS_MAX; for debugging, never shown to users. */
  rawReply?: string;
}

export const RAW_REPLY_CHARS_MAX = 2_000;

/** What a sentence was read as, and how. */
export type Reading = Interpretation & { record: ReadingRecord };

export interface InterpretOptions {
  /** The draft was cancelled: rejects with the signal's reason as soon as may be, requests under way are aborted. */
  signal?: AbortSignal;
  /** Told of every request to a model as it ends, also where the reading is given up and so has no record. */
  onAttempt?(attempt: Attempt): void;
}

export interface Interpreter {
  readonly kind: 'rules' | 'llm';
  /** Version of the grammar or the prompt template; kept on every draft. */
  readonly version: string;
  /** The reading, where it takes no model and so no time. Null: `interpret` would ask one. */
  atOnce(request: InterpretRequest): Reading | null;
  /** Rejects only when aborted, or for a fault of ours. */
  interpret(request: InterpretRequest, options?: InterpretOptions): Promise<Reading>;
}
