/** A browser on its way to a provider and back: the cookie it carries, and where it goes in the end. */
import { Inject, Injectable } from '@nestjs/common';
import { IDENTITY, type Identity } from '../../identity/identity.js';
import type { OpenIdOutcome, Wish } from '../../identity/openid/openid-sign-in.js';
import { OpenIdRefused, OpenIdUnavailable } from '../../identity/openid/providers.js';
import type { Remembered } from '../../identity/openid/sign-in-memory.js';
import { API_OPTIONS, type ApiOptions } from '../api-options.js';
import { Problem } from '../problems/problem.js';
import type { Reply, Request } from '../requests/request.js';
import { followingOf } from './following.js';
import { returnAddress } from './return-address.js';
import { forgottenCookie, signInCookie, signInMemoryOf } from './sign-in-cookie.js';

@Injectable()
export class OpenIdBrowser {
  constructor(
    @Inject(IDENTITY) private readonly identity: Identity,
    @Inject(API_OPTIONS) private readonly options: Pick<ApiOptions, 'publicUrl' | 'corsOrigins'>,
  ) {}

  /** Gives the browser its cookie; answers where to send it. Throws PROVIDER_NOT_FOUND, INVALID_REQUEST, PROVIDER_UNAVAILABLE. */
  async leave(reply: Reply, provider: string, wish: Wish): Promise<string> {
    const publicUrl = this.publicUrlFor(provider);
    if (wish.returnTo !== null) this.returnAddressOf(wish.returnTo);
    const { url, memory } = await this.identity.openId.begin(provider, wish).catch(asProblem);
    void reply.header('set-cookie', signInCookie(memory, publicUrl));
    return url;
  }

  /** Takes the cookie back: a sign-in is finished once. Throws PROVIDER_NOT_FOUND, SIGN_IN_REFUSED. */
  async comeBack(request: Request, reply: Reply, provider: string): Promise<Remembered> {
    void reply.header('set-cookie', forgottenCookie(this.publicUrlFor(provider)));
    const memory = signInMemoryOf(request);
    const remembered = memory === null ? null : await this.identity.openId.remembered(provider, memory);
    if (remembered) return remembered;
    throw signInRefused('It did not begin in this browser, or too long ago. Begin again.');
  }

  /** Throws SIGN_IN_REFUSED, PROVIDER_UNAVAILABLE. */
  async finish(request: Request, remembered: Remembered): Promise<OpenIdOutcome> {
    const [, query = ''] = request.url.split('?', 2);
    const browser = {
      following: followingOf(request),
      userAgent: request.headers['user-agent'] ?? null,
    };
    return this.identity.openId.finish(remembered, `?${query}`, browser).catch(asProblem);
  }

  /** Throws INVALID_REQUEST. */
  returnAddressOf(returnTo: string): URL {
    const { publicUrl, corsOrigins } = this.options;
    if (publicUrl === null) throw new Error('there are providers, but no address to come back to');
    return returnAddress(returnTo, publicUrl, corsOrigins);
  }

  private publicUrlFor(provider: string): string {
    const { publicUrl } = this.options;
    if (publicUrl !== null && this.identity.openId.providers.has(provider)) return publicUrl;
    throw new Problem('PROVIDER_NOT_FOUND', { detail: 'No provider of this name is set up.' });
  }
}

function asProblem(error: unknown): never {
  if (error instanceof OpenIdRefused)
    throw signInRefused('The provider did not vouch for anybody. Begin again.', error);
  if (!(error instanceof OpenIdUnavailable)) throw error;
  const detail = 'The provider cannot be asked at the moment.';
  throw new Problem('PROVIDER_UNAVAILABLE', { detail, cause: error });
}

const signInRefused = (detail: string, cause?: unknown) => new Problem('SIGN_IN_REFUSED', { detail, cause });
