-- What is old goes into archives: files of NDJSON in the file store. See docs/adr/0050.

-- What is being archived: chosen once, so that whoever goes on after a death makes the same archive. One batch of a
-- workspace and kind at a time; gone when the read models show what became of it.
CREATE TABLE archive_batches (
  workspace_id uuid        NOT NULL,
  kind         text        NOT NULL CHECK (kind IN ('drafts', 'change_sets')),
  archive_id   uuid        NOT NULL UNIQUE,
  chosen       jsonb       NOT NULL,
  chosen_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, kind)
);

-- Read model: the archives there are.
CREATE TABLE archives (
  workspace_id uuid        NOT NULL,
  archive_id   uuid        NOT NULL,
  kind         text        NOT NULL CHECK (kind IN ('drafts', 'change_sets')),
  "from"       timestamptz NOT NULL,
  "to"         timestamptz NOT NULL,
  count        integer     NOT NULL,
  bytes        bigint      NOT NULL,
  sha256       text        NOT NULL,
  archived_at  timestamptz NOT NULL,
  -- Of the event that tells of it: the order of archives.
  position     bigint      NOT NULL,
  PRIMARY KEY (workspace_id, archive_id)
);
CREATE UNIQUE INDEX archives_newest ON archives (workspace_id, position DESC);

-- Beside `change_sets`: up to which revision of the catalogue's stream its rows have gone, and what was changed last by then.
CREATE TABLE change_sets_archived (
  workspace_id uuid        NOT NULL PRIMARY KEY,
  revision     integer     NOT NULL,
  changed_at   timestamptz NOT NULL
);
