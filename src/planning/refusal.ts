/** Why planning says no. Values, not exceptions: the words are shown to the user. */
import type { Language } from '../events/draft.events.js';
import type { Said } from './texts.js';

export const PLAN_REFUSAL_CODES = [
  /** Deleting with neither a filter nor a limit. */
  'DELETE_WITHOUT_FILTER',
  /** A value a product cannot hold; the message names the row. */
  'INVALID_VALUE',
  /** A filter, or every change, is about fields this workspace does not have. */
  'FIELD_UNKNOWN',
  /** The sku belongs to another product. */
  'SKU_TAKEN',
  /** No product matches; the caller may suggest near names. */
  'NOTHING_FOUND',
  'TOO_MANY_ROWS',
  /** A confirmation names a row that is not in the plan, or edits one it excludes. */
  'ROW_UNKNOWN',
  /** A confirmation leaves nothing to apply. */
  'NOTHING_TO_APPLY',
] as const;
export type PlanRefusalCode = (typeof PLAN_REFUSAL_CODES)[number];

export interface PlanRefusal {
  kind: 'refusal';
  code: PlanRefusalCode;
  /** In the language of the prompt. */
  message: string;
}

export function refuse(code: PlanRefusalCode, why: Said, language: Language): PlanRefusal {
  return { kind: 'refusal', code, message: why[language] };
}
