/** Further people of a workspace, each with a key of their own. */
import { randomUUID } from 'node:crypto';
import { generateApiKey, hashApiKey } from '../../src/identity/keys/api-key.js';
import type { Role } from '../../src/events/workspace.events.js';
import type { ApiClient } from '../support/api-client.js';
import type { TestServer } from '../support/server.js';

export interface Member {
  userId: string;
  apiKey: string;
  client: ApiClient;
}

/** How people come to be members is another journey; here they simply are. */
export async function memberOf(server: TestServer, workspaceId: string, role: Role): Promise<Member> {
  const userId = randomUUID();
  const apiKey = generateApiKey();
  const { database } = server.data;
  await database.query('INSERT INTO users (user_id, name) VALUES ($1, $2)', [userId, role]);
  await database.query('INSERT INTO memberships (workspace_id, user_id, role) VALUES ($1, $2, $3)', [
    workspaceId,
    userId,
    role,
  ]);
  await database.query(
    'INSERT INTO api_keys (key_id, key_hash, workspace_id, user_id) VALUES ($1, $2, $3, $4)',
    [randomUUID(), hashApiKey(apiKey), workspaceId, userId],
  );
  return { userId, apiKey, client: server.clientWithKey(apiKey) };
}
