/** Create a draft from a recording: stored already, heard by a job later. */
import { z } from 'zod';
import { StorableText } from '../../catalogue/product.js';
import { Language, type DraftEvent, type SourceAudio } from '../../events/draft.events.js';
import { accept, type Decision } from '../decision.js';
import { CLIENT_REQUEST_ID_CHARS_MAX } from './create-draft.js';
import type { DraftState } from './draft.decider.js';

/** The fields beside the file. */
export const CreateVoiceDraftInput = z.strictObject({
  /** What is spoken, where the speaker knows better than the machine will. */
  language: Language.optional(),
  /** Same user and same id: the same draft, whatever else the repeated request says. */
  clientRequestId: StorableText.min(1).max(CLIENT_REQUEST_ID_CHARS_MAX).optional(),
});
export type CreateVoiceDraftInput = z.infer<typeof CreateVoiceDraftInput>;

export interface VoiceDraft {
  draftId: string;
  workspaceId: string;
  userId: string;
  clientRequestId: string | null;
  audio: SourceAudio;
}

/** Accepts a repeated creation without a second event. */
export function createVoiceDraft(
  command: VoiceDraft,
  state: DraftState,
  now: string,
): Decision<DraftEvent, never> {
  if (state.status !== 'absent') return accept();
  return accept({
    type: 'DraftCreated',
    data: { ...command, prompt: '', undoOf: null, explanation: null, createdAt: now },
  });
}
