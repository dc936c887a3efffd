-- Revision and position of the stream's last event; no row when there is none. Index: events_stream_revision_key, backwards.
--   $1 text stream
SELECT revision, position FROM events WHERE stream_id = $1 ORDER BY revision DESC LIMIT 1
