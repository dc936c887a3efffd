/**
 * Who else can say who somebody is: OpenID Connect providers, by the name the settings give them. Authorization code flow
 * with PKCE, state and nonce (RFC 9700, section 2.1).
 */
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  discovery,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type Configuration,
} from 'openid-client';
import { z } from 'zod';
import type { OpenIdProvider } from '../../platform/config/openid-provider.js';

/** What a sign-in needs to know of its beginning at its end. */
export interface Exchange {
  state: string;
  nonce: string;
  codeVerifier: string;
}

/** Somebody, by the word of the provider. */
export interface OpenIdAccount {
  provider: string;
  issuer: string;
  subject: string;
  /** As the account calls its owner; null when it does not say. */
  name: string | null;
}

/** The provider did not vouch for anybody: refused, cancelled, expired, or not what was sent there. */
export class OpenIdRefused extends Error {
  readonly code = 'SIGN_IN_REFUSED';
  constructor(options: ErrorOptions) {
    super('the provider did not vouch for anybody', options);
    this.name = 'OpenIdRefused';
  }
}

/** The provider cannot be reached, or answers nonsense. */
export class OpenIdUnavailable extends Error {
  readonly code = 'PROVIDER_UNAVAILABLE';
  constructor(options: ErrorOptions) {
    super('the provider cannot be asked', options);
    this.name = 'OpenIdUnavailable';
  }
}

const TIMEOUT_SECONDS = 10;
/** A provider changes its addresses and keys' address now and then. */
const DISCOVERED_MS_MAX = 3_600_000;

const Claims = z.object({
  iss: z.string().min(1).max(2_048),
  sub: z.string().min(1).max(255),
  name: z.string().optional().catch(undefined),
});

export class OpenIdProviders {
  private readonly discovered = new Map<string, { until: number; configuration: Promise<Configuration> }>();

  constructor(
    private readonly providers: readonly OpenIdProvider[],
    private readonly now: () => Date,
  ) {}

  get names(): string[] {
    return this.providers.map(({ name }) => name);
  }

  has(name: string): boolean {
    return this.names.includes(name);
  }

  /** Where to send the browser. Throws OpenIdUnavailable. */
  async begin(name: string, redirectUri: string): Promise<{ url: string; exchange: Exchange }> {
    const configuration = await this.configurationOf(name);
    const exchange = {
      state: randomState(),
      nonce: randomNonce(),
      codeVerifier: randomPKCECodeVerifier(),
    };
    const url = buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: 'openid profile',
      state: exchange.state,
      nonce: exchange.nonce,
      code_challenge: await calculatePKCECodeChallenge(exchange.codeVerifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, exchange };
  }

  /** `callback`: the address the browser came back to, whole. Throws OpenIdRefused, OpenIdUnavailable. */
  async finish(name: string, callback: URL, exchange: Exchange): Promise<OpenIdAccount> {
    const configuration = await this.configurationOf(name);
    try {
      const tokens = await authorizationCodeGrant(configuration, callback, {
        expectedState: exchange.state,
        expectedNonce: exchange.nonce,
        pkceCodeVerifier: exchange.codeVerifier,
        idTokenExpected: true,
      });
      const { iss, sub, name: calledName } = Claims.parse(tokens.claims());
      return { provider: name, issuer: iss, subject: sub, name: calledName?.trim() || null };
    } catch (error) {
      throw isOutage(error) ? new OpenIdUnavailable({ cause: error }) : new OpenIdRefused({ cause: error });
    }
  }

  private async configurationOf(name: string): Promise<Configuration> {
    const provider = this.providers.find((each) => each.name === name);
    if (!provider) throw new Error(`no provider is called ${name}`);
    const now = this.now().getTime();
    let known = this.discovered.get(name);
    if (!known || known.until <= now) {
      known = { until: now + DISCOVERED_MS_MAX, configuration: discover(provider) };
      this.discovered.set(name, known);
    }
    try {
      return await known.configuration;
    } catch (error) {
      if (this.discovered.get(name) === known) this.discovered.delete(name);
      throw new OpenIdUnavailable({ cause: error });
    }
  }
}

function discover({ issuer, clientId, clientSecret }: OpenIdProvider): Promise<Configuration> {
  const url = new URL(issuer);
  // Without TLS only what cannot be listened to: a provider on this very machine.
  const isLocal = url.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return discovery(url, clientId, clientSecret, undefined, {
    timeout: TIMEOUT_SECONDS,
    ...(isLocal ? { execute: [allowInsecureRequests] } : {}),
  });
}

/** No answer, or one from a server in trouble; everything else is an answer. */
function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof TypeError && error.message === 'fetch failed') return true;
  const { code, status } = error as { code?: unknown; status?: unknown };
  return code === 'OAUTH_TIMEOUT' || (typeof status === 'number' && status >= 500);
}
