-- The log of events and its one way in. See docs/adr/0001-log-position-from-the-transaction-id.md.

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;

-- position = (transaction id + log_epoch.xid_offset) << 20 | ordinal in the transaction. So the order of
-- positions is the order (transaction id, ordinal), and "no unfinished append can still slip in front"
-- is one comparison with the oldest unfinished transaction id.
CREATE TABLE events (
  position       bigint PRIMARY KEY,
  stream_id      text NOT NULL,
  revision       integer NOT NULL,
  event_id       uuid NOT NULL,
  workspace_id   uuid NOT NULL,
  type           text NOT NULL,
  schema_version integer NOT NULL,
  data           jsonb NOT NULL,
  metadata       jsonb NOT NULL,
  recorded_at    timestamptz(3) NOT NULL,
  CONSTRAINT events_revision_from_zero CHECK (revision >= 0),
  CONSTRAINT events_stream_revision_key UNIQUE (stream_id, revision),
  CONSTRAINT events_event_id_key UNIQUE (event_id)
);
-- A table that only grows is never vacuumed for dead rows; index-only scans and plans need it all the same.
ALTER TABLE events SET (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
-- Most event data is far above the 2 kB at which PostgreSQL compresses; lz4 costs a third of pglz's time.
DO $$
BEGIN
  EXECUTE 'ALTER TABLE events ALTER COLUMN data SET COMPRESSION lz4';
EXCEPTION WHEN feature_not_supported THEN
  NULL; -- a server built without lz4 keeps pglz
END
$$;

-- One row. Raised when a dump was restored into a cluster whose transaction ids are behind the dump's.
CREATE TABLE log_epoch (
  only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  xid_offset bigint NOT NULL
);
INSERT INTO log_epoch (xid_offset) VALUES (0);

CREATE FUNCTION refuse_log_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the event log only grows: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'DH002';
END
$$;

CREATE TRIGGER events_are_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_log_change();

-- The first position that an unfinished transaction could still take, in the statement's own snapshot.
-- Everything below it is finished: committed and visible, or rolled back.
CREATE FUNCTION log_watermark() RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT (pg_snapshot_xmin(pg_current_snapshot())::text::bigint + xid_offset) << 20 FROM log_epoch
$$;

-- Appends events to one stream, all or none. One call, in a transaction of its own, READ COMMITTED.
--   p_expected_revision   revision of the stream's last event, -1: the stream must not exist, null: unchecked
--   p_event_ids … p_data  one element per event, in order
-- Answers one row: outcome 'appended' | 'duplicate' (with the last revision and position of these events) or
-- 'conflict' (with the stream's last revision, -1 when absent). Raises DH001 when only some of the event ids
-- are known or they stand in another stream, DH003 on a misuse.
-- Lock: one advisory lock per stream (class 1146504271), until the transaction ends.
CREATE FUNCTION append_events(
  p_workspace_id      uuid,
  p_stream_id         text,
  p_expected_revision integer,
  p_event_ids         uuid[],
  p_types             text[],
  p_schema_versions   integer[],
  p_data              text[],
  p_metadata          jsonb,
  OUT outcome         text,
  OUT last_revision   integer,
  OUT last_position   bigint
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  event_count    integer := cardinality(p_event_ids);
  seen           record;
  is_first       boolean;
  first_position bigint;
BEGIN
  -- Must stay the first statement. It waits before this transaction has an id, so that a later holder has a
  -- later id and the order within a stream is the order in the log; and because each statement here takes a
  -- new snapshot, everything below sees what the previous holder committed.
  PERFORM pg_advisory_xact_lock(1146504271, hashtext(p_stream_id));

  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'append_events needs READ COMMITTED: an older snapshot would not see the stream''s end'
      USING ERRCODE = 'DH003';
  END IF;

  -- All lookups in one statement: each further one costs 3 to 5 % of the appends.
  SELECT count(*) AS ids_known, max(e.revision) AS revision, max(e.position) AS position,
         bool_and(e.stream_id = p_stream_id) AS in_this_stream,
         (SELECT s.revision FROM events s WHERE s.stream_id = p_stream_id
           ORDER BY s.revision DESC LIMIT 1) AS stream_revision,
         (SELECT xid_offset FROM log_epoch) AS xid_offset
    INTO seen
    FROM events e WHERE e.event_id = ANY (p_event_ids);

  IF seen.ids_known = event_count AND seen.in_this_stream THEN
    outcome := 'duplicate';
    last_revision := seen.revision;
    last_position := seen.position;
    RETURN;
  ELSIF seen.ids_known > 0 THEN
    RAISE EXCEPTION '% of % event ids are known already, or stand in another stream than %',
      seen.ids_known, event_count, p_stream_id USING ERRCODE = 'DH001';
  END IF;

  last_revision := coalesce(seen.stream_revision, -1);
  IF p_expected_revision IS NOT NULL AND p_expected_revision <> last_revision THEN
    outcome := 'conflict';
    RETURN;
  END IF;

  is_first := pg_current_xact_id_if_assigned() IS NULL;
  first_position := (pg_current_xact_id()::text::bigint + seen.xid_offset) << 20;
  -- A second append in the same transaction goes on where the first ended.
  IF NOT is_first THEN
    SELECT coalesce(max(e.position) + 1, first_position) INTO first_position
      FROM events e WHERE e.position >= first_position;
  END IF;

  INSERT INTO events
    (position, stream_id, revision, event_id, workspace_id, type, schema_version, data, metadata, recorded_at)
  SELECT first_position + n - 1, p_stream_id, last_revision + n, event_id, p_workspace_id, event_type,
         schema_version, event_data::jsonb, p_metadata, clock_timestamp()
    FROM unnest(p_event_ids, p_types, p_schema_versions, p_data)
         WITH ORDINALITY AS new_event (event_id, event_type, schema_version, event_data, n);

  outcome := 'appended';
  last_revision := last_revision + event_count;
  last_position := first_position + event_count - 1;
END
$$;

-- Raises the offset when the log holds positions that the next transaction would not exceed. Answers whether
-- it did. Cheap when there is nothing to do; called at every start.
CREATE FUNCTION raise_log_epoch() RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  last_xid bigint;
  next_xid bigint;
BEGIN
  FOR pass IN 1..2 LOOP
    SELECT max(position) >> 20 INTO last_xid FROM events;
    -- Asked after reading the log, so that an append in between cannot look like one from the future.
    SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint + xid_offset INTO next_xid FROM log_epoch;
    IF last_xid IS NULL OR last_xid < next_xid THEN
      RETURN false;
    END IF;
    -- Second pass: with everyone out who has read the old offset, and nobody coming in.
    IF pass = 1 THEN
      LOCK TABLE log_epoch IN ACCESS EXCLUSIVE MODE;
    END IF;
  END LOOP;
  UPDATE log_epoch SET xid_offset = xid_offset + last_xid - next_xid + 1;
  RETURN true;
END
$$;
