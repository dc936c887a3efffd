/** Drafts over HTTP: say what you want, look at what will happen, confirm it, take it back. */
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { AnswerClarificationInput } from '../../commands/draft/answer-clarification.js';
import { ConfirmDraftInput } from '../../commands/draft/confirm-draft.js';
import { CreateDraftInput } from '../../commands/draft/create-draft.js';
import {
  AnswerClarification,
  CancelDraft,
  ConfirmDraft,
  CreateDraft,
  UndoDraft,
} from '../../commands/draft/draft.handlers.js';
import {
  GetDraftEvents,
  GetDraftText,
  GetPreviewRows,
  ListDrafts,
} from '../../projections/drafts/drafts.queries.js';
import { API_SCHEMAS } from '../docs/api-schemas.js';
import { Documented } from '../docs/documented.js';
import { Problem } from '../problems/problem.js';
import { refusalProblem } from '../problems/refusals.js';
import { idempotencyKeyOf } from '../idempotency/idempotency-key.js';
import { commandContext } from '../requests/command-context.js';
import { pageSchema } from '../requests/lists.js';
import { idOr, noBody, parsed } from '../requests/parsed.js';
import { accepted } from '../requests/position.js';
import { callerOf, type Reply, type Request } from '../requests/request.js';
import { DraftReads } from './draft-reads.js';
import { HeldAnswers } from './held-answers.js';
import { DraftAccepted, draftAccepted, DraftListQuery, DraftQuery, PreviewQuery } from './drafts.schemas.js';
import { RouteConfig } from '../requests/route-config.js';
import { signalOf } from '../requests/signal.js';

const draftId = idOr('DRAFT_NOT_FOUND');

@Controller('api/v1/ai/drafts')
export class DraftsController {
  private readonly held = new HeldAnswers();

  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(DraftReads) private readonly drafts: DraftReads,
  ) {}

  @Post()
  @HttpCode(202)
  @RouteConfig({ needs: 'drafts.propose', limit: 'drafts', newWork: true })
  @Documented({
    tag: 'Drafts',
    summary: 'Say what should change',
    body: CreateDraftInput,
    status: 202,
    answer: DraftAccepted,
  })
  async create(
    @Body(parsed(CreateDraftInput)) input: CreateDraftInput,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const context = commandContext(request, draftAccepted);
    // The draft's id comes from the client's own id; an idempotency key stands in where there is none.
    const clientRequestId =
      input.clientRequestId ??
      (idempotencyKeyOf(request) === null ? undefined : `idempotent:${context.commandId}`);
    const command = new CreateDraft({ ...input, ...(clientRequestId ? { clientRequestId } : {}) }, context);
    const outcome = await this.commands.execute(command);
    if (!outcome.accepted) throw refusalProblem(outcome.refusal);
    return accepted(reply, outcome.position, draftAccepted(outcome.state));
  }

  @Get()
  @RouteConfig({ needs: 'catalogue.read', readsFrom: ['drafts'] })
  @Documented({
    tag: 'Drafts',
    summary: 'Drafts, newest first',
    query: DraftListQuery,
    answer: pageSchema(API_SCHEMAS.Draft),
  })
  list(@Query(parsed(DraftListQuery)) query: DraftListQuery, @Req() request: Request) {
    return this.queries.execute(new ListDrafts(callerOf(request).workspaceId, query));
  }

  @Get(':id')
  @RouteConfig({ needs: 'catalogue.read', readsFrom: ['drafts'] })
  @Documented({
    tag: 'Drafts',
    summary: 'One draft',
    params: ['id'],
    query: DraftQuery,
    answer: 'Draft',
    refusals: [404, 410],
  })
  async get(
    @Param('id', draftId) id: string,
    @Query(parsed(DraftQuery)) { wait, waitMs }: DraftQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const { workspaceId, userId } = callerOf(request);
    const draft = { workspaceId, draftId: id };
    const signal = signalOf(request);
    if (wait)
      return this.held.hold(
        userId,
        () => this.drafts.getWhen(wait, draft, { timeoutMs: waitMs, signal }),
        () => this.drafts.get(draft, signal),
      );
    const text = await this.queries.execute(new GetDraftText(workspaceId, id));
    if (text === null) return this.drafts.get(draft, signal);
    void reply.type('application/json; charset=utf-8');
    return text;
  }

  @Get(':id/preview')
  @RouteConfig({ needs: 'catalogue.read', readsFrom: ['drafts'] })
  @Documented({
    tag: 'Drafts',
    summary: 'Further rows of the preview',
    params: ['id'],
    query: PreviewQuery,
    answer: pageSchema(API_SCHEMAS.PlanRow),
    refusals: [404, 410],
  })
  async preview(
    @Param('id', draftId) id: string,
    @Query(parsed(PreviewQuery)) query: PreviewQuery,
    @Req() request: Request,
  ) {
    const { workspaceId } = callerOf(request);
    const rows = await this.queries.execute(new GetPreviewRows(workspaceId, id, query));
    if (rows) return rows;
    const { status } = await this.drafts.get({ workspaceId, draftId: id }, signalOf(request));
    throw new Problem('PREVIEW_NOT_FOUND', { detail: `The draft is ${status} and has no preview.` });
  }

  @Get(':id/events')
  @RouteConfig({ needs: 'catalogue.read' })
  @Documented({
    tag: 'Drafts',
    summary: 'Everything that happened to a draft',
    params: ['id'],
    answer: pageSchema(API_SCHEMAS.DraftEvent),
    refusals: [404, 410],
  })
  async events(@Param('id', draftId) id: string, @Req() request: Request) {
    const items = await this.queries.execute(new GetDraftEvents(callerOf(request).workspaceId, id));
    // A draft's history is short and always whole: a list of one page.
    if (items) return { items, nextCursor: null };
    throw new Problem('DRAFT_NOT_FOUND', { detail: 'This workspace has no draft with this id.' });
  }

  @Post(':id/answer')
  @HttpCode(202)
  @RouteConfig({ needs: 'drafts.propose', limit: 'drafts' })
  @Documented({
    tag: 'Drafts',
    summary: 'Answer the question a draft has asked',
    params: ['id'],
    body: AnswerClarificationInput,
    status: 202,
    answer: DraftAccepted,
    refusals: [404, 409],
  })
  async answer(
    @Param('id', draftId) id: string,
    @Body(parsed(AnswerClarificationInput)) { text }: { text: string },
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const outcome = await this.commands.execute(
      new AnswerClarification(id, text, commandContext(request, draftAccepted)),
    );
    if (!outcome.accepted) throw refusalProblem(outcome.refusal);
    return accepted(reply, outcome.position, draftAccepted(outcome.state));
  }

  @Post(':id/confirm')
  @HttpCode(202)
  @RouteConfig({ needs: 'drafts.confirm', limit: 'executions' })
  @Documented({
    tag: 'Drafts',
    summary: 'Apply exactly the previewed change',
    params: ['id'],
    body: ConfirmDraftInput,
    status: 202,
    answer: DraftAccepted,
    refusals: [404, 409, 422],
  })
  async confirm(
    @Param('id', draftId) id: string,
    @Body(parsed(ConfirmDraftInput)) input: ConfirmDraftInput,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const context = commandContext(request, draftAccepted);
    const outcome = await this.commands.execute(new ConfirmDraft(id, input, context));
    if (outcome.accepted) return accepted(reply, outcome.position, draftAccepted(outcome.state));
    const problem = refusalProblem(outcome.refusal);
    if (outcome.refusal.code !== 'PLAN_CHANGED') throw problem;
    const draft = { workspaceId: context.workspaceId, draftId: id };
    const preview = await this.drafts.currentPreview(draft, signalOf(request));
    throw new Problem('PLAN_CHANGED', {
      detail: problem.message,
      extensions: { ...problem.extensions, preview },
    });
  }

  @Post(':id/cancel')
  @HttpCode(202)
  @RouteConfig({ needs: 'drafts.propose' })
  @Documented({
    tag: 'Drafts',
    summary: 'Give a draft up before it is executed',
    params: ['id'],
    status: 202,
    answer: DraftAccepted,
    refusals: [404, 409],
  })
  async cancel(
    @Param('id', draftId) id: string,
    @Body(noBody) _: void,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const outcome = await this.commands.execute(new CancelDraft(id, commandContext(request, draftAccepted)));
    if (!outcome.accepted) throw refusalProblem(outcome.refusal);
    return accepted(reply, outcome.position, draftAccepted(outcome.state));
  }

  @Post(':id/undo')
  @HttpCode(202)
  @RouteConfig({ needs: 'drafts.propose', limit: 'drafts' })
  @Documented({
    tag: 'Drafts',
    summary: 'Open a draft that takes an executed one back',
    params: ['id'],
    status: 202,
    answer: DraftAccepted,
    refusals: [404, 409],
  })
  async undo(
    @Param('id', draftId) id: string,
    @Body(noBody) _: void,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const outcome = await this.commands.execute(new UndoDraft(id, commandContext(request, draftAccepted)));
    if (!outcome.accepted) throw refusalProblem(outcome.refusal);
    return accepted(reply, outcome.position, draftAccepted(outcome.state));
  }
}
