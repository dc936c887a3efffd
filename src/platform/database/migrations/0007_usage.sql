-- Read model `usage`: what a workspace did, by the hour.

-- One number per measure (`drafts.created`, `rows.changed` …) and hour; days are sums of hours. A further measure is
-- a further row, not a migration. Hours in which nothing happened have no rows.
CREATE TABLE usage_hours (
  workspace_id uuid        NOT NULL,
  -- Start of the hour, UTC, in which the events were recorded.
  hour         timestamptz NOT NULL,
  measure      text        NOT NULL,
  value        numeric     NOT NULL,
  PRIMARY KEY (workspace_id, hour, measure)
);
