-- Read models of drafts, imports and the audit trail, and the registry of job workers.

-- `view` is the draft as the API answers it; the columns beside it are what lists filter and sort by.
CREATE TABLE drafts (
  workspace_id uuid        NOT NULL,
  draft_id     uuid        NOT NULL,
  user_id      uuid        NOT NULL,
  revision     integer     NOT NULL,
  status       text        NOT NULL,
  created_at   timestamptz NOT NULL,
  view         jsonb       NOT NULL,
  PRIMARY KEY (workspace_id, draft_id)
);
CREATE INDEX drafts_newest ON drafts (workspace_id, created_at DESC, draft_id DESC);
CREATE INDEX drafts_newest_by_status ON drafts (workspace_id, status, created_at DESC, draft_id DESC);

CREATE TABLE imports (
  workspace_id uuid    NOT NULL,
  import_id    uuid    NOT NULL,
  revision     integer NOT NULL,
  view         jsonb   NOT NULL,
  PRIMARY KEY (workspace_id, import_id)
);

CREATE TABLE audit_trail (
  workspace_id   uuid        NOT NULL,
  position       bigint      NOT NULL,
  event_id       uuid        NOT NULL,
  stream_id      text        NOT NULL,
  revision       integer     NOT NULL,
  type           text        NOT NULL,
  user_id        uuid,
  correlation_id text        NOT NULL,
  causation_id   uuid,
  -- What happened in a few facts; the event itself has the rest.
  facts          jsonb       NOT NULL,
  recorded_at    timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, position)
);

-- Which process runs which job worker: a process holds the advisory lock of its session_key while it lives.
CREATE SEQUENCE job_session_key AS integer CYCLE;
CREATE TABLE job_workers (
  worker_id   text    NOT NULL PRIMARY KEY,
  session_key integer NOT NULL
);
CREATE INDEX job_workers_by_session ON job_workers (session_key);
