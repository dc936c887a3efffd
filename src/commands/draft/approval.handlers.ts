/** The commands of the second person, and of a change that waits for its time, on Nest's command bus. */
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Receipted } from '../receipt.js';
import { StreamWriter, type Outcome } from '../stream-writer.js';
import {
  approveDraft,
  rejectDraft,
  type ApproveDraftRefusal,
  type RejectDraftRefusal,
} from './approve-draft.js';
import type { UserContext } from './draft.handlers.js';
import type { DraftState } from './draft.decider.js';
import { draftRef } from './draft-stream.js';
import { rescheduleDraft, type RescheduleDraftRefusal } from './reschedule-draft.js';
import type { ScheduleInput } from './schedule.js';

export class ApproveDraft extends Command<Outcome<DraftState, ApproveDraftRefusal>> {
  constructor(
    readonly draftId: string,
    readonly planHash: string,
    readonly context: UserContext & Receipted<DraftState>,
  ) {
    super();
  }
}

@CommandHandler(ApproveDraft)
export class ApproveDraftHandler implements ICommandHandler<ApproveDraft> {
  constructor(@Inject(StreamWriter) private readonly writer: StreamWriter) {}

  execute({ draftId, planHash, context }: ApproveDraft) {
    return this.writer.decide(
      draftRef(draftId, context.workspaceId),
      context,
      (draft, now) => approveDraft({ planHash, userId: context.userId }, draft, now),
      undefined,
      context.receipt,
    );
  }
}

export class RejectDraft extends Command<Outcome<DraftState, RejectDraftRefusal>> {
  constructor(
    readonly draftId: string,
    readonly reason: string,
    readonly context: UserContext & Receipted<DraftState>,
  ) {
    super();
  }
}

@CommandHandler(RejectDraft)
export class RejectDraftHandler implements ICommandHandler<RejectDraft> {
  constructor(@Inject(StreamWriter) private readonly writer: StreamWriter) {}

  execute({ draftId, reason, context }: RejectDraft) {
    return this.writer.decide(
      draftRef(draftId, context.workspaceId),
      context,
      (draft, now) => rejectDraft({ reason, userId: context.userId }, draft, now),
      undefined,
      context.receipt,
    );
  }
}

export class RescheduleDraft extends Command<Outcome<DraftState, RescheduleDraftRefusal>> {
  constructor(
    readonly draftId: string,
    readonly schedule: ScheduleInput,
    readonly context: UserContext & Receipted<DraftState>,
  ) {
    super();
  }
}

@CommandHandler(RescheduleDraft)
export class RescheduleDraftHandler implements ICommandHandler<RescheduleDraft> {
  constructor(@Inject(StreamWriter) private readonly writer: StreamWriter) {}

  execute({ draftId, schedule, context }: RescheduleDraft) {
    return this.writer.decide(
      draftRef(draftId, context.workspaceId),
      context,
      (draft, now) => rescheduleDraft({ schedule, userId: context.userId }, draft, now),
      undefined,
      context.receipt,
    );
  }
}

export const APPROVAL_HANDLERS = [ApproveDraftHandler, RejectDraftHandler, RescheduleDraftHandler];
