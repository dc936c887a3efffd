/** How much waits to be done, whoever is to do it: drafts nobody has seen yet, and jobs that nobody has begun. */
import type { QueueGauge } from '../api/ports.js';
import type { Queryable } from '../platform/database/database.js';
import { interpretPromptSaga } from '../sagas/interpret-prompt/interpret-prompt.saga.js';
import { sagaGroup } from '../sagas/saga.js';

/** Of the log behind the saga that are looked at: drafts among them count, other events cost time. */
const EVENTS_LOOKED_AT_MAX = 20_000;

/** Where each bus notes what a group has handled. */
const CHECKPOINTS = { embedded: 'bus_checkpoints', kafka: 'kafka_checkpoints' } as const;

/**
 * All parts are bounded by the number asked for, so that a long queue costs no more than a full one. A bus that has
 * partitions is behind in some of them at least by what lies after the furthest one.
 *   $1 text group  $2 integer counted at most  $3 integer events looked at
 * Indexes: events_pkey, graphile-worker's own over available jobs.
 */
const lengthsStatement = (checkpoints: string) => `
  WITH unseen AS (
    SELECT recorded_at
      FROM (SELECT type, recorded_at FROM events
             WHERE position > (SELECT coalesce(max(position), 0) FROM ${checkpoints}
                                WHERE group_name = $1 AND topic = 'drafthorse.drafts')
             ORDER BY position LIMIT $3) AS behind
     WHERE type = 'DraftCreated'
     LIMIT $2
  ), ready AS (
    SELECT run_at, job_queue_id FROM graphile_worker._private_jobs
     WHERE is_available AND run_at <= now()
     ORDER BY priority, run_at LIMIT $2
  )
  SELECT (SELECT count(*) FROM unseen)::integer + (SELECT count(*) FROM ready)::integer AS waiting,
         extract(epoch FROM now() - least(
           (SELECT min(recorded_at) FROM unseen),
           -- Jobs of one queue take turns: theirs is not everybody's waiting time.
           (SELECT min(run_at) FROM ready WHERE job_queue_id IS NULL)))::float8 AS oldest_seconds`;

export function queueGauge(
  database: Queryable,
  { bus, countedMax }: { bus: 'embedded' | 'kafka'; countedMax: number },
): QueueGauge {
  const statement = { name: `queue-lengths-${bus}`, text: lengthsStatement(CHECKPOINTS[bus]) };
  return {
    async lengths() {
      const values = [sagaGroup(interpretPromptSaga), countedMax, EVENTS_LOOKED_AT_MAX];
      const { rows } = await database.query<{ waiting: number; oldest_seconds: number | null }>(
        statement,
        values,
      );
      const [row] = rows;
      return { waiting: row?.waiting ?? 0, oldestSeconds: Math.max(0, row?.oldest_seconds ?? 0) };
    },
  };
}
