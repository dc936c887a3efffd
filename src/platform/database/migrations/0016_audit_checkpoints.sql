-- Signed statements of what a chain was at a time. The private key is never in the database.

CREATE TABLE audit_checkpoints (
  workspace_id uuid           NOT NULL,
  seq          bigint         NOT NULL CHECK (seq > previous_seq),
  -- Of the checkpoint before it, 0 for none; signed, so that one that was taken away is missed by the next.
  previous_seq bigint         NOT NULL CHECK (previous_seq >= 0),
  position     bigint         NOT NULL,
  chain_hash   bytea          NOT NULL CHECK (octet_length(chain_hash) = 32),
  signed_at    timestamptz(3) NOT NULL,
  key_id       text           NOT NULL,
  signature    bytea          NOT NULL CHECK (octet_length(signature) = 64),
  PRIMARY KEY (workspace_id, seq),
  UNIQUE (workspace_id, previous_seq)
);
CREATE TRIGGER audit_checkpoints_are_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoints
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_log_change();

-- Public keys that have signed here. For convenience: whoever may write to this table could add one of their own, so a
-- key that is known from here alone is said to be.
CREATE TABLE audit_keys (
  key_id     text        NOT NULL PRIMARY KEY,
  -- SubjectPublicKeyInfo (RFC 8410), DER.
  public_key bytea       NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
