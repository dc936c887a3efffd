/** One's own API keys in the workspace. */
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
} from '@nestjs/common';
import { IDENTITY, type Identity } from '../../identity/identity.js';
import type { CreatedApiKey } from '../../identity/keys/api-keys.js';
import { Documented } from '../docs/documented.js';
import { Problem } from '../problems/problem.js';
import { commandContext, receiptOf } from '../requests/command-context.js';
import { ReadQuery } from '../requests/lists.js';
import { idOr, noBody, parsed } from '../requests/parsed.js';
import { callerOf, type Request } from '../requests/request.js';
import { RouteConfig } from '../requests/route-config.js';
import { identityProblem } from './identity-refusals.js';
import { ApiKeyInput, ApiKeyItem, CreatedApiKeyAnswer, itemsOf, KeyRef } from './identity.schemas.js';

const answerOf = ({ keyId, apiKey, scopes, expiresAt }: CreatedApiKey) => ({
  keyId,
  apiKey,
  scopes,
  expiresAt,
});

@Controller('api/v1/api-keys')
export class ApiKeysController {
  constructor(@Inject(IDENTITY) private readonly identity: Identity) {}

  @Post()
  @HttpCode(202)
  @Header('cache-control', 'no-store')
  @RouteConfig({ needs: 'account', secrets: true })
  @Documented({
    tag: 'Identity',
    summary: 'A new key for oneself in this workspace, shown once',
    description:
      'It may what its scopes say as far as its user’s role goes at the moment. A key made with a key has no more scopes than that, and ends no later. The same request again under its Idempotency-Key, from the same key or session, has the same answer, secret included.',
    body: ApiKeyInput,
    status: 202,
    answer: CreatedApiKeyAnswer,
    refusals: [403, 409],
  })
  async create(@Body(parsed(ApiKeyInput)) input: ApiKeyInput, @Req() request: Request) {
    const expiresAt = input.expiresAt === undefined ? null : new Date(input.expiresAt);
    const wanted = { name: input.name, scopes: input.scopes ?? null, expiresAt };
    const { commandId, receipt } = commandContext(request, answerOf);
    const created = await this.identity.apiKeys.create(callerOf(request), wanted, commandId, receipt);
    if ('refused' in created) throw identityProblem(created.refused);
    return answerOf(created);
  }

  @Get()
  @RouteConfig({ needs: 'account' })
  @Documented({
    tag: 'Identity',
    summary: 'One’s keys in this workspace that work',
    query: ReadQuery,
    answer: itemsOf(ApiKeyItem),
  })
  async list(@Query(parsed(ReadQuery)) _query: unknown, @Req() request: Request) {
    return { items: await this.identity.apiKeys.list(callerOf(request)) };
  }

  @Delete(':id')
  @HttpCode(202)
  @RouteConfig({ needs: 'account' })
  @Documented({
    tag: 'Identity',
    summary: 'Revoke one of one’s keys',
    params: ['id'],
    status: 202,
    answer: KeyRef,
    refusals: [404],
  })
  async revoke(
    @Param('id', idOr('API_KEY_NOT_FOUND')) keyId: string,
    @Body(noBody) _body: void,
    @Req() request: Request,
  ) {
    if (await this.identity.apiKeys.revoke(callerOf(request), keyId, receiptOf(request))) return { keyId };
    throw new Problem('API_KEY_NOT_FOUND', { detail: 'You have no key with this id here that works.' });
  }
}
