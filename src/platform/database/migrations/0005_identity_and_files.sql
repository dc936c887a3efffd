-- Who may ask (identity secrets are ordinary tables, not events), and uploads that a job of another process reads.

CREATE TABLE users (
  user_id    uuid        NOT NULL PRIMARY KEY,
  name       text        NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE memberships (
  workspace_id uuid        NOT NULL,
  user_id      uuid        NOT NULL REFERENCES users,
  role         text        NOT NULL CHECK (role IN ('owner', 'editor', 'approver', 'viewer')),
  created_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, user_id)
);

-- A key acts as its user in one workspace with the role it was given. The key itself is nowhere: only its SHA-256,
-- which is enough because keys are long random texts, not passwords.
CREATE TABLE api_keys (
  key_id       uuid        NOT NULL PRIMARY KEY,
  key_hash     bytea       NOT NULL UNIQUE CHECK (octet_length(key_hash) = 32),
  workspace_id uuid        NOT NULL,
  user_id      uuid        NOT NULL,
  role         text        NOT NULL CHECK (role IN ('owner', 'editor', 'approver', 'viewer')),
  created_at   timestamptz NOT NULL DEFAULT now(),
  -- To the minute: a write per request would cost more than the answer is worth.
  last_used_at timestamptz,
  FOREIGN KEY (workspace_id, user_id) REFERENCES memberships
);
CREATE INDEX api_keys_by_member ON api_keys (workspace_id, user_id);

-- A finished file. Its content stands under upload_id, so two uploads of one file never mix.
CREATE TABLE files (
  file_id      uuid        NOT NULL PRIMARY KEY,
  workspace_id uuid        NOT NULL,
  upload_id    uuid        NOT NULL UNIQUE,
  bytes        bigint      NOT NULL CHECK (bytes >= 0),
  sha256       bytea       NOT NULL CHECK (octet_length(sha256) = 32),
  created_at   timestamptz NOT NULL DEFAULT now()
);

-- Chunks without a file belong to an upload that is running or was given up.
CREATE TABLE file_chunks (
  upload_id    uuid        NOT NULL,
  ordinal      integer     NOT NULL CHECK (ordinal >= 0),
  workspace_id uuid        NOT NULL,
  content      bytea       NOT NULL CHECK (octet_length(content) BETWEEN 1 AND 1048576),
  stored_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (upload_id, ordinal)
);
-- Finds given-up uploads; the first chunk stands for all of them.
CREATE INDEX file_chunks_first ON file_chunks (stored_at) WHERE ordinal = 0;
-- Uploads are often compressible text, but they live for minutes: not worth the time.
ALTER TABLE file_chunks ALTER COLUMN content SET STORAGE EXTERNAL;
