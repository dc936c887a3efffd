/** Waiting until a program has nothing left to do, as its database tells. */
import type { Database } from '../../src/platform/database/database.js';
import { ALL_PROJECTIONS } from '../../src/projections/all.js';
import { groupOf } from '../../src/projections/projections.js';
import { until } from '../support/until.js';

/** A killed process's job is freed within five seconds and tried again within a few more. */
const REST_MS_MAX = 60_000;

export const SAGA_GROUPS = [
  'saga.interpret-prompt',
  'saga.apply-changes',
  'saga.expire-drafts',
  'saga.record-undo',
  'saga.import-products',
  'saga.transcribe-audio',
];
const GROUPS = [...ALL_PROJECTIONS.map(groupOf), ...SAGA_GROUPS];

/**
 * Sound in one look: a job is added before its event is checked off, and its events are appended before it is. So with
 * every group at the log's end and no job due, nothing is on its way. A job that failed is on its way until it succeeds.
 */
const JOBS_AT_WORK = `
  SELECT concat_ws(' ', 'job', task_identifier, 'of queue', queue_name, 'due', run_at, 'locked', locked_at, locked_by,
                   'after', attempts, 'attempts', last_error) AS what
    FROM graphile_worker.jobs
   WHERE run_at <= now() OR locked_at IS NOT NULL OR last_error IS NOT NULL`;

/** $1 the groups. */
const BEHIND_THE_LOG = `
  SELECT group_name AS what FROM unnest($1::text[]) AS g (group_name)
   WHERE (SELECT max(position) FROM events) >
         coalesce((SELECT min(position) FROM bus_checkpoints c WHERE c.group_name = g.group_name), -1)`;

/** On Kafka: the relay at the log's end, and every group of $1 at the relay's end in each partition of its topics. */
const BEHIND_THE_RELAY = `
  SELECT 'the relay' AS what
   WHERE (SELECT max(position) FROM events) > coalesce((SELECT min(position) FROM relay_topics), -1)
   UNION ALL
  SELECT concat_ws(' ', start.group_name, 'in', r.topic, r.partition)
    FROM kafka_checkpoints start JOIN relay_partitions r ON r.topic = start.topic
    LEFT JOIN kafka_checkpoints c
      ON c.group_name = start.group_name AND c.topic = r.topic AND c.partition = r.partition
   WHERE start.partition = -1 AND r.position > coalesce(c.position, start.position)
   UNION ALL
  SELECT group_name FROM unnest($1::text[]) AS g (group_name)
   WHERE group_name NOT IN (SELECT group_name FROM kafka_checkpoints)`;

/** What is still on its way, in words; nothing when everything rests. */
export async function unrest(database: Database): Promise<string[]> {
  const { rows } = await database.query<{ relayed: boolean }>(
    'SELECT EXISTS (SELECT FROM relay_lease) AS relayed',
  );
  const behind = rows[0]!.relayed ? BEHIND_THE_RELAY : BEHIND_THE_LOG;
  const found = await database.query<{ what: string }>(`${behind} UNION ALL ${JOBS_AT_WORK}`, [GROUPS]);
  return found.rows.map(({ what }) => what);
}

export async function atRest(database: Database, timeoutMs = REST_MS_MAX): Promise<void> {
  let last: string[] = [];
  await until(
    'everything rests',
    async () => {
      last = await unrest(database);
      return last.length === 0;
    },
    timeoutMs,
  ).catch((error: unknown) => {
    throw new Error(`still at work: ${last.join(', ')}`, { cause: error });
  });
}
