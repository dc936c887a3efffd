/**
 * A long log without waiting for it to be appended: rows of the true shape in one statement, in streams of ten. Random
 * keys make an index whose pages are about 70 % full as it grows; one that is built afterwards gets the same, so that
 * its pages neither split at the first append nor hold more than they would.
 */
import { runOn } from '../harness/databases.js';
import { EVENT_DATA, EVENT_TYPE, metadataOf } from './events.js';

const STREAM_LENGTH = 10;
/** https://www.postgresql.org/docs/current/btree.html and Yao 1978 (ln 2): what random insertion leaves full. */
const GROWN_FILL_PERCENT = 70;
const GROWN_KEYS = [
  { name: 'events_stream_revision_key', columns: 'stream_id, revision' },
  { name: 'events_event_id_key', columns: 'event_id' },
];

/** Position of a filled stream's first event; `ordinal` is any event's place in the filled log, from 0. */
export function firstOfFilledStream(ordinal: number): bigint {
  return BigInt(ordinal - (ordinal % STREAM_LENGTH));
}

/** Positions 0 to `events` - 1 stand below any that a live transaction takes. */
export async function fillLog(databaseUrl: string, events: number): Promise<void> {
  if (events === 0) return;
  const metadata = metadataOf('00000000-0000-4000-8000-000000000000');
  await runOn(
    databaseUrl,
    ...GROWN_KEYS.map(({ name }) => `ALTER TABLE events DROP CONSTRAINT ${name}`),
    `INSERT INTO events
       (position, stream_id, revision, event_id, workspace_id, type, schema_version, data, metadata, recorded_at)
     SELECT n, 'workspace-' || md5((n / ${STREAM_LENGTH})::text)::uuid, n % ${STREAM_LENGTH}, gen_random_uuid(),
            md5((n / ${STREAM_LENGTH})::text)::uuid, '${EVENT_TYPE}', 1, '${JSON.stringify(EVENT_DATA)}',
            jsonb_set('${JSON.stringify(metadata)}', '{commandId}', to_jsonb(md5(n::text)::uuid)),
            timestamptz '2026-01-01' + n * interval '1 millisecond'
       FROM generate_series(0, ${events} - 1) AS n`,
    ...GROWN_KEYS.flatMap(({ name, columns }) => [
      `ALTER TABLE events ADD CONSTRAINT ${name} UNIQUE (${columns}) WITH (fillfactor = ${GROWN_FILL_PERCENT})`,
      `ALTER INDEX ${name} RESET (fillfactor)`,
    ]),
  );
}
