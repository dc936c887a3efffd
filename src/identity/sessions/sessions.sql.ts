/** The statements of sessions. Times come in as parameters: one clock for all of a request. */
import type { Prepared } from '../../platform/database/database.js';

/** `$1`: user, `$2`: the workspace, or null for the one they used last, else the one they have been in for longest. */
export const SELECT_DESTINATION = `
  SELECT m.workspace_id AS "workspaceId", m.role FROM memberships m
   WHERE m.user_id = $1 AND ($2::uuid IS NULL OR m.workspace_id = $2)
   ORDER BY (SELECT max(s.last_used_at) FROM sessions s
              WHERE s.user_id = m.user_id AND s.workspace_id = m.workspace_id) DESC NULLS LAST,
            m.created_at, m.workspace_id
   LIMIT 1`;

export const INSERT_SESSION = `
  INSERT INTO sessions (session_id, user_id, workspace_id, user_agent, created_at, last_used_at, expires_at)
  VALUES ($1, $2, $3, $4, $5, $5, $6)`;

export const INSERT_TOKEN = `
  INSERT INTO refresh_tokens (token_hash, session_id, issued_at) VALUES ($1, $2, $3)`;

/** Those of user `$1` that ended before `$2`, or were not used since `$3`. Their tokens go with them. */
export const DELETE_OLD_SESSIONS = `
  DELETE FROM sessions
   WHERE user_id = $1 AND (ended_at < $2 OR expires_at < $2 OR last_used_at < $3)`;

/** `$1`: user, `$2`: now, `$3`: how many stay. */
export const END_EXCESS_SESSIONS = `
  UPDATE sessions SET ended_at = $2, end_reason = 'revoked'
   WHERE session_id IN (
     SELECT session_id FROM sessions WHERE user_id = $1 AND ended_at IS NULL
      ORDER BY last_used_at DESC, session_id DESC OFFSET $3)
  RETURNING session_id AS "sessionId"`;

/** Locks the session, so that refreshes of one session take turns. */
export const LOCK_SESSION_OF_TOKEN = `
  SELECT session_id AS "sessionId", user_id AS "userId", workspace_id AS "workspaceId",
         last_used_at AS "lastUsedAt", expires_at AS "expiresAt", ended_at AS "endedAt"
    FROM sessions WHERE session_id = (SELECT session_id FROM refresh_tokens WHERE token_hash = $1)
     FOR UPDATE`;

/** When the token (`$1`) and its successor (`$2`) were used up. */
export const SELECT_ROTATIONS = `
  SELECT (SELECT rotated_at FROM refresh_tokens WHERE token_hash = $1) AS own,
         (SELECT rotated_at FROM refresh_tokens WHERE token_hash = $2) AS successors`;

export const ROTATE_TOKEN = 'UPDATE refresh_tokens SET rotated_at = $2 WHERE token_hash = $1';

export const TOUCH_SESSION = 'UPDATE sessions SET last_used_at = $2, workspace_id = $3 WHERE session_id = $1';

export const END_SESSION = `
  UPDATE sessions SET ended_at = $3, end_reason = $4
   WHERE session_id = $1 AND user_id = $2 AND ended_at IS NULL`;

export const END_SESSIONS = `
  UPDATE sessions SET ended_at = $2, end_reason = $3
   WHERE user_id = $1 AND ended_at IS NULL AND session_id IS DISTINCT FROM $4::uuid`;

export const SELECT_SESSIONS = `
  SELECT session_id AS "sessionId", workspace_id AS "workspaceId", user_agent AS "userAgent",
         created_at AS "createdAt", last_used_at AS "lastUsedAt", expires_at AS "expiresAt"
    FROM sessions
   WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $2 AND last_used_at > $3
   ORDER BY last_used_at DESC, session_id`;

/** One row when session `$1` of user `$2` goes on; `$3`: now, `$4`: not used since then is over. */
export const SELECT_GOES_ON = `
  SELECT FROM sessions
   WHERE session_id = $1 AND user_id = $2 AND ended_at IS NULL AND expires_at > $3 AND last_used_at > $4`;

/** The role of a session's user in the workspace its token names, as long as the session goes on. */
export const SELECT_SESSION_CALLER: Prepared = {
  name: 'session-caller',
  quick: true,
  text: `
    SELECT m.role FROM sessions s JOIN memberships m ON m.user_id = s.user_id AND m.workspace_id = $3
     WHERE s.session_id = $1 AND s.user_id = $2 AND s.ended_at IS NULL AND s.expires_at > $4`,
};
