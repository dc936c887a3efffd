/**
 * Answers of models that could not be used, for whoever looks for the reason. They repeat what users said, so they are in
 * no event, no read model and no answer of the API: a table of their own, from which they are deleted after some days.
 */
import type { Draft } from '../../commands/draft/draft.decider.js';
import type { ReadingRecord } from '../../interpreter/interpreter.js';
import type { Database } from '../../platform/database/database.js';

export type KeepReply = (
  draft: Pick<Draft, 'draftId' | 'workspaceId'>,
  record: Pick<ReadingRecord, 'attempts' | 'rawReply'>,
) => Promise<void>;

/** Deleted beside each reply that is kept: more than come in, and few enough to be quick. */
const DELETED_AT_ONCE = 100;

/** `$1` workspace, `$2` draft, `$3` model, `$4` reply, `$5` days to keep it. */
const KEEP = `
  WITH old AS (
    DELETE FROM model_replies WHERE reply_id IN (
      SELECT reply_id FROM model_replies WHERE delete_after < now()
       ORDER BY delete_after LIMIT ${DELETED_AT_ONCE} FOR UPDATE SKIP LOCKED)
  )
  INSERT INTO model_replies (workspace_id, draft_id, model, reply, delete_after)
  VALUES ($1, $2, $3, $4, now() + make_interval(days => $5))`;

/** Undefined where nothing is to be kept. */
export function keptReplies(database: Database, days: number): KeepReply | undefined {
  if (days === 0) return undefined;
  return async ({ draftId, workspaceId }, { attempts, rawReply }) => {
    if (rawReply === undefined) return;
    const model = attempts.findLast(({ outcome }) => outcome === 'invalid')?.model ?? '';
    await database.query(KEEP, [workspaceId, draftId, model, rawReply, days]);
  };
}
