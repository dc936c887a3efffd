-- Those who are still at work on their requests.
--   $1 uuid[] workspaces  $2 uuid[] users  $3 text[] keys  $4 uuid[] holders  $5 integer milliseconds
UPDATE idempotency_keys k
   SET leased_until = clock_timestamp() + $5 * interval '1 millisecond'
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[]) AS mine (workspace_id, user_id, key, holder)
 WHERE k.workspace_id = mine.workspace_id AND k.user_id = mine.user_id AND k.key = mine.key
   AND k.holder = mine.holder
