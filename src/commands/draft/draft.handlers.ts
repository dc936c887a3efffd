/** The draft commands that people send, on Nest's command bus. Each loads, decides and appends; nothing slow. */
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { derivedId } from '../../events/event-ids.js';
import { catalogueStream } from '../../events/streams.js';
import { EVENT_STORE, type EventStore } from '../../event-store/event-store.js';
import { accept, refuse } from '../decision.js';
import type { Receipted } from '../receipt.js';
import { StreamWriter, type CommandContext, type Outcome } from '../stream-writer.js';
import { answerClarification, type AnswerClarificationRefusal } from './answer-clarification.js';
import {
  confirmDraft,
  type ApprovalNeeded,
  type ConfirmDraftInput,
  type ConfirmDraftRefusal,
} from './confirm-draft.js';
import { createDraft, type CreateDraftInput } from './create-draft.js';
import { creationId, newDraftId } from './draft-id.js';
import { draftEvolution, type Draft, type DraftState } from './draft.decider.js';
import { draftRef } from './draft-stream.js';
import { cancelDraft, failDraft, type CancelDraftRefusal } from './end-draft.js';
import { PREVIEW_PLANNER, type PreviewPlanner } from './preview-planner.js';
import { refreshPreview } from './preview-draft.js';
import { openUndo, undoable, undoExplanation, type UndoDraftRefusal } from './undo-draft.js';

/** A person's request: there is always a user behind it. */
export type UserContext = CommandContext & { userId: string };

type DraftOutcome<Refusal> = Outcome<DraftState, Refusal>;
type CreatedOutcome<Refusal> = Outcome<DraftState, Refusal> & { draftId?: string };

export class CreateDraft extends Command<CreatedOutcome<never>> {
  constructor(
    readonly input: CreateDraftInput,
    readonly context: UserContext & Receipted<DraftState>,
  ) {
    super();
  }
}

@CommandHandler(CreateDraft)
export class CreateDraftHandler implements ICommandHandler<CreateDraft> {
  constructor(@Inject(StreamWriter) private readonly writer: StreamWriter) {}

  async execute({ input, context }: CreateDraft) {
    const { workspaceId, userId } = context;
    const draftId = newDraftId(input.clientRequestId, context);
    const outcome = await this.writer.decide(
      draftRef(draftId, workspaceId),
      { ...context, commandId: creationId(draftId) },
      (state, now) => createDraft({ ...input, draftId, workspaceId, userId }, state, now),
      // Nearly always new; a repeated request is found out by the append.
      { state: draftEvolution.initial, revision: -1, position: 0n },
      context.receipt,
    );
    return { ...outcome, draftId };
  }
}

export class AnswerClarification extends Command<DraftOutcome<AnswerClarificationRefusal>> {
  constructor(
    readonly draftId: string,
    readonly text: string,
    readonly context: UserContext & Receipted<DraftState>,
  ) {
    super();
  }
}

@CommandHandler(AnswerClarification)
export class AnswerClarificationHandler implements ICommandHandler<AnswerClarification> {
  constructor(@Inject(StreamWriter) private readonly writer: StreamWriter) {}

  execute({ draftId, text, context }: AnswerClarification) {
    return this.writer.decide(
      draftRef(draftId, context.workspaceId),
      context,
      (draft, now) => answerClarification({ text, userId: context.userId }, draft, now),
      undefined,
      context.receipt,
    );
  }
}

export class CancelDraft extends Command<DraftOutcome<CancelDraftRefusal>> {
  constructor(
    readonly draftId: string,
    readonly context: UserContext & Receipted<DraftState>,
  ) {
    super();
  }
}

@CommandHandler(CancelDraft)
export class CancelDraftHandler implements ICommandHandler<CancelDraft> {
  constructor(@Inject(StreamWriter) private readonly writer: StreamWriter) {}

  execute({ draftId, context }: CancelDraft) {
    return this.writer.decide(
      draftRef(draftId, context.workspaceId),
      context,
      (draft, now) => cancelDraft(context.userId, draft, now),
      undefined,
      context.receipt,
    );
  }
}

/** How long a second person is waited for. */
export interface Approvals {
  ttlMs: number;
}
export const APPROVALS = Symbol('Approvals');

export type ConfirmRefusal = ConfirmDraftRefusal | { code: 'CONFIRMATION_INVALID'; message: string };

export class ConfirmDraft extends Command<DraftOutcome<ConfirmRefusal>> {
  constructor(
    readonly draftId: string,
    readonly input: ConfirmDraftInput,
    readonly context: UserContext & Receipted<DraftState>,
  ) {
    super();
  }
}

@CommandHandler(ConfirmDraft)
export class ConfirmDraftHandler implements ICommandHandler<ConfirmDraft> {
  constructor(
    @Inject(StreamWriter) private readonly writer: StreamWriter,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(PREVIEW_PLANNER) private readonly planner: PreviewPlanner,
    @Inject(APPROVALS) private readonly approvals: Approvals,
  ) {}

  async execute({ draftId, input, context }: ConfirmDraft): Promise<DraftOutcome<ConfirmRefusal>> {
    const ref = draftRef(draftId, context.workspaceId);
    const loaded = await this.writer.load(ref);
    const { state: draft } = loaded;
    let approval: ApprovalNeeded | null | 'unjudged' = 'unjudged';
    if (draft.status === 'preview' && draft.preview?.planHash === input.planHash) {
      const moved = await this.replaceIfMoved(draft, context);
      if (!moved) {
        const checked = await this.planner.approvalOf(draft.preview, input, draft);
        if ('error' in checked)
          return refuse({ code: 'CONFIRMATION_INVALID', message: checked.error.message });
        ({ approval } = checked);
      }
    }
    const { userId } = context;
    const command = { ...input, userId, approval, approvalTtlMs: this.approvals.ttlMs };
    return this.writer.decide(
      ref,
      context,
      (state, now) => confirmDraft(command, state, now),
      loaded,
      context.receipt,
    );
  }

  /**
   * Plans again only when the catalogue moved since the preview, and records what came of it: a new difference or
   * a failure, either of which then refuses the confirmation. A plan that came out the same still stands.
   */
  private async replaceIfMoved(draft: Draft, context: UserContext): Promise<boolean> {
    const { preview } = draft;
    const { revision: head } = await this.store.streamEnd(catalogueStream(context.workspaceId));
    if (!preview || head === preview.catalogueRevision) return false;
    const replanned = await this.planner.replan(draft, context);
    if ('preview' in replanned && replanned.preview.planHash === preview.planHash) return false;
    const ref = draftRef(draft.draftId, context.workspaceId);
    const step = 'error' in replanned ? 'fail' : derivedId(replanned.preview.planHash, head);
    const command = { ...context, commandId: derivedId(ref.streamId, context.commandId, step) };
    await this.writer.decide(ref, command, (state, now) => {
      // Meanwhile another confirmation may have been accepted, or the time have run out: neither is undone here.
      if (state.status !== 'preview' || (state.expiresAt !== null && state.expiresAt <= now)) return accept();
      return 'error' in replanned
        ? failDraft(replanned.error, state, now)
        : refreshPreview(replanned.preview, state);
    });
    return true;
  }
}

export class UndoDraft extends Command<CreatedOutcome<UndoDraftRefusal>> {
  constructor(
    readonly draftId: string,
    readonly context: UserContext & Receipted<DraftState>,
  ) {
    super();
  }
}

@CommandHandler(UndoDraft)
export class UndoDraftHandler implements ICommandHandler<UndoDraft> {
  constructor(
    @Inject(StreamWriter) private readonly writer: StreamWriter,
    @Inject(PREVIEW_PLANNER) private readonly planner: PreviewPlanner,
  ) {}

  async execute({ draftId: originalId, context }: UndoDraft): Promise<CreatedOutcome<UndoDraftRefusal>> {
    const { workspaceId, userId } = context;
    // The command id names the new draft: a repeated request opens the same one, whatever became of the original.
    const draftId = derivedId('undo', originalId, context.commandId);
    const opened = await this.writer.load(draftRef(draftId, workspaceId));
    if (opened.state.status !== 'absent') return { accepted: true, ...opened, draftId };
    const { state } = await this.writer.load(draftRef(originalId, workspaceId));
    const checked = undoable(state);
    if (!checked.accepted) return checked;
    const { changeSetId, prompt, promptBy, language } = checked.original;
    if (await this.planner.isArchived(changeSetId, workspaceId))
      return refuse({ code: 'CHANGE_SET_ARCHIVED' });
    const preview = await this.planner.inverse({ changeSetId, draftId, language }, context);
    const created = {
      draftId,
      workspaceId,
      userId,
      prompt,
      ...(promptBy === userId ? {} : { promptBy }),
      clientRequestId: null,
      undoOf: { changeSetId, draftId: originalId },
      explanation: undoExplanation(checked.original),
      language,
    };
    const outcome = await this.writer.decide(
      draftRef(draftId, workspaceId),
      context,
      (draft, now) => openUndo({ ...created, createdAt: now }, preview, draft),
      undefined,
      context.receipt,
    );
    return { ...outcome, draftId };
  }
}

export const DRAFT_HANDLERS = [
  CreateDraftHandler,
  AnswerClarificationHandler,
  CancelDraftHandler,
  ConfirmDraftHandler,
  UndoDraftHandler,
];
