-- Accounts elsewhere (OpenID Connect) that users sign in with. An account is its issuer's word for somebody: the address
-- that comes along is not, since it can be given to another person, and not every issuer looks at whose it is.
CREATE TABLE openid_accounts (
  issuer     text        NOT NULL,
  subject    text        NOT NULL,
  user_id    uuid        NOT NULL REFERENCES users,
  -- Name of the provider in the settings, as it was called when the account was linked.
  provider   text        NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX openid_accounts_by_user ON openid_accounts (user_id);
