/** The second person over HTTP, and the time a confirmed change waits for. */
import { Body, Controller, HttpCode, Inject, Param, Post, Put, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { z } from 'zod';
import { ApproveDraft, RejectDraft, RescheduleDraft } from '../../commands/draft/approval.handlers.js';
import { ApproveDraftInput, RejectDraftInput } from '../../commands/draft/approve-draft.js';
import type { DraftState } from '../../commands/draft/draft.decider.js';
import { ScheduleInput } from '../../commands/draft/schedule.js';
import { Documented } from '../docs/documented.js';
import { refusalProblem, type Refusal } from '../problems/refusals.js';
import { commandContext } from '../requests/command-context.js';
import { idOr, parsed } from '../requests/parsed.js';
import { accepted } from '../requests/position.js';
import type { Reply, Request } from '../requests/request.js';
import { RouteConfig } from '../requests/route-config.js';
import { DraftAccepted, draftAccepted } from './drafts.schemas.js';

const draftId = idOr('DRAFT_NOT_FOUND');

type Outcome =
  { accepted: true; position: bigint; state: DraftState } | { accepted: false; refusal: Refusal };

@Controller('api/v1/ai/drafts')
export class ApprovalsController {
  constructor(@Inject(CommandBus) private readonly commands: CommandBus) {}

  @Post(':id/approve')
  @HttpCode(202)
  @RouteConfig({ needs: 'drafts.approve', limit: 'executions' })
  @Documented({
    tag: 'Drafts',
    summary: 'Agree, as a second person, to exactly what was confirmed',
    description: 'Neither for who asked for the change nor for who confirmed it.',
    params: ['id'],
    body: ApproveDraftInput,
    status: 202,
    answer: DraftAccepted,
    refusals: [403, 404, 409],
  })
  async approve(
    @Param('id', draftId) id: string,
    @Body(parsed(ApproveDraftInput)) { planHash }: z.output<typeof ApproveDraftInput>,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const command = new ApproveDraft(id, planHash, commandContext(request, draftAccepted));
    return answered(reply, await this.commands.execute(command));
  }

  @Post(':id/reject')
  @HttpCode(202)
  @RouteConfig({ needs: 'drafts.approve' })
  @Documented({
    tag: 'Drafts',
    summary: 'Say no, as a second person, to what was confirmed',
    description: 'The draft fails with APPROVAL_REJECTED and this reason.',
    params: ['id'],
    body: RejectDraftInput,
    status: 202,
    answer: DraftAccepted,
    refusals: [403, 404, 409],
  })
  async reject(
    @Param('id', draftId) id: string,
    @Body(parsed(RejectDraftInput)) { reason }: z.output<typeof RejectDraftInput>,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const command = new RejectDraft(id, reason, commandContext(request, draftAccepted));
    return answered(reply, await this.commands.execute(command));
  }

  @Put(':id/schedule')
  @HttpCode(202)
  @RouteConfig({ needs: 'drafts.confirm' })
  @Documented({
    tag: 'Drafts',
    summary: 'Give a confirmed change that waits for its time another one',
    params: ['id'],
    body: ScheduleInput,
    status: 202,
    answer: DraftAccepted,
    refusals: [404, 409, 422],
  })
  async reschedule(
    @Param('id', draftId) id: string,
    @Body(parsed(ScheduleInput)) schedule: z.output<typeof ScheduleInput>,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const command = new RescheduleDraft(id, schedule, commandContext(request, draftAccepted));
    return answered(reply, await this.commands.execute(command));
  }
}

function answered(reply: Reply, outcome: Outcome) {
  if (!outcome.accepted) throw refusalProblem(outcome.refusal);
  return accepted(reply, outcome.position, draftAccepted(outcome.state));
}
