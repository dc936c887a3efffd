/** One's own: who one is, where one is signed in, in which workspaces, with which password. */
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Put, Query, Req } from '@nestjs/common';
import { changePassword } from '../../identity/change-password.js';
import { IDENTITY, type Identity } from '../../identity/identity.js';
import type { User } from '../../identity/users/users.js';
import { EmailTaken } from '../../identity/users/users.js';
import { weaknessOf } from '../../identity/users/password-rules.js';
import { Documented } from '../docs/documented.js';
import { SignInLimits } from '../limits/sign-in-limits.js';
import { Problem } from '../problems/problem.js';
import { receiptOf } from '../requests/command-context.js';
import { ReadQuery } from '../requests/lists.js';
import { idOr, noBody, parsed } from '../requests/parsed.js';
import { callerOf, type Request } from '../requests/request.js';
import { RouteConfig } from '../requests/route-config.js';
import { identityProblem, invalidCredentials, weakPassword } from './identity-refusals.js';
import {
  itemsOf,
  Me,
  PasswordInput,
  SessionItem,
  SessionRef,
  UserRef,
  WorkspaceItem,
} from './identity.schemas.js';
import { requireWholeUser } from './whole-user.js';

@Controller('api/v1/me')
export class MeController {
  constructor(
    @Inject(IDENTITY) private readonly identity: Identity,
    @Inject(SignInLimits) private readonly limits: SignInLimits,
  ) {}

  @Get()
  @RouteConfig({ needs: 'account' })
  @Documented({
    tag: 'Identity',
    summary: 'Who this request comes from, and what they may',
    query: ReadQuery,
    answer: Me,
  })
  async me(@Query(parsed(ReadQuery)) _query: unknown, @Req() request: Request) {
    const { workspaceId, role, permissions, credential } = callerOf(request);
    const user = await this.user(request);
    return { ...user, workspaceId, role, permissions: [...permissions], credential };
  }

  @Put('password')
  @HttpCode(202)
  @RouteConfig({ needs: 'account', secrets: true })
  @Documented({
    tag: 'Identity',
    summary: 'Set one’s password; all other sessions end',
    description: 'A user who has no address yet, like the first owner, names one with their first password.',
    body: PasswordInput,
    status: 202,
    answer: UserRef,
    refusals: [403, 409],
  })
  async setPassword(@Body(parsed(PasswordInput)) input: PasswordInput, @Req() request: Request) {
    const { credential } = callerOf(request);
    const user = await this.user(request);
    const { userId, name } = user;
    const email = emailFor(user, input);
    if (user.hasPassword) await this.confirm(request, user, input.currentPassword);
    else await requireWholeUser(this.identity, request);
    const weakness = weaknessOf(input.password, { email, name });
    if (weakness) throw weakPassword(weakness);
    const keptSessionId = credential.kind === 'session' ? credential.id : null;
    const change = { userId, password: input.password, email, keptSessionId };
    try {
      await changePassword(this.identity, change, receiptOf(request));
    } catch (error) {
      if (error instanceof EmailTaken) throw identityProblem({ code: 'EMAIL_TAKEN' });
      throw error;
    }
    return { userId };
  }

  @Get('sessions')
  @RouteConfig({ needs: 'account' })
  @Documented({
    tag: 'Identity',
    summary: 'Where one is signed in, the session used last first',
    query: ReadQuery,
    answer: itemsOf(SessionItem),
  })
  async sessions(@Query(parsed(ReadQuery)) _query: unknown, @Req() request: Request) {
    const { userId, credential } = callerOf(request);
    const sessions = await this.identity.sessions.list(userId);
    return {
      items: sessions.map((session) => ({ ...session, current: session.sessionId === credential.id })),
    };
  }

  @Delete('sessions/:id')
  @HttpCode(202)
  @RouteConfig({ needs: 'account' })
  @Documented({
    tag: 'Identity',
    summary: 'End one of one’s sessions',
    params: ['id'],
    status: 202,
    answer: SessionRef,
    refusals: [404],
  })
  async endSession(
    @Param('id', idOr('SESSION_NOT_FOUND')) sessionId: string,
    @Body(noBody) _body: void,
    @Req() request: Request,
  ) {
    const { userId } = callerOf(request);
    const ended = await this.identity.sessions.end(userId, sessionId, 'revoked', receiptOf(request));
    if (ended) return { sessionId };
    throw new Problem('SESSION_NOT_FOUND', { detail: 'You have no session with this id that goes on.' });
  }

  @Get('workspaces')
  @RouteConfig({ needs: 'account' })
  @Documented({
    tag: 'Identity',
    summary: 'The workspaces one is a member of; refresh with a workspaceId to go there',
    query: ReadQuery,
    answer: itemsOf(WorkspaceItem),
  })
  async workspaces(@Query(parsed(ReadQuery)) _query: unknown, @Req() request: Request) {
    return { items: await this.identity.members.workspacesOf(callerOf(request).userId) };
  }

  private async user(request: Request): Promise<User> {
    const user = await this.identity.users.byId(callerOf(request).userId);
    if (!user) throw new Error('a caller who is no user');
    return user;
  }

  /** Throws INVALID_CREDENTIALS, RATE_LIMITED. */
  private async confirm(request: Request, { userId, email }: User, password: string | undefined) {
    const attempt = await this.limits.attempt(request, email);
    if (password === undefined || !(await this.identity.users.hasPassword(userId, password)))
      throw invalidCredentials();
    await attempt.succeeded();
  }
}

/** An address is set once, with the first password: by it others invite, and nobody should pass for somebody else later. */
function emailFor(user: User, { email }: PasswordInput): string {
  if (user.email === null && email !== undefined) return email;
  if (user.email !== null && (email === undefined || email === user.email)) return user.email;
  const message = user.email === null ? 'needed with the first password' : 'cannot be changed';
  throw new Problem('INVALID_REQUEST', {
    detail: `body.email: ${message}`,
    extensions: { errors: [{ path: 'body.email', message }] },
  });
}
