-- Events of one stream, oldest first. Index: events_stream_revision_key.
--   $1 text stream   $2 integer first revision (inclusive)   $3 integer rows at most
SELECT position, stream_id, revision, event_id, workspace_id, type, schema_version, data, metadata, recorded_at
  FROM events
 WHERE stream_id = $1 AND revision >= $2
 ORDER BY revision
 LIMIT $3
