/** From the key a request carries to the caller behind it, without a query per request. */
import { timingSafeEqual } from 'node:crypto';
import type { Role } from '../events/workspace.events.js';
import type { Queryable } from '../platform/database/database.js';
import { hashApiKey } from './api-key.js';
import { callerOfRole, type Caller } from './caller.js';

/** How long a revoked or replaced key may still work, and how often one key asks the database. */
export const CALLER_CACHE_MS = 10_000;
export const CALLERS_CACHED_MAX = 10_000;
/** Longer is no key of ours; not worth hashing. */
const BEARER_CHARS_MAX = 512;

/** Finds the caller and notes the use, at most once a minute. `$1`: SHA-256 of the key. */
const SELECT_CALLER = `
  WITH found AS (
    SELECT key_id, key_hash, workspace_id, user_id, role, last_used_at FROM api_keys WHERE key_hash = $1
  ), used AS (
    UPDATE api_keys SET last_used_at = now() FROM found
     WHERE api_keys.key_id = found.key_id
       AND (found.last_used_at IS NULL OR found.last_used_at < now() - interval '1 minute')
  )
  SELECT key_hash, workspace_id, user_id, role FROM found`;

interface CallerRow {
  key_hash: Buffer;
  workspace_id: string;
  user_id: string;
  role: Role;
}

export class Authenticator {
  /** By hash in hex, oldest first. Keys that nobody has are not kept: guesses must not push callers out. */
  private readonly known = new Map<string, { caller: Caller; until: number }>();
  /** Lookups under way, so that a burst with one key asks once. */
  private readonly asking = new Map<string, Promise<Caller | null>>();

  constructor(
    private readonly database: Queryable,
    private readonly now: () => number = Date.now,
  ) {}

  /** Null: nobody holds this key. Throws when the database is away. */
  async authenticate(bearer: string): Promise<Caller | null> {
    if (bearer.length === 0 || bearer.length > BEARER_CHARS_MAX) return null;
    // Everything from here on works on the hash: how long it takes says nothing about any key.
    const hash = hashApiKey(bearer);
    const id = hash.toString('hex');
    const known = this.known.get(id);
    if (known && known.until > this.now()) return known.caller;
    const asking = this.asking.get(id) ?? this.ask(id, hash);
    return asking;
  }

  private ask(id: string, hash: Buffer): Promise<Caller | null> {
    const asked = this.find(hash)
      .then((caller) => {
        this.known.delete(id);
        if (caller) this.remember(id, caller);
        return caller;
      })
      .finally(() => this.asking.delete(id));
    this.asking.set(id, asked);
    return asked;
  }

  private async find(hash: Buffer): Promise<Caller | null> {
    const { rows } = await this.database.query<CallerRow & Record<string, unknown>>(SELECT_CALLER, [hash]);
    const row = rows[0];
    if (!row || !timingSafeEqual(row.key_hash, hash)) return null;
    return callerOfRole({ userId: row.user_id, workspaceId: row.workspace_id, role: row.role });
  }

  private remember(id: string, caller: Caller): void {
    if (this.known.size >= CALLERS_CACHED_MAX) {
      const [oldest] = this.known.keys();
      if (oldest !== undefined) this.known.delete(oldest);
    }
    this.known.set(id, { caller, until: this.now() + CALLER_CACHE_MS });
  }
}
