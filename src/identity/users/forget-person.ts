/** What is kept to know a person by goes, where no other workspace needs it. Their id stays: events name it. */
import type { Database } from '../../platform/database/database.js';
import type { Revocations } from '../revocations.js';

export const FORGOTTEN_NAME = '[erased]';

/** `$1` workspace, `$2` user: the address as it was, where this is the only workspace; else no row. */
const SELECT_ONLY_HERE = `
  SELECT email FROM users u
   WHERE user_id = $2
     AND NOT EXISTS (SELECT FROM memberships m WHERE m.user_id = u.user_id AND m.workspace_id <> $1)
   FOR UPDATE`;
const FORGET_USER = `
  UPDATE users SET name = $2, email = NULL, password_hash = NULL, password_set_at = NULL WHERE user_id = $1`;
const END_SESSIONS = `
  UPDATE sessions SET user_agent = NULL, ended_at = coalesce(ended_at, $2), end_reason = coalesce(end_reason, 'revoked')
   WHERE user_id = $1`;
const UNLINK_ACCOUNTS = 'DELETE FROM openid_accounts WHERE user_id = $1';
/** Of this workspace: whom another one has asked in is not ours to say, and its owner would see nothing of it. */
const FORGET_INVITATIONS = 'DELETE FROM invitations WHERE workspace_id = $1 AND email = $2';

/**
 * Name, address, password, accounts elsewhere and sessions: the person can no longer sign in, and whoever gives them the same address again makes
 * another user. Keys of theirs go on, named as they are; their owner revokes them. Idempotent.
 */
export async function forgetPerson(
  database: Pick<Database, 'transaction'>,
  revocations: Pick<Revocations, 'announce'>,
  { workspaceId, userId, at }: { workspaceId: string; userId: string; at: Date },
): Promise<void> {
  const forgotten = await database.transaction(async (transaction) => {
    const only = await transaction.query<{ email: string | null }>(SELECT_ONLY_HERE, [workspaceId, userId]);
    const [user] = only.rows;
    if (!user) return false;
    await transaction.query(FORGET_USER, [userId, FORGOTTEN_NAME]);
    await transaction.query(UNLINK_ACCOUNTS, [userId]);
    await transaction.query(END_SESSIONS, [userId, at]);
    if (user.email !== null) await transaction.query(FORGET_INVITATIONS, [workspaceId, user.email]);
    return true;
  });
  if (forgotten) await revocations.announce({ userId });
}
