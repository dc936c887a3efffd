/** Inputs of the draft routes that are not commands' own. */
import { z } from 'zod';
import { DRAFT_STATUSES, type DraftState } from '../../commands/draft/draft.decider.js';
import { ListQuery, LIST_LIMIT_DEFAULT, ReadQuery, WholeNumber } from '../requests/lists.js';

/** What `?wait=` holds an answer for: the draft has been read, or has ended. */
export const DRAFT_WAITS = ['preview', 'done'] as const;
export type DraftWait = (typeof DRAFT_WAITS)[number];

/** How long `?wait=` holds an answer, unless `waitMs` says less or more; bounded by the request timeout. */
export const WAIT_MS_DEFAULT = 10_000;
export const WAIT_MS_MAX = 25_000;

export const DraftQuery = ReadQuery.extend({
  wait: z
    .enum(DRAFT_WAITS)
    .optional()
    .describe('Hold the answer until parsing has ended (`preview`), or the draft has (`done`)'),
  waitMs: WholeNumber(0, WAIT_MS_MAX)
    .default(WAIT_MS_DEFAULT)
    .describe(`Milliseconds to hold it at most; up to ${WAIT_MS_MAX}`),
});
export type DraftQuery = z.output<typeof DraftQuery>;

export const DraftListQuery = ListQuery.extend({
  status: z.enum(DRAFT_STATUSES).optional().describe('Only drafts in this status'),
  awaiting: z.enum(['approval']).optional().describe('Only drafts that wait for a second person'),
});
export type DraftListQuery = z.output<typeof DraftListQuery>;

/** Rows are small and people page through thousands: a page may be larger than other lists'. */
export const PREVIEW_LIMIT_MAX = 500;
export const PreviewQuery = ListQuery.extend({
  limit: WholeNumber(1, PREVIEW_LIMIT_MAX).default(LIST_LIMIT_DEFAULT),
});
export type PreviewQuery = z.output<typeof PreviewQuery>;

export const DraftAccepted = z.object({ draftId: z.uuid(), status: z.enum(DRAFT_STATUSES) });

/** What a command is answered that has led a draft to this state. */
export function draftAccepted(draft: DraftState): z.infer<typeof DraftAccepted> {
  if (draft.status === 'absent') throw new Error('a command was accepted on a draft that is not there');
  const { draftId, status } = draft;
  return { draftId, status };
}
