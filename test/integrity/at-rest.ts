/** Waiting until a program has nothing left to do, as its database tells. */
import type { Database } from '../../src/platform/database/database.js';
import { ALL_PROJECTIONS } from '../../src/projections/all.js';
import { groupOf } from '../../src/projections/projections.js';
import { until } from '../support/until.js';

/** A killed process's job is freed within five seconds and tried again within a few more. */
const REST_MS_MAX = 60_000;

export const SAGA_GROUPS = [
  'saga.interpret-prompt',
  'saga.build-preview',
  'saga.apply-changes',
  'saga.expire-drafts',
  'saga.record-undo',
  'saga.import-products',
];
const GROUPS = [...ALL_PROJECTIONS.map(groupOf), ...SAGA_GROUPS];

/**
 * Sound in one look: a job is added before its event is checked off, and its events are appended before it is. So with
 * every group at the log's end and no job due, nothing is on its way. A job that failed is on its way until it succeeds.
 */
const UNREST = `
  SELECT group_name AS what FROM unnest($1::text[]) AS g (group_name)
   WHERE (SELECT max(position) FROM events) >
         coalesce((SELECT min(position) FROM bus_checkpoints c WHERE c.group_name = g.group_name), -1)
   UNION ALL
  SELECT concat_ws(' ', 'job', task_identifier, 'of queue', queue_name, 'due', run_at, 'locked', locked_at, locked_by,
                   'after', attempts, 'attempts', last_error)
    FROM graphile_worker.jobs
   WHERE run_at <= now() OR locked_at IS NOT NULL OR last_error IS NOT NULL`;

export async function atRest(database: Database): Promise<void> {
  let last: string[] = [];
  await until(
    'everything rests',
    async () => {
      last = (await database.query<{ what: string }>(UNREST, [GROUPS])).rows.map(({ what }) => what);
      return last.length === 0;
    },
    REST_MS_MAX,
  ).catch((error: unknown) => {
    throw new Error(`still at work: ${last.join(', ')}`, { cause: error });
  });
}
