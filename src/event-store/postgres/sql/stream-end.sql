-- Revision and position of the stream's last event, or of the last one up to a position; no row when there is none.
-- Index: events_stream_revision_key, backwards; positions grow with revisions, so few rows are passed over.
--   $1 text stream, $2 bigint position or null
SELECT revision, position FROM events
 WHERE stream_id = $1 AND ($2::bigint IS NULL OR position <= $2)
 ORDER BY revision DESC LIMIT 1
