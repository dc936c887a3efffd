/** The statements of memberships and invitations. `$1`: the workspace. */

/** One row when this revision of the workspace's stream is news. */
export const ADVANCE_REVISION = `
  INSERT INTO workspaces AS known (workspace_id, revision, name) VALUES ($1, $2, $3)
  ON CONFLICT (workspace_id) DO UPDATE SET revision = EXCLUDED.revision, name = EXCLUDED.name
   WHERE known.workspace_id = $1 AND known.revision < EXCLUDED.revision`;

export const DELETE_OTHER_MEMBERS = `
  DELETE FROM memberships WHERE workspace_id = $1 AND user_id <> ALL($2::uuid[])
  RETURNING user_id AS "userId"`;

/** Users and their roles in the same order; who had another role before, or none, is returned. */
export const UPSERT_MEMBERS = `
  INSERT INTO memberships (workspace_id, user_id, role)
  SELECT $1, user_id, role FROM unnest($2::uuid[], $3::text[]) AS now_there (user_id, role)
  ON CONFLICT (workspace_id, user_id) DO UPDATE SET role = EXCLUDED.role
   WHERE memberships.role <> EXCLUDED.role
  RETURNING user_id AS "userId"`;

export const REVOKE_KEYS_OF_MEMBERS = `
  UPDATE api_keys SET revoked_at = $3
   WHERE workspace_id = $1 AND user_id = ANY($2::uuid[]) AND revoked_at IS NULL`;

export const END_SESSIONS_OF_MEMBERS = `
  UPDATE sessions SET ended_at = $3, end_reason = 'member_removed'
   WHERE workspace_id = $1 AND user_id = ANY($2::uuid[]) AND ended_at IS NULL`;

/** Rows whose invitation is not among the open ones, unless they are so new that it may yet come. */
export const DELETE_CLOSED_INVITATIONS = `
  DELETE FROM invitations WHERE workspace_id = $1 AND invitation_id <> ALL($2::uuid[]) AND created_at < $3`;

/** The same invitation once more gets a new link, and the one before leads nowhere. */
export const UPSERT_INVITATION = `
  INSERT INTO invitations (workspace_id, invitation_id, email, token_hash, created_at, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (invitation_id) DO UPDATE SET token_hash = EXCLUDED.token_hash
   WHERE invitations.workspace_id = $1`;

/** By what the link carries, before anything is known of the workspace. */
export const SELECT_INVITATION = `
  SELECT invitation_id AS "invitationId", workspace_id AS "workspaceId", email FROM invitations
   WHERE token_hash = $1 AND expires_at > $2`;

export const SELECT_INVITED = `
  SELECT invitation_id AS "invitationId", email FROM invitations
   WHERE workspace_id = $1 AND invitation_id = ANY($2::uuid[])`;

export const DELETE_INVITATION = 'DELETE FROM invitations WHERE workspace_id = $1 AND invitation_id = $2';

/** After the user `$2`, at most `$3`. */
export const SELECT_MEMBERS = `
  SELECT m.user_id AS "userId", m.role, m.created_at AS "addedAt", u.email, u.name
    FROM memberships m JOIN users u ON u.user_id = m.user_id
   WHERE m.workspace_id = $1 AND ($2::uuid IS NULL OR m.user_id > $2)
   ORDER BY m.user_id LIMIT $3`;

/** Of one user (`$1`), across workspaces: their own list. */
export const SELECT_WORKSPACES = `
  SELECT m.workspace_id AS "workspaceId", w.name, m.role
    FROM memberships m JOIN workspaces w ON w.workspace_id = m.workspace_id
   WHERE m.user_id = $1 ORDER BY m.created_at, m.workspace_id LIMIT $2`;
