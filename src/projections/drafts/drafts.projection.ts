/** Read model `drafts`: every draft as the API answers it, but for personal texts, which are sealed. */
import type { DraftEvent } from '../../events/draft.events.js';
import type { Projection } from '../projection.js';
import { applyToViews, type ViewTable } from '../view-projection.js';
import { evolveStoredDraft, type StoredDraft } from './archived-draft.js';
import { withoutRows } from './preview-rows.js';

const DRAFTS: ViewTable<StoredDraft, DraftEvent> = {
  streamKind: 'draft',
  select: {
    name: 'drafts-select',
    text: `
    SELECT d.draft_id AS id, d.workspace_id, d.revision, d.view
      FROM unnest($1::uuid[], $2::uuid[]) AS wanted (workspace_id, id)
      JOIN drafts d ON d.workspace_id = wanted.workspace_id AND d.draft_id = wanted.id`,
  },
  upsert: {
    name: 'drafts-upsert',
    text: `
    INSERT INTO drafts AS d (workspace_id, draft_id, user_id, revision, status, created_at, view, preview_rows)
    SELECT "workspaceId", id, (view->>'userId')::uuid, revision, view->>'status', (view->>'createdAt')::timestamptz, view,
           "previewRows"
      FROM json_to_recordset($1::json)
           AS r ("workspaceId" uuid, id uuid, revision integer, view jsonb, "previewRows" jsonb)
    ON CONFLICT (workspace_id, draft_id)
    DO UPDATE SET revision = excluded.revision, status = excluded.status, view = excluded.view,
                  preview_rows = CASE jsonb_typeof(excluded.view->'preview')
                                   WHEN 'object' THEN coalesce(excluded.preview_rows, d.preview_rows) END`,
  },
  evolve: evolveStoredDraft,
  stored: (row) => ({ ...row, ...withoutRows(row.view) }),
};

export const draftsProjection: Projection = {
  name: 'drafts',
  topics: ['drafthorse.drafts'],
  tables: ['drafts'],
  apply: (transaction, deliveries) => applyToViews(DRAFTS, transaction, deliveries),
};
