/** What an erasure finds in read models and beside them. */
import { ENDED } from '../../commands/draft/draft.decider.js';
import type { Person } from '../../personal-data/personal-keys.js';
import type { WorkspaceReads } from '../../platform/database/workspace-scope.js';

export interface DraftOfPerson {
  draftId: string;
  /** Stored, as far as the read model shows. */
  hasRecording: boolean;
}

const PAGE_ROWS = 500;

/** `$2` user, `$3` created up to, `$4` the last id seen or null, `$5` statuses of drafts that have ended, `$6` rows. */
const SELECT_DRAFTS = `
  SELECT draft_id AS "draftId",
         view->'audio'->>'fileId' IS NOT NULL AND view->'audio'->>'deletedAt' IS NULL AS "hasRecording"
    FROM drafts
   WHERE workspace_id = $1 AND user_id = $2 AND created_at <= $3 AND ($4::uuid IS NULL OR draft_id > $4)
     AND (status <> ALL ($5::text[])
          OR view->'audio'->>'fileId' IS NOT NULL AND view->'audio'->>'deletedAt' IS NULL)
   ORDER BY draft_id LIMIT $6`;

const OVER = [...ENDED, 'archived'];

export async function* draftsOfPerson(
  reads: WorkspaceReads,
  { workspaceId, userId }: Person,
  createdUpTo: string,
): AsyncGenerator<DraftOfPerson> {
  const scope = reads.scope(workspaceId);
  for (let last: string | null = null; ;) {
    const values = [userId, createdUpTo, last, OVER, PAGE_ROWS];
    const page: DraftOfPerson[] = await scope.query<DraftOfPerson & object>(SELECT_DRAFTS, values);
    yield* page;
    if (page.length < PAGE_ROWS) return;
    last = page.at(-1)!.draftId;
  }
}

const DELETE_REPLIES = `
  DELETE FROM model_replies r USING drafts d
   WHERE r.workspace_id = $1 AND d.workspace_id = $1 AND d.draft_id = r.draft_id AND d.user_id = $2`;

/** Of models, about the person's sentences; see kept-replies.ts. */
export async function deleteReplies(reads: WorkspaceReads, { workspaceId, userId }: Person): Promise<void> {
  await reads.scope(workspaceId).query(DELETE_REPLIES, [userId]);
}
