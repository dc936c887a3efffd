/** The commands around a spoken draft, on Nest's command bus. */
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Receipted } from '../receipt.js';
import { StreamWriter, type Outcome } from '../stream-writer.js';
import { createVoiceDraft, type VoiceDraft } from './create-voice-draft.js';
import type { UserContext } from './draft.handlers.js';
import { creationId } from './draft-id.js';
import { draftEvolution, type DraftState } from './draft.decider.js';
import { draftRef } from './draft-stream.js';
import { retryTranscription, type RetryTranscriptionRefusal } from './transcribe-draft.js';

export class CreateVoiceDraft extends Command<Outcome<DraftState, never>> {
  constructor(
    readonly draft: Omit<VoiceDraft, 'workspaceId' | 'userId'>,
    readonly context: UserContext & Receipted<DraftState>,
  ) {
    super();
  }
}

@CommandHandler(CreateVoiceDraft)
export class CreateVoiceDraftHandler implements ICommandHandler<CreateVoiceDraft> {
  constructor(@Inject(StreamWriter) private readonly writer: StreamWriter) {}

  execute({ draft, context }: CreateVoiceDraft) {
    const { workspaceId, userId } = context;
    return this.writer.decide(
      draftRef(draft.draftId, workspaceId),
      { ...context, commandId: creationId(draft.draftId) },
      (state, now) => createVoiceDraft({ ...draft, workspaceId, userId }, state, now),
      { state: draftEvolution.initial, revision: -1, position: 0n },
      context.receipt,
    );
  }
}

export class RetryTranscription extends Command<Outcome<DraftState, RetryTranscriptionRefusal>> {
  constructor(
    readonly draftId: string,
    readonly context: UserContext & Receipted<DraftState>,
  ) {
    super();
  }
}

@CommandHandler(RetryTranscription)
export class RetryTranscriptionHandler implements ICommandHandler<RetryTranscription> {
  constructor(@Inject(StreamWriter) private readonly writer: StreamWriter) {}

  execute({ draftId, context }: RetryTranscription) {
    return this.writer.decide(
      draftRef(draftId, context.workspaceId),
      context,
      (draft, now) => retryTranscription(context.userId, draft, now),
      undefined,
      context.receipt,
    );
  }
}

export const VOICE_HANDLERS = [CreateVoiceDraftHandler, RetryTranscriptionHandler];
