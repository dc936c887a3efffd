/** From what a request carries, API key or access token, to the caller behind it, without a query per request. */
import { hashApiKey } from './keys/api-key.js';
import type { Caller } from './caller.js';
import type { Revoked } from './revocations.js';
import { looksLikeAccessToken } from './sessions/access-tokens.js';

/** How long what was revoked by another process may still work at most, and how often one bearer is looked up. */
export const CALLER_CACHE_MS = 10_000;
export const CALLERS_CACHED_MAX = 10_000;
/** Longer is nothing of ours; not worth hashing. */
const BEARER_CHARS_MAX = 1_024;

export interface FoundCaller {
  caller: Caller;
  /** When what they came with expires, in milliseconds since 1970; null: never. */
  expiresAtMs: number | null;
}

export interface CallerLookups {
  /** `hash`: SHA-256 of the key. */
  byApiKey(hash: Buffer): Promise<FoundCaller | null>;
  byAccessToken(token: string): Promise<FoundCaller | null>;
}

export class Authenticator {
  /** By hash in hex, oldest first. What nobody has is not kept: guesses must not push callers out. */
  private readonly known = new Map<string, { caller: Caller; until: number }>();
  /** Lookups under way, so that a burst with one key asks once. */
  private readonly asking = new Map<string, Promise<Caller | null>>();
  private revocations = 0;

  constructor(
    private readonly lookups: CallerLookups,
    private readonly now: () => number = Date.now,
  ) {}

  /** Null: nobody holds this key or token. Throws when the database is away. */
  async authenticate(bearer: string): Promise<Caller | null> {
    if (bearer.length === 0 || bearer.length > BEARER_CHARS_MAX) return null;
    // Everything from here on works on the hash: how long it takes says nothing about any key.
    const hash = hashApiKey(bearer);
    const id = hash.toString('hex');
    const known = this.known.get(id);
    if (known && known.until > this.now()) return known.caller;
    return this.asking.get(id) ?? this.ask(id, bearer, hash);
  }

  /** Whoever came with this is looked up anew. Null: everybody is. */
  forget(revoked: Revoked | null): void {
    this.revocations += 1;
    for (const [id, { caller }] of this.known)
      if (revoked === null || isRevoked(caller, revoked)) this.known.delete(id);
    // Who asks from now on does not join a lookup that may have looked before.
    this.asking.clear();
  }

  private ask(id: string, bearer: string, hash: Buffer): Promise<Caller | null> {
    const { revocations } = this;
    const found = looksLikeAccessToken(bearer)
      ? this.lookups.byAccessToken(bearer)
      : this.lookups.byApiKey(hash);
    const asked = found
      .then((answer) => {
        if (this.revocations !== revocations) return answer?.caller ?? null;
        this.known.delete(id);
        if (answer) this.remember(id, answer);
        return answer?.caller ?? null;
      })
      .finally(() => {
        if (this.asking.get(id) === asked) this.asking.delete(id);
      });
    this.asking.set(id, asked);
    return asked;
  }

  private remember(id: string, { caller, expiresAtMs }: FoundCaller): void {
    if (this.known.size >= CALLERS_CACHED_MAX) {
      const [oldest] = this.known.keys();
      if (oldest !== undefined) this.known.delete(oldest);
    }
    const until = this.now() + CALLER_CACHE_MS;
    this.known.set(id, { caller, until: expiresAtMs === null ? until : Math.min(until, expiresAtMs) });
  }
}

function isRevoked({ userId, workspaceId, credential }: Caller, revoked: Revoked): boolean {
  if ('credentialId' in revoked) return credential.id === revoked.credentialId;
  return userId === revoked.userId && (revoked.workspaceId ?? workspaceId) === workspaceId;
}
