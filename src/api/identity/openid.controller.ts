/** Signing in with an account elsewhere: a browser goes to the provider, comes back, and is signed in. */
import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { IDENTITY, type Identity } from '../../identity/identity.js';
import type { OpenIdOutcome, Wish } from '../../identity/openid/openid-sign-in.js';
import type { Remembered } from '../../identity/openid/sign-in-memory.js';
import { Documented } from '../docs/documented.js';
import { SignInLimits } from '../limits/sign-in-limits.js';
import { Problem } from '../problems/problem.js';
import { ReadQuery } from '../requests/lists.js';
import { parsed } from '../requests/parsed.js';
import type { Reply, Request } from '../requests/request.js';
import { RouteConfig } from '../requests/route-config.js';
import { identityProblem, sessionProblem } from './identity-refusals.js';
import { itemsOf, signedInAnswer, SignedInAnswer } from './identity.schemas.js';
import { OpenIdBrowser } from './openid-browser.js';
import { BeginInput, BeginQuery, CallbackQuery, ProviderItem, SignInBegun } from './openid.schemas.js';
import { withFragment } from './return-address.js';

const FOUND = 302;
const SEE_OTHER = 303;

@Controller('api/v1/auth/openid')
export class OpenIdController {
  constructor(
    @Inject(IDENTITY) private readonly identity: Identity,
    @Inject(OpenIdBrowser) private readonly browser: OpenIdBrowser,
    @Inject(SignInLimits) private readonly limits: SignInLimits,
  ) {}

  @Get()
  @RouteConfig({ public: true })
  @Documented({
    tag: 'Identity',
    summary: 'The providers whose accounts one can sign in with',
    query: ReadQuery,
    answer: itemsOf(ProviderItem),
  })
  providers(@Query(parsed(ReadQuery)) _query: unknown) {
    return { items: this.identity.openId.providers.names.map((provider) => ({ provider })) };
  }

  @Get(':provider')
  @HttpCode(FOUND)
  @Header('cache-control', 'no-store')
  @RouteConfig({ public: true })
  @Documented({
    tag: 'Identity',
    summary: 'Send a browser to a provider to sign in there',
    params: ['provider'],
    query: BeginQuery,
    status: FOUND,
    refusals: [404, 502],
  })
  async begin(
    @Param('provider') provider: string,
    @Query(parsed(BeginQuery)) query: BeginQuery,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const url = await this.browser.leave(reply, provider, wishOf(query));
    // A fragment of its own, though empty: without one a browser keeps that of the address it comes from, and an address
    // here may stand as the `returnTo` of a sign-in at another provider, with a refresh token behind it.
    void reply.header('location', `${url}#`);
  }

  @Post(':provider')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @RouteConfig({ public: true, secrets: true })
  @Documented({
    tag: 'Identity',
    summary: 'Begin to sign in at a provider, perhaps by an invitation: where to send the browser that asks',
    params: ['provider'],
    body: BeginInput,
    answer: SignInBegun,
    refusals: [404, 502],
  })
  async beginInvited(
    @Param('provider') provider: string,
    @Body(parsed(BeginInput)) input: BeginInput,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    return { authorizationUrl: await this.browser.leave(reply, provider, wishOf(input)) };
  }

  @Get(':provider/callback')
  @Header('cache-control', 'no-store')
  @RouteConfig({ public: true })
  @Documented({
    tag: 'Identity',
    summary: 'Where the provider sends the browser back to',
    description: 'With a `returnTo`, the browser goes on there; without one, the answer is as of a sign-in.',
    params: ['provider'],
    query: CallbackQuery,
    answer: SignedInAnswer,
    refusals: [401, 403, 404, 409, 502],
    alsoAnswers: [SEE_OTHER],
  })
  async callback(
    @Param('provider') provider: string,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const remembered = await this.browser.comeBack(request, reply, provider);
    const back = remembered.returnTo === null ? null : this.browser.returnAddressOf(remembered.returnTo);
    const answer = await this.finish(request, remembered).catch((error: unknown) => {
      if (back && error instanceof Problem) return { problem: error };
      throw error;
    });
    if (!back) return answer;
    void reply.code(SEE_OTHER).header('location', withFragment(back, fragmentOf(answer)));
    return undefined;
  }

  private async finish(request: Request, remembered: Remembered): Promise<object> {
    const attempt = await this.limits.attempt(request, null);
    const outcome = await this.browser.finish(request, remembered);
    await attempt.succeeded();
    return answerOf(outcome);
  }
}

const wishOf = ({ invitation, workspaceId, returnTo }: BeginInput): Wish => ({
  linkTo: null,
  invitation: invitation ?? null,
  workspaceId: workspaceId ?? null,
  returnTo: returnTo ?? null,
});

function answerOf(outcome: OpenIdOutcome): object {
  if ('signedIn' in outcome) return signedInAnswer(outcome.signedIn);
  if ('linkedTo' in outcome) return { userId: outcome.linkedTo };
  const { refused } = outcome;
  if (typeof refused === 'string') throw sessionProblem({ refused });
  if (refused.code !== 'ACCOUNT_NOT_LINKED') throw identityProblem(refused);
  throw new Problem(refused.code, {
    detail: 'Nobody signs in with this account here. Come by an invitation, or sign in and link the account.',
  });
}

/** A refresh token is good once: what stays of it in a browser's history leads nowhere, and says so if it is tried. */
function fragmentOf(answer: object): Record<string, string> {
  if ('problem' in answer && answer.problem instanceof Problem) return { error: answer.problem.code };
  if ('refreshToken' in answer) return { refreshToken: String(answer.refreshToken) };
  return { linked: 'true' };
}
