-- The relay to Kafka, and what consumer groups have handled there. See docs/kafka.md.

-- Which process relays. Each new holder raises the epoch; what an older one still wants to write is refused.
CREATE TABLE relay_lease (
  only_row     boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  epoch        bigint NOT NULL,
  holder       text NOT NULL,
  expires_at   timestamptz NOT NULL,
  -- When the holder last had nothing left to relay.
  caught_up_at timestamptz
);

-- The log was relayed up to `position`, by topic. `highest`: the furthest it ever was; a topic that was made anew is
-- relayed again from the beginning and must come to the same places on the way there.
CREATE TABLE relay_topics (
  topic    text PRIMARY KEY,
  position bigint NOT NULL,
  highest  bigint NOT NULL
);

-- The last event in each partition and the offset behind it.
CREATE TABLE relay_partitions (
  topic       text NOT NULL,
  partition   integer NOT NULL,
  position    bigint NOT NULL,
  next_offset bigint NOT NULL,
  PRIMARY KEY (topic, partition)
);

-- How many partitions a topic has from which position of the log on, and where each partition of the layout before
-- ended. Only ever added to: where an event travels must stay answerable for as long as the log lives.
CREATE TABLE relay_layouts (
  topic          text NOT NULL,
  after_position bigint NOT NULL,
  partitions     integer NOT NULL CHECK (partitions > 0),
  ends           bigint[] NOT NULL,
  PRIMARY KEY (topic, after_position)
);

-- Everything of a partition up to `position` was handled by the group or set aside. Partition -1: where the group
-- starts in partitions without a row. Not the embedded bus's table: that has one partition per topic, and a group
-- that moves between the buses must not mistake the one's for the other's.
CREATE TABLE kafka_checkpoints (
  group_name  text NOT NULL,
  topic       text NOT NULL,
  partition   integer NOT NULL,
  position    bigint NOT NULL,
  next_offset bigint,
  updated_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (group_name, topic, partition)
);
