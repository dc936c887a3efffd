/** Workspaces with their first user and key: the default one at first start, further ones on request. */
import { v7 as uuidv7 } from 'uuid';
import { createWorkspace } from '../commands/workspace/workspace.decider.js';
import { workspaceRef } from '../commands/workspace/workspace-stream.js';
import type { StreamWriter } from '../commands/stream-writer.js';
import { derivedId } from '../events/event-ids.js';
import type { Database } from '../platform/database/database.js';
import { generateApiKey, hashApiKey } from './keys/api-key.js';
import { followStream } from './members/follow-members.js';

/** Derived, so that processes which start at once agree on them without asking each other. */
export const DEFAULT_WORKSPACE_ID = derivedId('workspace', 'default');
export const DEFAULT_OWNER_ID = derivedId('user', 'default-owner');
const BOOTSTRAP_KEY_ID = derivedId('api-key', 'bootstrap');

const INSERT_USER = 'INSERT INTO users (user_id, name) VALUES ($1, $2) ON CONFLICT (user_id) DO NOTHING';

/** One row when the key is new or another than before, none when it is the same, or its user is not a member any more. */
const UPSERT_KEY = `
  INSERT INTO api_keys (workspace_id, user_id, key_id, key_hash)
  SELECT workspace_id, user_id, $3, $4 FROM memberships WHERE workspace_id = $1 AND user_id = $2
  ON CONFLICT (key_id) DO UPDATE
    SET key_hash = EXCLUDED.key_hash, created_at = now(), last_used_at = NULL, revoked_at = NULL
   WHERE api_keys.key_hash <> EXCLUDED.key_hash
  RETURNING key_id`;

/** `$1` a workspace; nobody's id is all zeroes. */
const SELECT_NEXT = `
  SELECT workspace_id FROM memberships
   WHERE workspace_id > coalesce($1::uuid, '00000000-0000-0000-0000-000000000000')
   ORDER BY workspace_id LIMIT 1`;
const SELECT_ANY_KEY = 'SELECT FROM api_keys LIMIT 1';

interface Owned {
  workspaceId: string;
  userId: string;
}

/** No key was given and none was ever stored: nobody could sign in. */
export class ApiKeyRequired extends Error {
  readonly code = 'API_KEY_REQUIRED';
  constructor() {
    super('the first start on a database of your own needs DRAFTHORSE_API_KEY: the key of the first owner');
    this.name = 'ApiKeyRequired';
  }
}

export class Workspaces {
  constructor(
    private readonly database: Database,
    private readonly writer: StreamWriter,
  ) {}

  /**
   * Makes workspace `default` and its owner, and gives the owner this key in place of the one before, unless they are no
   * longer a member. `apiKey` null leaves the stored key alone. Idempotent, and safe in several processes at once. Throws
   * ApiKeyRequired.
   */
  async bootstrapOwner({ apiKey }: { apiKey: string | null }): Promise<Owned & { keyChanged: boolean }> {
    const owned = { workspaceId: DEFAULT_WORKSPACE_ID, userId: DEFAULT_OWNER_ID };
    if (apiKey === null && (await this.database.query(SELECT_ANY_KEY)).rowCount === 0)
      throw new ApiKeyRequired();
    await this.open(owned, { workspace: 'default', owner: 'owner' });
    const keyChanged = apiKey !== null && (await this.setKey(owned, BOOTSTRAP_KEY_ID, apiKey));
    return { ...owned, keyChanged };
  }

  /** A workspace of its own with an owner and a fresh key, which is nowhere else to be read again. */
  async createWorkspaceWithKey(name: string): Promise<Owned & { apiKey: string }> {
    const owned = { workspaceId: uuidv7(), userId: uuidv7() };
    const apiKey = generateApiKey();
    await this.open(owned, { workspace: name, owner: name });
    await this.setKey(owned, uuidv7(), apiKey);
    return { ...owned, apiKey };
  }

  /** All of the installation, one by one in the order of their ids; null: before the first, and after the last. */
  async after(workspaceId: string | null): Promise<string | null> {
    const { rows } = await this.database.query<{ workspace_id: string }>(SELECT_NEXT, [workspaceId]);
    return rows[0]?.workspace_id ?? null;
  }

  /**
   * The user, then the workspace's first events, whose ids derive from the workspace: twice is once. In this order, since
   * whoever follows the events needs the user.
   */
  private async open(
    { workspaceId, userId }: Owned,
    names: { workspace: string; owner: string },
  ): Promise<void> {
    await this.database.query(INSERT_USER, [userId, names.owner]);
    const commandId = derivedId('create-workspace', workspaceId);
    await this.writer.decide(
      workspaceRef(workspaceId),
      { workspaceId, userId, commandId, correlationId: commandId, causationId: null },
      (state, now) => createWorkspace({ workspaceId, name: names.workspace, ownerId: userId }, state, now),
    );
    await followStream(this.database, this.writer, workspaceId, new Date());
  }

  private async setKey({ workspaceId, userId }: Owned, keyId: string, apiKey: string): Promise<boolean> {
    const key = [workspaceId, userId, keyId, hashApiKey(apiKey)];
    return (await this.database.query(UPSERT_KEY, key)).rowCount === 1;
  }
}
