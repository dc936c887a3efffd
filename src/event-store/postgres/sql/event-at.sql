-- Stream and workspace of the event at exactly this position. Index: events_pkey.
--   $1 bigint position
SELECT stream_id, workspace_id FROM events WHERE position = $1
