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
}

export const REFUSAL_CODES = [
  'NOT_A_CATALOGUE_TASK',
  'DELETE_WITHOUT_FILTER',
  'INVALID_VALUE',
  'FIELD_UNKNOWN',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** Texts (`explanation`, `question`, `message`, labels) are in `language`, the language of the prompt. */
export type Interpretation =
  | { kind: 'task'; language: Language; task: Task; explanation: string; warnings: Warning[] }
  | { kind: 'question'; language: Language; question: string; options: Option[] }
  | { kind: 'refusal'; language: Language; code: RefusalCode; message: string };

export interface Interpreter {
  readonly kind: 'rules' | 'llm';
  /** Version of the grammar or the prompt template; kept on every draft. */
  readonly version: string;
  interpret(request: InterpretRequest): Promise<Interpretation>;
}
