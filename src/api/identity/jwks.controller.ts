/** The public halves of the keys that access tokens are signed with (JWK Set, RFC 7517), for whoever wants to check one. */
import { Controller, Get, Header, Inject } from '@nestjs/common';
import { IDENTITY, type Identity } from '../../identity/identity.js';
import { Documented } from '../docs/documented.js';
import { RouteConfig } from '../requests/route-config.js';
import { Jwks } from './identity.schemas.js';

@Controller('.well-known')
export class JwksController {
  constructor(@Inject(IDENTITY) private readonly identity: Identity) {}

  @Get('jwks.json')
  @Header('cache-control', 'public, max-age=60')
  @RouteConfig({ public: true })
  @Documented({ tag: 'Identity', summary: 'The keys that access tokens are signed with', answer: Jwks })
  jwks() {
    return this.identity.signingKeys.jwks();
  }
}
