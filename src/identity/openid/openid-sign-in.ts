/**
 * Signing in with an account elsewhere: a user who linked it, somebody who was asked in, or a user who links it now. An
 * address that a provider tells is never taken for a user: ADR 0042.
 */
import type { OpenIdProvider } from '../../platform/config/openid-provider.js';
import type { Database, Queryable } from '../../platform/database/database.js';
import type { ApiKeys } from '../keys/api-keys.js';
import type { Following } from '../members/members.js';
import type { Registration, RegistrationRefusal } from '../members/registration.js';
import type { Sessions, SessionRefusal, SignedIn } from '../sessions/sessions.js';
import { OpenIdAccounts } from './accounts.js';
import { OpenIdProviders, type OpenIdAccount } from './providers.js';
import { SignInMemory, type LinkTo, type Remembered } from './sign-in-memory.js';

export interface OpenIdSettings {
  providers: readonly OpenIdProvider[];
  /** The address people reach this installation at, without a slash at its end; null without providers. */
  publicUrl: string | null;
}

export type Wish = Pick<Remembered, 'linkTo' | 'invitation' | 'workspaceId' | 'returnTo'>;

export type OpenIdOutcome =
  | { signedIn: SignedIn }
  | { linkedTo: string }
  | SessionRefusal
  | { refused: RegistrationRefusal }
  /** Nobody signs in with this account, and no invitation came along. */
  | { refused: { code: 'ACCOUNT_NOT_LINKED' } };

interface Browser {
  following: Following;
  userAgent: string | null;
}

/** What the provider is told of somebody who has not said how they are called. */
const NAMELESS = 'New member';
const NAME_CHARS_MAX = 200;

export class OpenIdSignIn {
  readonly providers: OpenIdProviders;
  readonly accounts: OpenIdAccounts;
  private readonly memory: SignInMemory;

  constructor(
    database: Database,
    private readonly registration: Registration,
    private readonly sessions: Sessions,
    private readonly apiKeys: Pick<ApiKeys, 'isUnscoped'>,
    private readonly settings: OpenIdSettings,
    now: () => Date,
  ) {
    this.providers = new OpenIdProviders(settings.providers, now);
    this.accounts = new OpenIdAccounts(database, now);
    this.memory = new SignInMemory(database, now);
  }

  /** Where the browser goes, and what it is to bring back. Throws OpenIdUnavailable. */
  async begin(provider: string, wish: Wish): Promise<{ url: string; memory: string }> {
    const { url, exchange } = await this.providers.begin(provider, this.callbackOf(provider));
    return { url, memory: await this.memory.seal({ ...wish, ...exchange, provider }) };
  }

  /** What was to come of a sign-in at this provider; null: it did not begin here, or too long ago. */
  async remembered(provider: string, memory: string): Promise<Remembered | null> {
    const remembered = await this.memory.open(memory);
    return remembered?.provider === provider ? remembered : null;
  }

  /** `query`: of the address the browser came back to. Throws OpenIdRefused, OpenIdUnavailable. */
  async finish(remembered: Remembered, query: string, browser: Browser): Promise<OpenIdOutcome> {
    const { provider, linkTo } = remembered;
    const callback = new URL(`${this.callbackOf(provider)}${query}`);
    const account = await this.providers.finish(provider, callback, remembered);
    if (linkTo !== null) return this.link(account, linkTo);
    const userId = await this.accounts.userOf(account);
    return userId === null
      ? this.register(account, remembered, browser)
      : this.signIn(userId, remembered, browser);
  }

  /** Who has signed out everywhere, or was forgotten, since it began has ended this with all else that was under way. */
  private async link(
    account: OpenIdAccount,
    { userId, workspaceId, credential }: LinkTo,
  ): Promise<OpenIdOutcome> {
    const stands =
      credential.kind === 'session'
        ? await this.sessions.goesOn(userId, credential.id)
        : await this.apiKeys.isUnscoped(workspaceId, credential.id);
    if (!stands) return { refused: 'ended' };
    const isTheirs = await this.accounts.link(account, userId);
    return isTheirs ? { linkedTo: userId } : { refused: { code: 'ACCOUNT_TAKEN' } };
  }

  private async signIn(
    userId: string,
    { invitation, workspaceId }: Remembered,
    { following, userAgent }: Browser,
  ): Promise<OpenIdOutcome> {
    let destination = workspaceId;
    if (invitation !== null) {
      const accepted = await this.registration.accept(invitation, userId, following);
      if ('refused' in accepted) return accepted;
      destination = accepted.workspaceId;
    }
    return signedInOr(await this.sessions.start(userId, { workspaceId: destination, userAgent }));
  }

  private async register(
    account: OpenIdAccount,
    { invitation }: Remembered,
    { following, userAgent }: Browser,
  ): Promise<OpenIdOutcome> {
    if (invitation === null) return { refused: { code: 'ACCOUNT_NOT_LINKED' } };
    const name = (account.name ?? NAMELESS).slice(0, NAME_CHARS_MAX);
    const link = (userId: string, transaction: Queryable) => this.accounts.link(account, userId, transaction);
    const registered = await this.registration.registerElsewhere(
      { token: invitation, name, link },
      following,
    );
    if ('refused' in registered) return registered;
    const { userId, workspaceId } = registered;
    return signedInOr(await this.sessions.start(userId, { workspaceId, userAgent }));
  }

  private callbackOf(provider: string): string {
    return `${this.settings.publicUrl}/api/v1/auth/openid/${provider}/callback`;
  }
}

const signedInOr = (session: SignedIn | SessionRefusal): OpenIdOutcome =>
  'refused' in session ? session : { signedIn: session };
