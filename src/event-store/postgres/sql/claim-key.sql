-- Takes a key for one try of its request, unless somebody works on it, it was answered, or belongs to another request.
--   $1 uuid workspace  $2 uuid user  $3 text key  $4 text request, hex  $5 uuid holder  $6 integer milliseconds
-- → claimed; and of the row as it was before: same_request (null: no row, or one made meanwhile), status, body,
--   position, content in hex, lease_ms
WITH taken AS (
  INSERT INTO idempotency_keys AS k (workspace_id, user_id, key, request, holder, leased_until)
  VALUES ($1, $2, $3, decode($4, 'hex'), $5, clock_timestamp() + $6 * interval '1 millisecond')
      ON CONFLICT (workspace_id, user_id, key) DO UPDATE
     SET holder = excluded.holder, leased_until = excluded.leased_until
   WHERE k.status IS NULL AND k.request = excluded.request
     AND (k.leased_until IS NULL OR k.leased_until <= clock_timestamp())
  RETURNING 1
)
SELECT EXISTS (SELECT FROM taken) AS claimed, k.request = decode($4, 'hex') AS same_request, k.status, k.body,
       k.position, encode(k.content, 'hex') AS content,
       (extract(epoch FROM k.leased_until - clock_timestamp()) * 1000)::integer AS lease_ms
  FROM (VALUES (1)) AS one (row)
  LEFT JOIN idempotency_keys k ON k.workspace_id = $1 AND k.user_id = $2 AND k.key = $3
