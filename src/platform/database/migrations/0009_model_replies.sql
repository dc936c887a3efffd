-- Answers of language models that could not be used, for debugging. Not made from the log and in no read model: they
-- repeat what users said, and go after some days (setting LLM_REPLIES_KEPT_DAYS).
CREATE TABLE model_replies (
  reply_id     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace_id uuid        NOT NULL,
  draft_id     uuid        NOT NULL,
  model        text        NOT NULL,
  -- Cut off; see RAW_REPLY_CHARS_MAX.
  reply        text        NOT NULL,
  kept_at      timestamptz NOT NULL DEFAULT now(),
  delete_after timestamptz NOT NULL
);
CREATE INDEX model_replies_delete_after ON model_replies (delete_after);
CREATE INDEX model_replies_draft ON model_replies (workspace_id, draft_id);
