-- As stream-end, of the last event up to a position; positions grow with revisions, so few rows are passed over. A statement
-- of its own: with "or null" in it the planner expects to pass over most of the stream, and reads it whole.
--   $1 text stream   $2 bigint position
SELECT revision, position FROM events WHERE stream_id = $1 AND position <= $2 ORDER BY revision DESC LIMIT 1
