/** Read model `imports`: every import as the API answers it. */
import type { ImportEvent } from '../../events/import.events.js';
import type { Projection } from '../projection.js';
import { applyToViews, type ViewTable } from '../view-projection.js';
import { evolveImportView, type ImportView } from './import-view.js';

const IMPORTS: ViewTable<ImportView, ImportEvent> = {
  streamKind: 'import',
  select: {
    name: 'imports-select',
    text: `
    SELECT i.import_id AS id, i.workspace_id, i.revision, i.view
      FROM unnest($1::uuid[], $2::uuid[]) AS wanted (workspace_id, id)
      JOIN imports i ON i.workspace_id = wanted.workspace_id AND i.import_id = wanted.id`,
  },
  upsert: {
    name: 'imports-upsert',
    text: `
    INSERT INTO imports (workspace_id, import_id, revision, view)
    SELECT "workspaceId", id, revision, view
      FROM jsonb_to_recordset($1::jsonb) AS r ("workspaceId" uuid, id uuid, revision integer, view jsonb)
    ON CONFLICT (workspace_id, import_id) DO UPDATE SET revision = excluded.revision, view = excluded.view`,
  },
  evolve: evolveImportView,
};

export const importsProjection: Projection = {
  name: 'imports',
  topics: ['drafthorse.catalogue'],
  tables: ['imports'],
  apply: (transaction, deliveries) => applyToViews(IMPORTS, transaction, deliveries),
};
