-- The visible log after a position, oldest first, and no more than the byte budget (but one event always).
-- The watermark is computed in this statement's own snapshot: in another one it would promise too much.
-- Sizes are as stored (compressed), read without fetching the values. Index: events_pkey.
--   $1 bigint after (exclusive)   $2 integer rows at most   $3 bigint bytes at most   $4 text[] stream kinds or null: all
SELECT position, stream_id, revision, event_id, workspace_id, type, schema_version, data, metadata, recorded_at
  FROM (SELECT *, sum(pg_column_size(data)) OVER (ORDER BY position ROWS UNBOUNDED PRECEDING)
                  - pg_column_size(data) AS bytes_before
          FROM events
         WHERE position > $1 AND position < log_watermark()
           AND ($4::text[] IS NULL OR split_part(stream_id, '-', 1) = ANY ($4))
         ORDER BY position
         LIMIT $2) AS page
 WHERE bytes_before < $3
 ORDER BY position
