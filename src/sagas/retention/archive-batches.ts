/** What is being archived, written down before it is done: one batch of a workspace and kind at a time. */
import { v7 as uuidv7 } from 'uuid';
import type { WorkspaceReads } from '../../platform/database/workspace-scope.js';

export type ArchiveKind = 'drafts' | 'change_sets';

export interface Batch<Chosen> {
  archiveId: string;
  chosen: Chosen;
}

const SELECT = 'SELECT archive_id, chosen FROM archive_batches WHERE workspace_id = $1 AND kind = $2';
/** From a row of its own: a scope takes no statement that compares no workspace. */
/**
 * Unless what was chosen is archived by now: whoever was quicker has ended their batch, and a batch ends when the read models
 * show what became of it.
 */
const INSERT = `
  INSERT INTO archive_batches (workspace_id, kind, archive_id, chosen)
  SELECT workspace_id, $2, $3, $4::jsonb FROM (SELECT $1::uuid AS workspace_id) AS own
   WHERE workspace_id = $1
     AND NOT EXISTS (SELECT FROM drafts d WHERE d.workspace_id = $1 AND d.status = 'archived'
                        AND d.draft_id IN (SELECT jsonb_array_elements_text($4::jsonb->'draftIds')::uuid))
     AND NOT EXISTS (SELECT FROM change_sets_archived a
                      WHERE a.workspace_id = $1 AND a.revision >= ($4::jsonb->>'fromRevision')::integer)
  ON CONFLICT DO NOTHING`;
const DELETE = 'DELETE FROM archive_batches WHERE workspace_id = $1 AND kind = $2 AND archive_id = $3';

export class ArchiveBatches {
  constructor(private readonly reads: WorkspaceReads) {}

  /** The batch that somebody began and did not end, or else what is chosen now; null: nothing is left to archive here. */
  async next<Chosen>(
    workspaceId: string,
    kind: ArchiveKind,
    choose: () => Promise<Chosen | null>,
  ): Promise<Batch<Chosen> | null> {
    const begun = await this.begun<Chosen>(workspaceId, kind);
    if (begun) return begun;
    const chosen = await choose();
    if (chosen === null) return null;
    await this.reads.scope(workspaceId).query(INSERT, [kind, uuidv7(), JSON.stringify(chosen)]);
    // Another run may have been quicker: then its choice counts.
    return this.begun<Chosen>(workspaceId, kind);
  }

  async done(workspaceId: string, kind: ArchiveKind, { archiveId }: Batch<unknown>): Promise<void> {
    await this.reads.scope(workspaceId).query(DELETE, [kind, archiveId]);
  }

  private async begun<Chosen>(workspaceId: string, kind: ArchiveKind): Promise<Batch<Chosen> | null> {
    const [row] = await this.reads
      .scope(workspaceId)
      .query<{ archive_id: string; chosen: Chosen }>(SELECT, [kind]);
    return row ? { archiveId: row.archive_id, chosen: row.chosen } : null;
  }
}
