/** Signing in and out, and coming in by invitation. Answers with tokens are 200 and are never kept anywhere: what comes again is another sign-in. */
import { Body, Controller, Header, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { IDENTITY, type Identity } from '../../identity/identity.js';
import type { RegistrationOutcome } from '../../identity/members/registration.js';
import { Documented } from '../docs/documented.js';
import { SignInLimits } from '../limits/sign-in-limits.js';
import { Problem } from '../problems/problem.js';
import { receiptOf } from '../requests/command-context.js';
import { noBody, parsed } from '../requests/parsed.js';
import { accepted } from '../requests/position.js';
import { callerOf, type Reply, type Request } from '../requests/request.js';
import { RouteConfig } from '../requests/route-config.js';
import { followingOf } from './following.js';
import { identityProblem, invalidCredentials, sessionProblem } from './identity-refusals.js';
import {
  AcceptInput,
  JoinedAnswer,
  LoginInput,
  RefreshInput,
  RegisterInput,
  SessionRef,
  SessionsEnded,
  signedInAnswer,
  SignedInAnswer,
} from './identity.schemas.js';

@Controller('api/v1/auth')
export class AuthController {
  constructor(
    @Inject(IDENTITY) private readonly identity: Identity,
    @Inject(SignInLimits) private readonly limits: SignInLimits,
  ) {}

  @Post('login')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @RouteConfig({ public: true, secrets: true })
  @Documented({
    tag: 'Identity',
    summary: 'Sign in with an address and a password',
    body: LoginInput,
    answer: SignedInAnswer,
    refusals: [401, 404],
  })
  async login(@Body(parsed(LoginInput)) input: LoginInput, @Req() request: Request) {
    const { email, password, workspaceId } = input;
    const { users, sessions } = this.identity;
    const attempt = await this.limits.attempt(request, email);
    const user = await users.withPassword(email, password);
    if (!user) throw invalidCredentials();
    await attempt.succeeded();
    const where = { workspaceId: workspaceId ?? null, userAgent: request.headers['user-agent'] ?? null };
    const session = await sessions.start(user.userId, where);
    if ('refused' in session) throw sessionProblem(session);
    return signedInAnswer(session);
  }

  @Post('refresh')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @RouteConfig({ public: true, secrets: true })
  @Documented({
    tag: 'Identity',
    summary: 'A new access token, and the next refresh token',
    description:
      'A refresh token is good once. The same one again within 10 s is answered the same, should the answer have been lost; after that, or once its successor was used, it ends the session.',
    body: RefreshInput,
    answer: SignedInAnswer,
    refusals: [401, 404],
  })
  async refresh(@Body(parsed(RefreshInput)) input: RefreshInput, @Req() request: Request) {
    const session = await this.identity.sessions.refresh(input.refreshToken, input.workspaceId ?? null);
    if (!('refused' in session)) return signedInAnswer(session);
    // Like a wrong key, after the fact: nobody guesses 256 bits, and who has the token must not wait for guessers beside it.
    if (session.refused !== 'no_workspace') await this.limits.countFailure(request);
    throw sessionProblem(session);
  }

  @Post('logout')
  @HttpCode(202)
  @RouteConfig({ needs: 'account' })
  @Documented({
    tag: 'Identity',
    summary: 'End the session this request came with',
    status: 202,
    answer: SessionRef,
    refusals: [404],
  })
  async logout(@Body(noBody) _body: void, @Req() request: Request) {
    const { userId, credential } = callerOf(request);
    if (credential.kind !== 'session')
      throw new Problem('SESSION_NOT_FOUND', {
        detail: 'An API key has no session. Revoke the key instead.',
      });
    await this.identity.sessions.end(userId, credential.id, 'logout');
    return { sessionId: credential.id };
  }

  @Post('logout-everywhere')
  @HttpCode(202)
  @RouteConfig({ needs: 'account' })
  @Documented({
    tag: 'Identity',
    summary: 'End all sessions of the user, in all workspaces; API keys stay',
    status: 202,
    answer: SessionsEnded,
  })
  async logoutEverywhere(@Body(noBody) _body: void, @Req() request: Request) {
    const { userId } = callerOf(request);
    const { sessions } = this.identity;
    return { userId, sessions: await sessions.endAll(userId, 'logout', null, receiptOf(request)) };
  }

  @Post('register')
  @HttpCode(202)
  @RouteConfig({ public: true, secrets: true, keysOf: 'invitation' })
  @Documented({
    tag: 'Identity',
    summary: 'Become a user, by an invitation',
    body: RegisterInput,
    status: 202,
    answer: JoinedAnswer,
    refusals: [403, 409],
  })
  async register(
    @Body(parsed(RegisterInput)) input: RegisterInput,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const { invitation: token, name, password } = input;
    return this.joined(request, reply, () =>
      this.identity.registration.register(
        { token, name, password },
        followingOf(request),
        receiptOf(request),
      ),
    );
  }

  @Post('invitations/accept')
  @HttpCode(202)
  @RouteConfig({ needs: 'account', secrets: true })
  @Documented({
    tag: 'Identity',
    summary: 'Come into another workspace, by an invitation for your address',
    body: AcceptInput,
    status: 202,
    answer: JoinedAnswer,
    refusals: [403, 409],
  })
  async accept(
    @Body(parsed(AcceptInput)) { invitation }: AcceptInput,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const { userId } = callerOf(request);
    return this.joined(request, reply, () =>
      this.identity.registration.accept(invitation, userId, followingOf(request), receiptOf(request)),
    );
  }

  /** A wrong invitation counts like a wrong password; whatever else is refused is nobody's guess. */
  private async joined(request: Request, reply: Reply, join: () => Promise<RegistrationOutcome>) {
    const attempt = await this.limits.attempt(request, null);
    const outcome = await join();
    if (!('refused' in outcome) || outcome.refused.code !== 'INVITATION_INVALID') await attempt.succeeded();
    if ('refused' in outcome) throw identityProblem(outcome.refused);
    const { position, userId, workspaceId } = outcome;
    return accepted(reply, position, { userId, workspaceId });
  }
}
