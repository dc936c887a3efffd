-- Old keys, a bounded number at once. Index: idempotency_keys_created.
--   $1 timestamptz  $2 integer limit
DELETE FROM idempotency_keys k
 USING (SELECT workspace_id, user_id, key FROM idempotency_keys WHERE created_at < $1
         ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED) AS old
 WHERE k.workspace_id = old.workspace_id AND k.user_id = old.user_id AND k.key = old.key
RETURNING 1
