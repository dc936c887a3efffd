/** Settings of a workspace over HTTP: what needs a second person, and which values custom fields take. */
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Put, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { z } from 'zod';
import { CustomFieldKey } from '../../catalogue/product.js';
import { PoliciesInput } from '../../commands/workspace/set-policies.js';
import { FieldInput } from '../../commands/workspace/specify-field.js';
import { RetireField, SetPolicies, SpecifyField } from '../../commands/workspace/workspace.handlers.js';
import { GetWorkspaceSettings } from '../../projections/workspace-settings/workspace-settings.queries.js';
import { Documented } from '../docs/documented.js';
import { refusalProblem, type Refusal } from '../problems/refusals.js';
import { commandContext } from '../requests/command-context.js';
import { pageSchema } from '../requests/lists.js';
import { noBody, parsed } from '../requests/parsed.js';
import { accepted } from '../requests/position.js';
import { callerOf, type Reply, type Request } from '../requests/request.js';
import { RouteConfig } from '../requests/route-config.js';
import { FieldAccepted, FieldAnswer, PoliciesAccepted, PoliciesAnswer } from './workspace.schemas.js';

type Outcome = { accepted: true; position: bigint } | { accepted: false; refusal: Refusal };

@Controller('api/v1/workspace')
export class WorkspaceSettingsController {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(QueryBus) private readonly queries: QueryBus,
  ) {}

  @Get('policies')
  @RouteConfig({ needs: 'catalogue.read', readsFrom: ['workspace-settings'] })
  @Documented({
    tag: 'Workspace',
    summary: 'What a change needs a second person’s approval for',
    answer: PoliciesAnswer,
  })
  async policies(@Req() request: Request) {
    return (await this.settings(request)).policies;
  }

  @Put('policies')
  @HttpCode(202)
  @RouteConfig({ needs: 'workspace.manage' })
  @Documented({
    tag: 'Workspace',
    summary: 'Set all of them; one that is left out asks for nobody',
    body: PoliciesInput,
    status: 202,
    answer: PoliciesAccepted,
    refusals: [403, 422],
  })
  async setPolicies(
    @Body(parsed(PoliciesInput)) input: z.output<typeof PoliciesInput>,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const answer = () => ({ policies: input });
    const command = new SetPolicies(input, commandContext(request, answer));
    return settled(reply, await this.commands.execute(command), answer());
  }

  @Get('fields')
  @RouteConfig({ needs: 'catalogue.read', readsFrom: ['workspace-settings'] })
  @Documented({
    tag: 'Workspace',
    summary: 'Custom fields: those decided on, and those that came with products',
    answer: pageSchema(FieldAnswer),
  })
  async fields(@Req() request: Request) {
    // A workspace has a few hundred at most: a list of one page.
    return { items: (await this.settings(request)).fields, nextCursor: null };
  }

  @Put('fields/:key')
  @HttpCode(202)
  @RouteConfig({ needs: 'workspace.manage' })
  @Documented({
    tag: 'Workspace',
    summary: 'Decide what a custom field is called and which values it takes from now on',
    params: ['key'],
    body: FieldInput,
    status: 202,
    answer: FieldAccepted,
    refusals: [403, 409],
  })
  async specify(
    @Param('key', parsed(CustomFieldKey)) key: string,
    @Body(parsed(FieldInput)) input: z.output<typeof FieldInput>,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const answer = () => ({ key });
    const command = new SpecifyField({ key, ...input }, commandContext(request, answer));
    return settled(reply, await this.commands.execute(command), answer());
  }

  @Delete('fields/:key')
  @HttpCode(202)
  @RouteConfig({ needs: 'workspace.manage' })
  @Documented({
    tag: 'Workspace',
    summary: 'Retire a custom field: its values stay, further ones are refused',
    params: ['key'],
    status: 202,
    answer: FieldAccepted,
    refusals: [403, 404],
  })
  async retire(
    @Param('key', parsed(CustomFieldKey)) key: string,
    @Body(noBody) _: void,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const answer = () => ({ key });
    const command = new RetireField(key, commandContext(request, answer));
    return settled(reply, await this.commands.execute(command), answer());
  }

  private settings(request: Request) {
    return this.queries.execute(new GetWorkspaceSettings(callerOf(request).workspaceId));
  }
}

function settled<Answer>(reply: Reply, outcome: Outcome, answer: Answer): Answer {
  if (!outcome.accepted) throw refusalProblem(outcome.refusal);
  return accepted(reply, outcome.position, answer);
}
