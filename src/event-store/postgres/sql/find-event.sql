-- Where the event with this id was stored. Index: events_event_id_key.
--   $1 uuid event id
SELECT stream_id, revision, position FROM events WHERE event_id = $1
