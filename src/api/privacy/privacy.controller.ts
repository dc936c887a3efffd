/** People's data over HTTP: what they have said here is erased, by the owner or by themselves. */
import { Body, Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { EraseUserData } from '../../commands/workspace/privacy.handlers.js';
import { IDENTITY, type Identity } from '../../identity/identity.js';
import { Documented } from '../docs/documented.js';
import { requireWholeUser } from '../identity/whole-user.js';
import { refusalProblem } from '../problems/refusals.js';
import { commandContext } from '../requests/command-context.js';
import { noBody, parsed } from '../requests/parsed.js';
import { accepted } from '../requests/position.js';
import { callerOf, type Reply, type Request } from '../requests/request.js';
import { RouteConfig } from '../requests/route-config.js';

const ErasureInput = z.strictObject({ userId: z.uuid() });
type ErasureInput = z.infer<typeof ErasureInput>;
const ErasureAccepted = z.object({ userId: z.uuid() });

const DESCRIPTION =
  'Prompts, recordings, answers and every sentence about them can then be read by nobody, within a minute; changes of products stay, and can be undone. See docs/privacy.md for what this reaches and what it does not. There is no way back.';

@Controller('api/v1')
export class PrivacyController {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(IDENTITY) private readonly identity: Identity,
  ) {}

  @Post('privacy/erasures')
  @HttpCode(202)
  @RouteConfig({ needs: 'workspace.manage' })
  @Documented({
    tag: 'Identity',
    summary: 'Erase what a person has said in this workspace',
    description: DESCRIPTION,
    body: ErasureInput,
    status: 202,
    answer: ErasureAccepted,
    refusals: [403, 404],
  })
  erase(
    @Body(parsed(ErasureInput)) { userId }: ErasureInput,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    return this.erased(userId.toLowerCase(), request, reply);
  }

  @Post('me/erasure')
  @HttpCode(202)
  @RouteConfig({ needs: 'account' })
  @Documented({
    tag: 'Identity',
    summary: 'Erase what you have said in this workspace',
    description: DESCRIPTION,
    status: 202,
    answer: ErasureAccepted,
    refusals: [403, 404],
  })
  async eraseOwn(@Body(noBody) _: void, @Req() request: Request, @Res({ passthrough: true }) reply: Reply) {
    // There is no way back, and no way in afterwards: a key that lies somewhere must not do that.
    await requireWholeUser(this.identity, request);
    return this.erased(callerOf(request).userId, request, reply);
  }

  private async erased(userId: string, request: Request, reply: Reply) {
    const outcome = await this.commands.execute(new EraseUserData(userId, commandContext(request)));
    if (!outcome.accepted) throw refusalProblem(outcome.refusal);
    return accepted(reply, outcome.position, { userId });
  }
}
