-- Gives a claim up; the key stays with its request.
--   $1 uuid workspace  $2 uuid user  $3 text key  $4 uuid holder
UPDATE idempotency_keys SET holder = NULL, leased_until = NULL
 WHERE workspace_id = $1 AND user_id = $2 AND key = $3 AND holder = $4
