-- What has been counted against the limits per minute, where several processes count together. Columns in the order in
-- which rate-limiter-flexible inserts them. Unlogged: a crash of the server forgets a minute of counting, and nobody waits
-- for the disk. Rows of ended windows are deleted by the library.
CREATE UNLOGGED TABLE rate_limits (
  key    text   PRIMARY KEY,
  points integer NOT NULL DEFAULT 0,
  -- Milliseconds since 1970.
  expire bigint
) WITH (fillfactor = 50);
CREATE INDEX rate_limits_expire ON rate_limits (expire);
