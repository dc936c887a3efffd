-- Who may sign in, and where they are signed in. Secrets live here and nowhere else: no event names any of them.

-- The address is kept folded (lower case); whoever has none, like the first owner, comes by API key alone.
ALTER TABLE users
  ADD COLUMN email           text UNIQUE CHECK (email = lower(email) AND length(email) BETWEEN 3 AND 254),
  -- Argon2id in its own notation, parameters and salt included.
  ADD COLUMN password_hash   text,
  ADD COLUMN password_set_at timestamptz;

CREATE TABLE sessions (
  session_id   uuid        NOT NULL PRIMARY KEY,
  user_id      uuid        NOT NULL REFERENCES users,
  -- Where the next access token leads unless another workspace is asked for.
  workspace_id uuid        NOT NULL,
  -- As the client called itself, cut off; so that its user knows it again.
  user_agent   text,
  created_at   timestamptz NOT NULL,
  -- To the refresh, not to the request.
  last_used_at timestamptz NOT NULL,
  -- The end, however much it is used.
  expires_at   timestamptz NOT NULL,
  ended_at     timestamptz,
  end_reason   text CHECK (end_reason IN ('logout', 'revoked', 'password_changed', 'refresh_reused', 'member_removed')),
  CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
CREATE INDEX sessions_by_user ON sessions (user_id, last_used_at);

-- Every refresh token a session ever had; one of them is current. The rotated ones stay, to be recognised.
CREATE TABLE refresh_tokens (
  token_hash bytea       NOT NULL PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  session_id uuid        NOT NULL REFERENCES sessions ON DELETE CASCADE,
  issued_at  timestamptz NOT NULL,
  rotated_at timestamptz
);
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);

-- Ed25519 seeds that access tokens are signed with; the newest signs, the others still verify for a while.
CREATE TABLE access_token_keys (
  kid        uuid        NOT NULL PRIMARY KEY,
  seed       bytea       NOT NULL CHECK (octet_length(seed) = 32),
  created_at timestamptz NOT NULL
);
