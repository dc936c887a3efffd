-- Several appends, each to a stream of its own, in one transaction: what many writers ask for at once costs one round trip and
-- one wait for the disk. Each is carried out whole or not at all, whatever becomes of the others; one that is not named in the
-- answer was not carried out, and is tried again alone (append-events), which waits and tells why.
-- Promises are kept as in append-event. No lock is waited for here: a stream that somebody holds is left out. All locks come
-- before the transaction has an id (the aggregate). An append's first event decides: nothing follows the expected event, and its
-- id is new, or it is left out by the unique indexes; of an append whose first event was stored, another that cannot be
-- stored fails the statement, and with it the transaction.
--   $1 json  of each event: append (a number), ordinal (from 0), stream_id, workspace_id, expected (-1: absent), event_id, type,
--            schema_version, data, metadata
--   $2 json  of each receipt: append, workspace_id, user_id, key, request and content (hex), status, body
-- → append, last_position. Locks the rows of the keys, after the streams and in their order.
WITH wanted AS MATERIALIZED (
  SELECT * FROM json_to_recordset($1::json) AS event
    (append integer, ordinal integer, stream_id text, workspace_id uuid, expected integer, event_id uuid, type text,
     schema_version integer, data jsonb, metadata jsonb)
), ready AS MATERIALIZED (
  SELECT array_agg(append) AS appends
    FROM wanted w
   WHERE ordinal = 0 AND pg_try_advisory_xact_lock(1146504271, hashtext(stream_id))
     AND (expected = -1
          OR (SELECT true FROM events e WHERE e.stream_id = w.stream_id AND e.revision = w.expected))
), placed AS MATERIALIZED (
  SELECT w.*, first + row_number() OVER (ORDER BY append, ordinal) - 1 AS position,
              first + count(*) OVER (ORDER BY append) - 1 AS last_position
    FROM (SELECT appends, (pg_current_xact_id()::text::bigint + (SELECT xid_offset FROM log_epoch)) << 20 AS first
            FROM ready) AS these
    JOIN wanted w ON w.append = ANY (appends)
), begun AS (
  INSERT INTO events
    (position, stream_id, revision, event_id, workspace_id, type, schema_version, data, metadata, recorded_at)
  SELECT position, stream_id, expected + 1, event_id, workspace_id, type, schema_version, data, metadata, clock_timestamp()
    FROM placed WHERE ordinal = 0
      ON CONFLICT DO NOTHING
  RETURNING position
), appended AS MATERIALIZED (
  SELECT append, last_position FROM begun JOIN placed USING (position)
), continued AS (
  INSERT INTO events
    (position, stream_id, revision, event_id, workspace_id, type, schema_version, data, metadata, recorded_at)
  SELECT p.position, stream_id, expected + 1 + ordinal, event_id, workspace_id, type, schema_version, data, metadata,
         clock_timestamp()
    FROM placed p JOIN appended USING (append) WHERE ordinal > 0
), stored AS (
  INSERT INTO idempotency_keys AS k (workspace_id, user_id, key, request, content, status, body, position)
  SELECT workspace_id, user_id, key, decode(request, 'hex'), decode(content, 'hex'), status, body, last_position
    FROM json_to_recordset($2::json) AS receipt
           (append integer, workspace_id uuid, user_id uuid, key text, request text, content text, status integer, body text)
    JOIN appended USING (append)
   ORDER BY workspace_id, user_id, key
      ON CONFLICT (workspace_id, user_id, key) DO UPDATE
     SET content = excluded.content, status = excluded.status, body = excluded.body,
         position = excluded.position, holder = NULL, leased_until = NULL
   WHERE k.status IS NULL AND k.request = excluded.request
)
SELECT append, last_position FROM appended
