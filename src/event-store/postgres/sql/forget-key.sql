-- Gives a claim up on a request that changed nothing: the key is as good as new.
--   $1 uuid workspace  $2 uuid user  $3 text key  $4 uuid holder
DELETE FROM idempotency_keys
 WHERE workspace_id = $1 AND user_id = $2 AND key = $3 AND holder = $4 AND status IS NULL
