-- One row per Idempotency-Key of a user: first who is at work on the request (a lease), then its answer. The answer is
-- written by the statement that appends the request's events, where there are any.
CREATE TABLE idempotency_keys (
  workspace_id uuid        NOT NULL,
  user_id      uuid        NOT NULL,
  key          text        NOT NULL,
  -- SHA-256 of what the request asks for, but for a streamed body.
  request      bytea       NOT NULL,
  -- Of a streamed body; null: there is none, or it has not been read to its end.
  content      bytea,
  -- Who works on the request, until when; null once it was answered or given up.
  holder       uuid,
  leased_until timestamptz,
  -- Null until the request was answered.
  status       smallint,
  body         text,
  -- Log position the request reached; null: it appended nothing.
  position     bigint,
  created_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, user_id, key)
) WITH (fillfactor = 70);
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);
