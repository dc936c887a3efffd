-- Read model of what a workspace decided about itself: custom fields and approval policies.
CREATE TABLE workspace_settings (
  workspace_id uuid    NOT NULL PRIMARY KEY,
  revision     integer NOT NULL,
  view         jsonb   NOT NULL
);

-- What waits for a second person, newest first: a list that is short however many drafts there are.
CREATE INDEX drafts_awaiting_approval ON drafts (workspace_id, created_at DESC, draft_id DESC)
  WHERE status = 'confirmed' AND view->'approval'->>'state' = 'requested';
