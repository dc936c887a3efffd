/** One's own accounts elsewhere: link one, see them, take one away. */
import {
  Body,
  Controller,
  Delete,
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
import { Documented } from '../docs/documented.js';
import { Problem } from '../problems/problem.js';
import { receiptOf } from '../requests/command-context.js';
import { ReadQuery } from '../requests/lists.js';
import { parsed } from '../requests/parsed.js';
import { callerOf, type Reply, type Request } from '../requests/request.js';
import { RouteConfig } from '../requests/route-config.js';
import { itemsOf, UserRef } from './identity.schemas.js';
import { OpenIdBrowser } from './openid-browser.js';
import { AccountItem, SignInBegun, LinkInput, UnlinkInput } from './openid.schemas.js';
import { requireWholeUser } from './whole-user.js';

@Controller('api/v1/me/accounts')
export class LinkedAccountsController {
  constructor(
    @Inject(IDENTITY) private readonly identity: Identity,
    @Inject(OpenIdBrowser) private readonly browser: OpenIdBrowser,
  ) {}

  @Get()
  @RouteConfig({ needs: 'account' })
  @Documented({
    tag: 'Identity',
    summary: 'The accounts elsewhere that one signs in with',
    query: ReadQuery,
    answer: itemsOf(AccountItem),
  })
  async list(@Query(parsed(ReadQuery)) _query: unknown, @Req() request: Request) {
    return { items: await this.identity.openId.accounts.list(callerOf(request).userId) };
  }

  @Post(':provider')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @RouteConfig({ needs: 'account', secrets: true })
  @Documented({
    tag: 'Identity',
    summary: 'Begin to link an account: where to send the browser that asks',
    params: ['provider'],
    body: LinkInput,
    answer: SignInBegun,
    refusals: [403, 404, 502],
  })
  async link(
    @Param('provider') provider: string,
    @Body(parsed(LinkInput)) { returnTo }: LinkInput,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    await requireWholeUser(this.identity, request);
    const { userId, workspaceId, credential } = callerOf(request);
    const wish = {
      linkTo: { userId, workspaceId, credential },
      invitation: null,
      workspaceId: null,
      returnTo: returnTo ?? null,
    };
    return { authorizationUrl: await this.browser.leave(reply, provider, wish) };
  }

  @Delete()
  @HttpCode(202)
  @RouteConfig({ needs: 'account' })
  @Documented({
    tag: 'Identity',
    summary: 'No longer sign in with an account',
    body: UnlinkInput,
    status: 202,
    answer: UserRef,
    refusals: [403, 404],
  })
  async unlink(@Body(parsed(UnlinkInput)) account: UnlinkInput, @Req() request: Request) {
    await requireWholeUser(this.identity, request);
    const { userId } = callerOf(request);
    const { accounts } = this.identity.openId;
    if (await accounts.unlink(account, userId, receiptOf(request))) return { userId };
    throw new Problem('ACCOUNT_NOT_FOUND', { detail: 'You do not sign in with this account.' });
  }
}
