-- Consumer groups of the embedded bus, and the dead letters of either bus.

-- One active member per group holds a session advisory lock; each new one raises the epoch, and what an older
-- epoch still wants to write is refused.
CREATE TABLE bus_groups (
  group_name text PRIMARY KEY,
  epoch      bigint NOT NULL
);

-- Everything of a topic partition at or below `position` was handled by the group or set aside.
CREATE TABLE bus_checkpoints (
  group_name text NOT NULL,
  topic      text NOT NULL,
  partition  integer NOT NULL,
  position   bigint NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (group_name, topic, partition)
);

-- Moves checkpoints forward, never back; one element per checkpoint. Answers the groups whose epoch is not the
-- current one: of those nothing was written.
-- Not synchronous: a checkpoint lost in a crash only means that its events are delivered again.
CREATE FUNCTION commit_bus_checkpoints(
  p_groups text[], p_epochs bigint[], p_topics text[], p_partitions integer[], p_positions bigint[]
) RETURNS SETOF text LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  INSERT INTO bus_checkpoints AS c (group_name, topic, partition, position)
  SELECT moved.group_name, moved.topic, moved.partition, moved.position
    FROM unnest(p_groups, p_epochs, p_topics, p_partitions, p_positions)
         AS moved (group_name, epoch, topic, partition, position)
    JOIN bus_groups g ON g.group_name = moved.group_name AND g.epoch = moved.epoch
      ON CONFLICT (group_name, topic, partition) DO UPDATE
     SET position = greatest(c.position, excluded.position), updated_at = now();
  RETURN QUERY
  SELECT DISTINCT moved.group_name
    FROM unnest(p_groups, p_epochs) AS moved (group_name, epoch)
   WHERE NOT EXISTS (SELECT FROM bus_groups g WHERE g.group_name = moved.group_name AND g.epoch = moved.epoch);
END
$$;

-- Deliveries set aside for a group. While a key has one, later deliveries of the key join it (reason 'waiting').
CREATE TABLE dead_letters (
  id            uuid PRIMARY KEY,
  group_name    text NOT NULL,
  topic         text NOT NULL,
  partition     integer NOT NULL,
  key           text NOT NULL,
  position      bigint NOT NULL,
  workspace_id  uuid NOT NULL,
  headers       jsonb NOT NULL,
  event         jsonb NOT NULL,
  reason        text NOT NULL CHECK (reason IN ('failed', 'waiting')),
  error_class   text NOT NULL,
  error_message text NOT NULL,
  attempts      integer NOT NULL,
  created_at    timestamptz(3) NOT NULL DEFAULT now(),
  -- Setting aside again after a crash changes nothing. Also the order in which a key is re-driven.
  CONSTRAINT dead_letters_place_key UNIQUE (group_name, topic, key, position)
);
CREATE INDEX dead_letters_by_workspace ON dead_letters (workspace_id, position, id);
CREATE INDEX dead_letters_in_order ON dead_letters (position, id);

-- Keys to be re-driven by the group's active member, up to a position (null: to the end).
CREATE TABLE redrive_requests (
  group_name   text NOT NULL,
  topic        text NOT NULL,
  key          text NOT NULL,
  up_to        bigint,
  requested_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (group_name, topic, key)
);
