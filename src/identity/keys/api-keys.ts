/** API keys: several for each member, each with a name, as much of the role as it was given, and perhaps an end. */
import { timingSafeEqual } from 'node:crypto';
import type { PendingReceipt } from '../../commands/receipt.js';
import { derivedId } from '../../events/event-ids.js';
import type { Role } from '../../events/workspace.events.js';
import type { Database } from '../../platform/database/database.js';
import { workspaceReads } from '../../platform/database/workspace-scope.js';
import type { FoundCaller } from '../authenticator.js';
import { callerOfRole, type Caller } from '../caller.js';
import { changeWithAnswer } from '../change-with-answer.js';
import type { Permission } from '../permissions.js';
import type { Revocations } from '../revocations.js';
import { generateApiKey, hashApiKey } from './api-key.js';

/** Of one member, those that work. */
export const API_KEYS_MAX = 50;

export interface NewApiKey {
  name: string;
  /** Null: all that the caller has. */
  scopes: readonly Permission[] | null;
  expiresAt: Date | null;
}

export interface ApiKeyView {
  keyId: string;
  name: string;
  /** Null: whatever the role may. */
  scopes: Permission[] | null;
  createdAt: Date;
  expiresAt: Date | null;
  /** To the minute. */
  lastUsedAt: Date | null;
}

export type CreateApiKeyRefusal =
  { code: 'SCOPE_EXCEEDED'; scopes: Permission[] } | { code: 'LIMIT_REACHED'; of: 'API keys'; limit: number };

/** `apiKey`: a secret, and nowhere else to be read again. */
export interface CreatedApiKey extends Pick<ApiKeyView, 'keyId' | 'name' | 'expiresAt'> {
  apiKey: string;
  scopes: Permission[];
}

/** Finds the caller and notes the use, at most once a minute. `$1`: SHA-256 of the key, `$2`: now. */
const SELECT_CALLER = `
  WITH found AS (
    SELECT k.key_id, k.key_hash, k.workspace_id, k.user_id, m.role, k.scopes, k.expires_at, k.last_used_at
      FROM api_keys k JOIN memberships m ON m.workspace_id = k.workspace_id AND m.user_id = k.user_id
     WHERE k.key_hash = $1 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $2)
  ), used AS (
    UPDATE api_keys SET last_used_at = $2 FROM found
     WHERE api_keys.key_id = found.key_id
       AND (found.last_used_at IS NULL OR found.last_used_at < $2::timestamptz - interval '1 minute')
  )
  SELECT key_id, key_hash, workspace_id, user_id, role, scopes, expires_at FROM found`;

const LIVE = 'revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $3)';

/**
 * `$2`: user, `$3`: now, `$4`: how many are too many, `$5`: the key the caller came with, if any: none outlives the one it
 * was made with. The same key once more gets another secret.
 */
const INSERT_KEY = `
  INSERT INTO api_keys (workspace_id, user_id, created_at, key_id, key_hash, name, scopes, expires_at)
  SELECT $1, $2, $3, $6, $7, $8, $9,
         LEAST($10::timestamptz, (SELECT expires_at FROM api_keys WHERE workspace_id = $1 AND key_id = $5))
   WHERE (SELECT count(*) FROM api_keys WHERE workspace_id = $1 AND user_id = $2 AND ${LIVE} AND key_id <> $6) < $4
  ON CONFLICT (key_id) DO UPDATE SET key_hash = EXCLUDED.key_hash
   WHERE api_keys.workspace_id = $1 AND api_keys.user_id = $2 AND api_keys.revoked_at IS NULL
  RETURNING expires_at AS "expiresAt"`;

const SELECT_UNSCOPED = `
  SELECT key_id FROM api_keys WHERE workspace_id = $1 AND key_id = $2 AND scopes IS NULL AND revoked_at IS NULL`;

const SELECT_KEYS = `
  SELECT key_id AS "keyId", name, scopes, created_at AS "createdAt", expires_at AS "expiresAt",
         last_used_at AS "lastUsedAt"
    FROM api_keys WHERE workspace_id = $1 AND user_id = $2 AND ${LIVE} ORDER BY created_at, key_id`;

const REVOKE_KEY = `
  UPDATE api_keys SET revoked_at = $4
   WHERE workspace_id = $1 AND user_id = $2 AND key_id = $3 AND revoked_at IS NULL
  RETURNING key_id`;

interface CallerRow {
  key_id: string;
  key_hash: Buffer;
  workspace_id: string;
  user_id: string;
  role: Role;
  scopes: Permission[] | null;
  expires_at: Date | null;
}

export class ApiKeys {
  constructor(
    private readonly database: Database,
    private readonly revocations: Revocations,
    private readonly now: () => Date,
  ) {}

  /** Whoever holds the key with this SHA-256, with the role they have now. */
  async callerOf(hash: Buffer): Promise<FoundCaller | null> {
    const asked = [hash, this.now()];
    const { rows } = await this.database.query<CallerRow & Record<string, unknown>>(SELECT_CALLER, asked);
    const [row] = rows;
    if (!row || !timingSafeEqual(row.key_hash, hash)) return null;
    const { user_id: userId, workspace_id: workspaceId, role } = row;
    const credential = { kind: 'api-key', id: row.key_id } as const;
    const caller = callerOfRole({ userId, workspaceId, role, credential }, row.scopes);
    return { caller, expiresAtMs: row.expires_at?.getTime() ?? null };
  }

  /**
   * For the caller, in the workspace they are in; never more than they have. `commandId`: repeated, it is the same key with
   * another secret. `receipt`: stored with the key. Throws ReceiptTaken.
   */
  async create(
    caller: Caller,
    { name, scopes, expiresAt }: NewApiKey,
    commandId: string,
    receipt?: PendingReceipt<CreatedApiKey>,
  ): Promise<CreatedApiKey | { refused: CreateApiKeyRefusal }> {
    const given = [...(scopes ?? caller.permissions)];
    const exceeding = given.filter((scope) => !caller.permissions.has(scope));
    if (exceeding.length > 0) return { refused: { code: 'SCOPE_EXCEEDED', scopes: exceeding } };
    const apiKey = generateApiKey();
    const madeWith = caller.credential.kind === 'api-key' ? caller.credential.id : null;
    // What it may and what it was made with belong to it: who may less does not get a secret for a key that may more.
    const keyId = derivedId('api-key', commandId, madeWith ?? '', given.toSorted().join(' '));
    const limits = [this.now(), API_KEYS_MAX, madeWith];
    const row = [caller.userId, ...limits, keyId, hashApiKey(apiKey), name, given, expiresAt];
    const created = await changeWithAnswer<CreatedApiKey>(this.database, receipt, async (queryable) => {
      const scope = workspaceReads(queryable).scope(caller.workspaceId);
      const [inserted] = await scope.query<{ expiresAt: Date | null }>(INSERT_KEY, row);
      return inserted ? { keyId, name, scopes: given, expiresAt: inserted.expiresAt, apiKey } : null;
    });
    if (!created) return { refused: { code: 'LIMIT_REACHED', of: 'API keys', limit: API_KEYS_MAX } };
    await this.revocations.announce({ credentialId: keyId });
    return created;
  }

  /** Whether the key works, and stands for its user in everything: it was given with the workspace, not made by anybody. */
  async isUnscoped(workspaceId: string, keyId: string): Promise<boolean> {
    return (await this.database.scope(workspaceId).query(SELECT_UNSCOPED, [keyId])).length === 1;
  }

  /** Those of the user in this workspace that work, oldest first. */
  list({ workspaceId, userId }: Pick<Caller, 'workspaceId' | 'userId'>): Promise<ApiKeyView[]> {
    return this.database
      .scope(workspaceId)
      .query<ApiKeyView & Record<string, unknown>>(SELECT_KEYS, [userId, this.now()]);
  }

  /** False: the user has no such key here, or it was revoked before. */
  async revoke(
    { workspaceId, userId }: Pick<Caller, 'workspaceId' | 'userId'>,
    keyId: string,
    receipt?: PendingReceipt<{ keyId: string }>,
  ): Promise<boolean> {
    const row = [userId, keyId, this.now()];
    const revoked = await changeWithAnswer(this.database, receipt, async (queryable) => {
      const keys = await workspaceReads(queryable).scope(workspaceId).query(REVOKE_KEY, row);
      return keys.length === 1 ? { keyId } : null;
    });
    await this.revocations.announce({ credentialId: keyId });
    return revoked !== null;
  }
}
