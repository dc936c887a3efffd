-- An answer that does not go along with an append. The first one stands.
--   $1 uuid workspace  $2 uuid user  $3 text key  $4 text request, hex  $5 text content, hex or null
--   $6 integer status  $7 text body  $8 bigint position or null
INSERT INTO idempotency_keys AS k (workspace_id, user_id, key, request, content, status, body, position)
VALUES ($1, $2, $3, decode($4, 'hex'), decode($5, 'hex'), $6, $7, $8)
    ON CONFLICT (workspace_id, user_id, key) DO UPDATE
   SET content = excluded.content, status = excluded.status, body = excluded.body,
       position = excluded.position, holder = NULL, leased_until = NULL
 WHERE k.status IS NULL AND k.request = excluded.request
