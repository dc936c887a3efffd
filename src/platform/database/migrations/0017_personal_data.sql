-- The keys under which people's texts are encrypted in events and read models. See docs/adr/0049 and docs/privacy.md.

-- Which master key wraps the keys below: a process that was given another one does not start.
CREATE TABLE personal_data_master (
  only_row    boolean     NOT NULL PRIMARY KEY DEFAULT true CHECK (only_row),
  fingerprint bytea       NOT NULL CHECK (octet_length(fingerprint) = 32),
  created_at  timestamptz NOT NULL DEFAULT now()
);

-- One in use per person and workspace. A destroyed key stays as a row without its key: texts under it are known to be
-- erased, not lost.
CREATE TABLE personal_keys (
  key_id       uuid        NOT NULL PRIMARY KEY,
  workspace_id uuid        NOT NULL,
  user_id      uuid        NOT NULL,
  -- Nonce, encrypted key, tag.
  wrapped_key  bytea       CHECK (octet_length(wrapped_key) = 60),
  created_at   timestamptz NOT NULL DEFAULT now(),
  destroyed_at timestamptz,
  CHECK ((wrapped_key IS NULL) = (destroyed_at IS NOT NULL))
);
CREATE UNIQUE INDEX personal_keys_in_use ON personal_keys (workspace_id, user_id) WHERE destroyed_at IS NULL;

-- Erasures that were carried out: repeating one must not destroy a key that the person was given after it.
CREATE TABLE personal_erasures (
  erasure_id   uuid        NOT NULL PRIMARY KEY,
  workspace_id uuid        NOT NULL,
  user_id      uuid        NOT NULL,
  erased_at    timestamptz NOT NULL DEFAULT now()
);
