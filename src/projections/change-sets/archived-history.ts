/** Up to where the history of a catalogue has gone into archives. */
import type { WorkspaceScope } from '../../platform/database/workspace-scope.js';

export interface ArchivedHistory {
  /** Of the catalogue's stream: changes up to and with it are kept in archives only. */
  revision: number;
  /** When the last of them happened. */
  changedAt: Date;
}

/** Null: nothing was archived. */
export async function archivedHistory(scope: WorkspaceScope): Promise<ArchivedHistory | null> {
  const [row] = await scope.query<{ revision: number; changed_at: Date }>(
    'SELECT revision, changed_at FROM change_sets_archived WHERE workspace_id = $1',
  );
  return row ? { revision: row.revision, changedAt: row.changed_at } : null;
}

/** What the catalogue was at that time is in archives only; from `since` on it is known. */
export class HistoryArchivedError extends Error {
  readonly code = 'HISTORY_ARCHIVED';
  constructor(readonly since: string) {
    super(`the history before ${since} is archived`);
    this.name = 'HistoryArchivedError';
  }
}
