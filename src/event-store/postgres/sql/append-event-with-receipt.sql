-- As append-event, and the answer that goes with it, as in append-with-receipt.
--   $1 … $8 as append-event   $9 … $15 as append-with-receipt
-- → position. No row: nothing was stored. Locks the row of the key, after the stream.
WITH locked AS MATERIALIZED (SELECT WHERE pg_try_advisory_xact_lock(1146504271, hashtext($2))), appended AS (
  INSERT INTO events
    (position, stream_id, revision, event_id, workspace_id, type, schema_version, data, metadata, recorded_at)
  SELECT (pg_current_xact_id()::text::bigint + (SELECT xid_offset FROM log_epoch)) << 20, $2, $3::integer + 1, $4, $1, $5, $6,
         $7, $8, clock_timestamp()
    FROM locked
   WHERE $3 = -1 OR EXISTS (SELECT FROM events WHERE stream_id = $2 AND revision = $3)
      ON CONFLICT DO NOTHING
  RETURNING position
), stored AS (
  INSERT INTO idempotency_keys AS k (workspace_id, user_id, key, request, content, status, body, position)
  SELECT $9, $10, $11, decode($12, 'hex'), decode($13, 'hex'), $14, $15, position FROM appended
      ON CONFLICT (workspace_id, user_id, key) DO UPDATE
     SET content = excluded.content, status = excluded.status, body = excluded.body,
         position = excluded.position, holder = NULL, leased_until = NULL
   WHERE k.status IS NULL AND k.request = excluded.request
)
SELECT position FROM appended
