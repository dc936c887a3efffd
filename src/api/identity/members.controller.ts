/** Who is in the workspace, and asking others in: for those who manage it. */
import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import type { Role } from '../../events/workspace.events.js';
import type { Caller } from '../../identity/caller.js';
import { IDENTITY, type Identity } from '../../identity/identity.js';
import type { Invited, MembersOutcome } from '../../identity/members/members.js';
import { PERMISSIONS_OF } from '../../identity/permissions.js';
import { decodeCursor, pageOf } from '../../projections/cursor.js';
import { Documented } from '../docs/documented.js';
import { commandContext } from '../requests/command-context.js';
import { pageSchema, ReadQuery } from '../requests/lists.js';
import { idOr, noBody, parsed } from '../requests/parsed.js';
import { accepted } from '../requests/position.js';
import { callerOf, type Reply, type Request } from '../requests/request.js';
import { RouteConfig } from '../requests/route-config.js';
import { identityProblem } from './identity-refusals.js';
import {
  InvitationItem,
  InvitationRef,
  InvitedAnswer,
  InviteInput,
  itemsOf,
  MemberItem,
  MembersCursor,
  MembersQuery,
  RoleInput,
  UserRef,
} from './identity.schemas.js';

@Controller('api/v1/workspace')
export class MembersController {
  constructor(@Inject(IDENTITY) private readonly identity: Identity) {}

  @Post('invitations')
  @HttpCode(202)
  @Header('cache-control', 'no-store')
  @RouteConfig({ needs: 'workspace.manage', secrets: true })
  @Documented({
    tag: 'Identity',
    summary: 'Ask somebody in; the token is shown once, to be handed on',
    description:
      'Nothing is sent: whoever invites hands the token on. The same request again under its Idempotency-Key, from the same key or session, has the same answer, token included. A key gives no role that may more than the key.',
    body: InviteInput,
    status: 202,
    answer: InvitedAnswer,
    refusals: [403, 409],
  })
  async invite(
    @Body(parsed(InviteInput)) input: InviteInput,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    requireRoleWithin(callerOf(request), input.role);
    const wanted = { ...input, secret: request.claimed?.secret('invitation') };
    const context = commandContext(request, (answer: Invited) => answer);
    const { outcome, invited } = await this.identity.members.invite(wanted, context);
    return answered(reply, outcome, invited);
  }

  @Get('invitations')
  @RouteConfig({ needs: 'workspace.manage' })
  @Documented({
    tag: 'Identity',
    summary: 'Open invitations',
    query: ReadQuery,
    answer: itemsOf(InvitationItem),
    refusals: [403],
  })
  async invitations(@Query(parsed(ReadQuery)) _query: unknown, @Req() request: Request) {
    return { items: await this.identity.members.invitations(callerOf(request).workspaceId) };
  }

  @Delete('invitations/:id')
  @HttpCode(202)
  @RouteConfig({ needs: 'workspace.manage' })
  @Documented({
    tag: 'Identity',
    summary: 'Take an invitation back',
    params: ['id'],
    status: 202,
    answer: InvitationRef,
    refusals: [403, 404],
  })
  async revoke(
    @Param('id', idOr('INVITATION_NOT_FOUND')) invitationId: string,
    @Body(noBody) _body: void,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const outcome = await this.identity.members.revoke(invitationId, commandContext(request));
    return answered(reply, outcome, { invitationId });
  }

  @Get('members')
  @RouteConfig({ needs: 'workspace.manage' })
  @Documented({
    tag: 'Identity',
    summary: 'The members of the workspace',
    query: MembersQuery,
    answer: pageSchema(MemberItem),
    refusals: [403],
  })
  async members(@Query(parsed(MembersQuery)) { limit, cursor }: MembersQuery, @Req() request: Request) {
    const [after = null] = cursor === undefined ? [] : decodeCursor(cursor, MembersCursor);
    const { workspaceId } = callerOf(request);
    const members = await this.identity.members.list(workspaceId, { after, limit: limit + 1 });
    return pageOf(
      members,
      limit,
      (member) => member,
      ({ userId }) => [userId],
    );
  }

  @Patch('members/:id')
  @HttpCode(202)
  @RouteConfig({ needs: 'workspace.manage' })
  @Documented({
    tag: 'Identity',
    summary: 'Give a member another role; their keys and sessions have it at once',
    params: ['id'],
    body: RoleInput,
    status: 202,
    answer: UserRef,
    refusals: [403, 404, 409],
  })
  async changeRole(
    @Param('id', idOr('MEMBER_NOT_FOUND')) userId: string,
    @Body(parsed(RoleInput)) { role }: RoleInput,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    requireRoleWithin(callerOf(request), role);
    const outcome = await this.identity.members.changeRole({ userId, role }, commandContext(request));
    return answered(reply, outcome, { userId });
  }

  @Delete('members/:id')
  @HttpCode(202)
  @RouteConfig({ needs: 'workspace.manage' })
  @Documented({
    tag: 'Identity',
    summary: 'Remove a member; their keys and sessions in this workspace end',
    params: ['id'],
    status: 202,
    answer: UserRef,
    refusals: [403, 404, 409],
  })
  async remove(
    @Param('id', idOr('MEMBER_NOT_FOUND')) userId: string,
    @Body(noBody) _body: void,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const outcome = await this.identity.members.remove(userId, commandContext(request));
    return answered(reply, outcome, { userId });
  }
}

/** Or a key for members alone would be a key for everything, by way of an owner of its own. Throws SCOPE_EXCEEDED. */
function requireRoleWithin({ permissions }: Caller, role: Role): void {
  const scopes = [...PERMISSIONS_OF[role]].filter((permission) => !permissions.has(permission));
  if (scopes.length > 0) throw identityProblem({ code: 'SCOPE_EXCEEDED', scopes });
}

function answered<Answer>(
  reply: Reply,
  outcome: MembersOutcome<Parameters<typeof identityProblem>[0]>,
  answer: Answer,
): Answer {
  if (!outcome.accepted) throw identityProblem(outcome.refusal);
  return accepted(reply, outcome.position, answer);
}
