-- One event at the end that its writer expects: what almost every append is, at half of what the function in migrations 0001
-- and 0010 costs. No row: there is more to it (a lock that is held, too), and the function waits and tells what (append-events). It keeps the function's promises:
-- the lock comes before the transaction has an id, as the id is taken for a row of `locked`. This statement's snapshot may be
-- older than the lock, but then it misses the expected event and inserts nothing; and that nothing follows that event, and the
-- id is new, are for the unique indexes to tell, which know no snapshots.
--   $1 uuid    workspace   $2 text  stream   $3 integer expected revision, -1: absent
--   $4 uuid    event id    $5 text  type     $6 integer schema version
--   $7 jsonb   data        $8 jsonb metadata
-- → position
WITH locked AS MATERIALIZED (SELECT WHERE pg_try_advisory_xact_lock(1146504271, hashtext($2)))
INSERT INTO events
  (position, stream_id, revision, event_id, workspace_id, type, schema_version, data, metadata, recorded_at)
SELECT (pg_current_xact_id()::text::bigint + (SELECT xid_offset FROM log_epoch)) << 20, $2, $3::integer + 1, $4, $1, $5, $6,
       $7, $8, clock_timestamp()
  FROM locked
 WHERE $3 = -1 OR EXISTS (SELECT FROM events WHERE stream_id = $2 AND revision = $3)
    ON CONFLICT DO NOTHING
RETURNING position
