/** The user's answer to a question; reading starts again with the conversation so far. */
import { z } from 'zod';
import { StorableText } from '../../catalogue/product.js';
import type { DraftEvent } from '../../events/draft.events.js';
import { accept, refuse, type Decision } from '../decision.js';
import { PROMPT_CHARS_MAX } from './create-draft.js';
import type { DraftNotFound, DraftState, DraftStatus } from './draft.decider.js';

/** Questions one draft may go through; a conversation that long should be a new draft. */
export const CLARIFICATIONS_MAX = 5;

export const AnswerClarificationInput = z.strictObject({
  text: StorableText.trim().min(1).max(PROMPT_CHARS_MAX),
});

export type AnswerClarificationRefusal =
  DraftNotFound | { code: 'DRAFT_NOT_IN_CLARIFY'; status: DraftStatus };

export function answerClarification(
  command: { text: string; userId: string },
  draft: DraftState,
  now: string,
): Decision<DraftEvent, AnswerClarificationRefusal> {
  if (draft.status === 'absent') return refuse({ code: 'DRAFT_NOT_FOUND' });
  if (draft.status !== 'clarify') return refuse({ code: 'DRAFT_NOT_IN_CLARIFY', status: draft.status });
  if (draft.expiresAt !== null && draft.expiresAt <= now)
    return refuse({ code: 'DRAFT_NOT_IN_CLARIFY', status: 'expired' });
  return accept({
    type: 'ClarificationAnswered',
    data: { text: command.text, answeredBy: command.userId, answeredAt: now },
  });
}
