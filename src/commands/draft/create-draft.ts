/** Create a draft: persisted before anything slow happens. */
import { z } from 'zod';
import { StorableText } from '../../catalogue/product.js';
import type { DraftEvent } from '../../events/draft.events.js';
import { accept, type Decision } from '../decision.js';
import type { DraftState } from './draft.decider.js';

export const PROMPT_CHARS_MAX = 2_000;
export const CLIENT_REQUEST_ID_CHARS_MAX = 200;

export const CreateDraftInput = z.strictObject({
  prompt: StorableText.trim().min(1).max(PROMPT_CHARS_MAX),
  /** Same user and same id: the same draft, whatever else the repeated request says. */
  clientRequestId: StorableText.min(1).max(CLIENT_REQUEST_ID_CHARS_MAX).optional(),
});
export type CreateDraftInput = z.infer<typeof CreateDraftInput>;

/** Accepts a repeated creation without a second event. */
export function createDraft(
  command: CreateDraftInput & { draftId: string; workspaceId: string; userId: string },
  state: DraftState,
  now: string,
): Decision<DraftEvent, never> {
  if (state.status !== 'absent') return accept();
  const { draftId, workspaceId, userId, prompt } = command;
  return accept({
    type: 'DraftCreated',
    data: {
      draftId,
      workspaceId,
      userId,
      prompt,
      clientRequestId: command.clientRequestId ?? null,
      undoOf: null,
      explanation: null,
      createdAt: now,
    },
  });
}
