-- As append-events, and the answer that goes with it: one statement, so that both are stored or neither is. The append
-- is the first thing that happens in it, as it must be; see migration 0010. An append that repeats an earlier one
-- stores no answer: what it leads to now may be answered differently.
--   $1 … $8 as append-events
--   $9 uuid workspace of the key  $10 uuid  user   $11 text     key
--   $12 text request, hex         $13 text  content, hex or null
--   $14 integer status            $15 text  body
-- → outcome, last_revision, last_position. Locks the row of the key, after the stream.
WITH appended AS MATERIALIZED (
  SELECT outcome, last_revision, last_position FROM append_events($1, $2, $3, $4, $5, $6, $7, $8)
), stored AS (
  INSERT INTO idempotency_keys AS k (workspace_id, user_id, key, request, content, status, body, position)
  SELECT $9, $10, $11, decode($12, 'hex'), decode($13, 'hex'), $14, $15, last_position
    FROM appended WHERE outcome = 'appended'
      ON CONFLICT (workspace_id, user_id, key) DO UPDATE
     SET content = excluded.content, status = excluded.status, body = excluded.body,
         position = excluded.position, holder = NULL, leased_until = NULL
   WHERE k.status IS NULL AND k.request = excluded.request
)
SELECT outcome, last_revision, last_position FROM appended
