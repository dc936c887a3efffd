-- What this installation signs with, made by the first process that needs it and shared by all.
CREATE TABLE signing_keys (
  purpose    text        NOT NULL PRIMARY KEY,
  key        bytea       NOT NULL CHECK (octet_length(key) = 32),
  created_at timestamptz NOT NULL DEFAULT now()
);
