-- As raise_log_epoch of 0001, but one process after the other: two that have both read the offset would each wait for the
-- other's lock on the table to be gone before they get theirs, and one of them would fail.
CREATE OR REPLACE FUNCTION raise_log_epoch() RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  last_xid bigint;
  next_xid bigint;
BEGIN
  LOCK TABLE log_epoch IN SHARE UPDATE EXCLUSIVE MODE;
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
