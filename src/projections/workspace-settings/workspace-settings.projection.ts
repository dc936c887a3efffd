/** Read model `workspace_settings`: custom fields and approval policies of each workspace. */
import type { WorkspaceEvent } from '../../events/workspace.events.js';
import type { Projection } from '../projection.js';
import { applyToViews, type ViewTable } from '../view-projection.js';
import { evolveWorkspaceSettings, type WorkspaceSettingsView } from './workspace-settings-view.js';

const SETTINGS: ViewTable<WorkspaceSettingsView, WorkspaceEvent> = {
  streamKind: 'workspace',
  select: {
    name: 'workspace-settings-select',
    text: `
    SELECT s.workspace_id AS id, s.workspace_id, s.revision, s.view
      FROM unnest($1::uuid[], $2::uuid[]) AS wanted (workspace_id, id)
      JOIN workspace_settings s ON s.workspace_id = wanted.workspace_id AND s.workspace_id = wanted.id`,
  },
  upsert: {
    name: 'workspace-settings-upsert',
    text: `
    INSERT INTO workspace_settings (workspace_id, revision, view)
    SELECT "workspaceId", revision, view
      FROM jsonb_to_recordset($1::jsonb) AS r ("workspaceId" uuid, revision integer, view jsonb)
    ON CONFLICT (workspace_id) DO UPDATE SET revision = excluded.revision, view = excluded.view`,
  },
  evolve: evolveWorkspaceSettings,
};

export const workspaceSettingsProjection: Projection = {
  name: 'workspace_settings',
  topics: ['drafthorse.workspaces'],
  tables: ['workspace_settings'],
  apply: (transaction, deliveries) => applyToViews(SETTINGS, transaction, deliveries),
};
