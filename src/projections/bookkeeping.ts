/**
 * How far read models are: of each stream the last revision applied, of each partition the position handled. Both
 * statements go by key whatever the planner thinks of the tables' sizes: an upsert has no other way.
 */
import type { Delivery } from '../event-bus/event-bus.js';
import type { Topic } from '../events/streams.js';
import type { Prepared, Queryable } from '../platform/database/database.js';

/** Highest position handled, by `topic/partition`. */
export type Checkpoints = ReadonlyMap<string, bigint>;

export const partitionKey = ({ topic, partition }: Pick<Delivery, 'topic' | 'partition'>) =>
  `${topic}/${partition}`;

/** What a read model is to apply. */
interface Part {
  projection: { name: string };
  batch: readonly Delivery[];
}

/** $1, $2 projections and streams. In one order: two consumers that share streams must not wait for each other. */
const HOLD_STREAMS: Prepared = {
  name: 'projection-hold-streams',
  text: `
  INSERT INTO projection_streams AS s (projection, stream_id, revision)
  SELECT projection, stream_id, -1 FROM unnest($1::text[], $2::text[]) AS held (projection, stream_id)
   ORDER BY projection, stream_id
  ON CONFLICT (projection, stream_id) DO UPDATE SET revision = s.revision
  RETURNING projection, stream_id, revision`,
};

/** What was applied of each stream, by part; held, so that two consumers of one stream never apply at once. */
export async function holdStreams(
  transaction: Queryable,
  parts: readonly Part[],
): Promise<Map<string, number>[]> {
  const wanted = parts.flatMap(({ projection, batch }) =>
    [...new Set(batch.map(({ event }) => event.streamId))].map((streamId) => [projection.name, streamId]),
  );
  const { rows } = await transaction.query<{ projection: string; stream_id: string; revision: number }>(
    HOLD_STREAMS,
    [wanted.map(([projection]) => projection), wanted.map(([, streamId]) => streamId)],
  );
  const held = Map.groupBy(rows, ({ projection }) => projection);
  return parts.map(
    ({ projection }) =>
      new Map(held.get(projection.name)?.map(({ stream_id, revision }) => [stream_id, revision])),
  );
}

/** $1, $2, $3 projections, streams and revisions; $4 … $7 projections, topics, partitions and positions. */
const MOVE_ON: Prepared = {
  name: 'projection-move-on',
  text: `
  WITH applied AS (
    INSERT INTO projection_streams AS s (projection, stream_id, revision)
    SELECT * FROM unnest($1::text[], $2::text[], $3::int[])
    ON CONFLICT (projection, stream_id) DO UPDATE SET revision = excluded.revision
     WHERE s.revision <> excluded.revision)
  INSERT INTO projection_checkpoints AS c (projection, topic, partition, position)
  SELECT * FROM unnest($4::text[], $5::text[], $6::int[], $7::bigint[]) AS handled (projection, topic, partition, position)
   ORDER BY projection, topic, partition
  ON CONFLICT (projection, topic, partition) DO UPDATE SET position = greatest(c.position, excluded.position)
  RETURNING projection, topic, partition, position::text AS position`,
};

interface CheckpointRow {
  projection: string;
  topic: Topic;
  partition: number;
  position: string;
}

/** Records the revisions reached (by part) and the positions handled; answers the checkpoints, by part. */
export async function moveOn(
  transaction: Queryable,
  parts: readonly Part[],
  reached: readonly ReadonlyMap<string, number>[],
): Promise<Checkpoints[]> {
  const streams = parts.flatMap(({ projection }, index) =>
    [...reached[index]!].map(([streamId, revision]) => [projection.name, streamId, revision]),
  );
  const handled = parts.flatMap(({ projection, batch }) =>
    lastOfPartitions(batch).map(({ topic, partition, event }) => [
      projection.name,
      topic,
      partition,
      event.position.toString(),
    ]),
  );
  const column = (rows: unknown[][], index: number) => rows.map((row) => row[index]);
  const { rows } = await transaction.query<CheckpointRow>(MOVE_ON, [
    ...[0, 1, 2].map((index) => column(streams, index)),
    ...[0, 1, 2, 3].map((index) => column(handled, index)),
  ]);
  const moved = Map.groupBy(rows, ({ projection }) => projection);
  return parts.map(
    ({ projection }) =>
      new Map(moved.get(projection.name)?.map((row) => [partitionKey(row), BigInt(row.position)])),
  );
}

function lastOfPartitions(batch: readonly Delivery[]): Delivery[] {
  const last = new Map<string, Delivery>();
  for (const delivery of batch) {
    const key = partitionKey(delivery);
    if (delivery.event.position > (last.get(key)?.event.position ?? -1n)) last.set(key, delivery);
  }
  return [...last.values()];
}
