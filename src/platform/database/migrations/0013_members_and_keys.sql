-- Memberships follow the workspace's stream; up to which of its events they do is noted here.
CREATE TABLE workspaces (
  workspace_id uuid    NOT NULL PRIMARY KEY,
  name         text    NOT NULL,
  revision     integer NOT NULL
);

-- Beside the event that an invitation is: whom it is for, and the SHA-256 of what its link carries.
CREATE TABLE invitations (
  invitation_id uuid        NOT NULL PRIMARY KEY,
  workspace_id  uuid        NOT NULL,
  email         text        NOT NULL,
  token_hash    bytea       NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
  created_at    timestamptz NOT NULL,
  expires_at    timestamptz NOT NULL
);
CREATE INDEX invitations_by_workspace ON invitations (workspace_id);

-- A key has the role its user has in the workspace at the moment, and of that no more than its scopes.
ALTER TABLE api_keys
  DROP CONSTRAINT api_keys_workspace_id_user_id_fkey,
  DROP COLUMN role,
  ADD COLUMN name       text NOT NULL DEFAULT 'first key',
  -- Null: everything the role may.
  ADD COLUMN scopes     text[],
  ADD COLUMN expires_at timestamptz,
  ADD COLUMN revoked_at timestamptz,
  ADD FOREIGN KEY (user_id) REFERENCES users;

CREATE INDEX memberships_by_user ON memberships (user_id);
