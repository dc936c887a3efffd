-- Those who are still at work on their requests. Rows are locked in the order of append-together, which locks several as well.
--   $1 uuid[] workspaces  $2 uuid[] users  $3 text[] keys  $4 uuid[] holders  $5 integer milliseconds
WITH held AS MATERIALIZED (
  SELECT workspace_id, user_id, key
    FROM idempotency_keys k
    JOIN unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[]) AS mine (workspace_id, user_id, key, holder)
         USING (workspace_id, user_id, key, holder)
   ORDER BY workspace_id, user_id, key
     FOR UPDATE OF k
)
UPDATE idempotency_keys k
   SET leased_until = clock_timestamp() + $5 * interval '1 millisecond'
  FROM held
 WHERE k.workspace_id = held.workspace_id AND k.user_id = held.user_id AND k.key = held.key
