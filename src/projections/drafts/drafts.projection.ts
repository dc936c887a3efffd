/** Read model `drafts`: every draft as the API answers it. */
import type { DraftEvent } from '../../events/draft.events.js';
import type { Projection } from '../projection.js';
import { applyToViews, type ViewTable } from '../view-projection.js';
import { evolveDraftView, type DraftView } from './draft-view.js';

const DRAFTS: ViewTable<DraftView, DraftEvent> = {
  streamKind: 'draft',
  select: {
    name: 'drafts-select',
    text: 'SELECT draft_id AS id, workspace_id, revision, view FROM drafts WHERE draft_id = ANY($1::uuid[])',
  },
  upsert: {
    name: 'drafts-upsert',
    text: `
    INSERT INTO drafts (workspace_id, draft_id, user_id, revision, status, created_at, view)
    SELECT "workspaceId", id, (view->>'userId')::uuid, revision, view->>'status', (view->>'createdAt')::timestamptz, view
      FROM jsonb_to_recordset($1::jsonb) AS r ("workspaceId" uuid, id uuid, revision integer, view jsonb)
    ON CONFLICT (workspace_id, draft_id)
    DO UPDATE SET revision = excluded.revision, status = excluded.status, view = excluded.view`,
  },
  evolve: evolveDraftView,
};

export const draftsProjection: Projection = {
  name: 'drafts',
  topics: ['drafthorse.drafts'],
  tables: ['drafts'],
  apply: (transaction, deliveries) => applyToViews(DRAFTS, transaction, deliveries),
};
