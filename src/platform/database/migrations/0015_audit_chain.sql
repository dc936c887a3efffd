-- Proof that the log is what it was: one chain of hashes per workspace over every stored column of every event, in log
-- order. Appended to by the chain's follower only. See docs/adr/0048-a-chain-over-what-is-stored.md.

CREATE TABLE audit_chain (
  workspace_id uuid   NOT NULL,
  -- From 1 without gaps, in the order of positions.
  seq          bigint NOT NULL CHECK (seq > 0),
  -- Of the event; an event has one link in the whole installation.
  position     bigint NOT NULL UNIQUE,
  event_hash   bytea  NOT NULL CHECK (octet_length(event_hash) = 32),
  -- SHA-256 over the chain hash before it, seq and event_hash.
  chain_hash   bytea  NOT NULL CHECK (octet_length(chain_hash) = 32),
  PRIMARY KEY (workspace_id, seq)
);
CREATE TRIGGER audit_chain_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_chain
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_log_change();

-- Every event up to this position has its link. Moved in the statement that writes links, from the position that their
-- writer began at: two writers never write the same stretch.
CREATE TABLE audit_chain_progress (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  position bigint  NOT NULL
);
INSERT INTO audit_chain_progress (position) VALUES (0);
