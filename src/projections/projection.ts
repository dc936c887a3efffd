/**
 * What a read model is: tables of its own, and how events change them. Rows and the revision they reach in each
 * stream are written in one transaction, and what is at or below that revision is skipped: delivering twice is
 * delivering once. By stream and not by partition, because a position does not tell what was applied after a dead
 * letter was re-driven, or after another bus with other partitions delivered the log again.
 */
import type { Delivery } from '../event-bus/event-bus.js';
import type { Topic } from '../events/streams.js';
import { Ending, type Database, type Queryable } from '../platform/database/database.js';

export interface Projection {
  /** Lower-case letters, digits and `_`; its consumer group is `projection.<name>`. */
  name: string;
  topics: readonly Topic[];
  /** The tables it writes; nothing else writes them. Plain names. */
  tables: readonly string[];
  /**
   * Applies deliveries in order; never one twice. Deterministic, so that a rebuild comes to the same rows: no
   * clock, no random ids, and nothing that depends on how the log was cut into batches. Names its tables
   * without a schema: a rebuild runs it on copies through the search path.
   */
  apply(transaction: Queryable, deliveries: readonly Delivery[]): Promise<void>;
}

/** Class of the advisory locks that keep a live projection and the switch of its rebuild apart. */
export const PROJECTION_LOCK = 1_146_504_272;

/** Highest position handled, by `topic/partition`. */
export type Checkpoints = ReadonlyMap<string, bigint>;

export interface Projected {
  /** Of the batch's partitions. */
  checkpoints: Checkpoints;
  /** Deliveries that were not repetitions. */
  applied: number;
}

export const partitionKey = ({ topic, partition }: Pick<Delivery, 'topic' | 'partition'>) =>
  `${topic}/${partition}`;

/** Product changes in one transaction: adding 5,000 takes well under a second. */
const CHANGES_PER_TRANSACTION_MAX = 5_000;

/**
 * Applies a batch and moves the checkpoints with it: in one transaction, or in several when the batch is large,
 * because a long writing transaction holds back the visible end of the log for everyone.
 */
export async function project(
  database: Database,
  projection: Projection,
  batch: readonly Delivery[],
): Promise<Projected> {
  const checkpoints = new Map<string, bigint>();
  let applied = 0;
  for (const slice of slices(batch)) {
    // The lock first: while it waits for a rebuild to switch, this transaction holds nothing.
    const projected = await database.transaction(
      async (transaction) => new Ending((await applyFresh(transaction, projection, slice)).moved),
      `SELECT pg_advisory_xact_lock_shared(${PROJECTION_LOCK}, hashtext('${plainName(projection.name)}'))`,
    );
    for (const [key, position] of projected.checkpoints) checkpoints.set(key, position);
    applied += projected.applied;
  }
  return { checkpoints, applied };
}

/** Names are joined into statements; they are constants of this program all the same. Throws on any other. */
export function plainName(name: string): string {
  if (!/^[a-z][a-z0-9_]{0,40}$/.test(name)) throw new Error(`not a plain name: ${name}`);
  return name;
}

/** Cuts a batch so that each part changes at most CHANGES_PER_TRANSACTION_MAX products; order is kept. */
export function slices(batch: readonly Delivery[]): Delivery[][] {
  const cut: Delivery[][] = [];
  let changes = Infinity;
  for (const delivery of batch) {
    const { event } = delivery;
    const weight = event.type === 'ProductsChanged' ? event.data.changes.length : 1;
    changes += weight;
    if (changes > CHANGES_PER_TRANSACTION_MAX) {
      cut.push([]);
      changes = weight;
    }
    cut.at(-1)?.push(delivery);
  }
  return cut;
}

/**
 * `project` inside a transaction of the caller's. Throws when an event is not the next of its stream: a read model
 * with a hole in it would be wrong for good.
 */
export async function applyOnce(
  transaction: Queryable,
  projection: Projection,
  batch: readonly Delivery[],
): Promise<Projected> {
  return (await applyFresh(transaction, projection, batch)).moved;
}

/** `moved`: the last statement, which nothing of the batch comes after. */
async function applyFresh(
  transaction: Queryable,
  projection: Projection,
  batch: readonly Delivery[],
): Promise<{ moved: Promise<Projected> }> {
  const revisions = await holdStreams(transaction, projection.name, batch);
  const fresh = batch.filter(({ event }) => {
    const reached = revisions.get(event.streamId) ?? -1;
    if (event.revision <= reached) return false;
    if (event.revision > reached + 1)
      throw new Error(`${projection.name}: revision ${event.revision} of ${event.streamId} after ${reached}`);
    revisions.set(event.streamId, event.revision);
    return true;
  });
  if (fresh.length > 0) await projection.apply(transaction, fresh);
  const moved = moveOn(transaction, projection.name, revisions, batch);
  return { moved: moved.then((checkpoints) => ({ checkpoints, applied: fresh.length })) };
}

/** $1 projection, $2 streams. In one order: two consumers that share streams must not wait for each other. */
const HOLD_STREAMS = {
  name: 'projection-hold-streams',
  text: `
  INSERT INTO projection_streams AS s (projection, stream_id, revision)
  SELECT $1, stream_id, -1 FROM unnest($2::text[]) AS held (stream_id) ORDER BY stream_id
  ON CONFLICT (projection, stream_id) DO UPDATE SET revision = s.revision
  RETURNING stream_id, revision`,
};

/** What was applied of each stream; held, so that two consumers of one stream never apply at once. */
async function holdStreams(
  transaction: Queryable,
  projection: string,
  batch: readonly Delivery[],
): Promise<Map<string, number>> {
  const streamIds = new Set(batch.map(({ event }) => event.streamId));
  const { rows } = await transaction.query<{ stream_id: string; revision: number }>(HOLD_STREAMS, [
    projection,
    [...streamIds],
  ]);
  return new Map(rows.map(({ stream_id, revision }) => [stream_id, revision]));
}

/** $1 projection; $2, $3 streams and revisions; $4, $5, $6 topics, partitions and positions. */
const MOVE_ON = {
  name: 'projection-move-on',
  text: `
  WITH applied AS (
    UPDATE projection_streams s SET revision = moved.revision
      FROM unnest($2::text[], $3::int[]) AS moved (stream_id, revision)
     WHERE s.projection = $1 AND s.stream_id = moved.stream_id AND s.revision <> moved.revision)
  INSERT INTO projection_checkpoints AS c (projection, topic, partition, position)
  SELECT $1, topic, partition, position
    FROM unnest($4::text[], $5::int[], $6::bigint[]) AS handled (topic, partition, position)
   ORDER BY topic, partition
  ON CONFLICT (projection, topic, partition) DO UPDATE SET position = greatest(c.position, excluded.position)
  RETURNING topic, partition, position::text AS position`,
};

async function moveOn(
  transaction: Queryable,
  projection: string,
  revisions: ReadonlyMap<string, number>,
  batch: readonly Delivery[],
): Promise<Checkpoints> {
  const last = new Map<string, Delivery>();
  for (const delivery of batch) {
    const key = partitionKey(delivery);
    if (delivery.event.position > (last.get(key)?.event.position ?? -1n)) last.set(key, delivery);
  }
  const handled = [...last.values()];
  const { rows } = await transaction.query<{ topic: Topic; partition: number; position: string }>(MOVE_ON, [
    projection,
    [...revisions.keys()],
    [...revisions.values()],
    handled.map(({ topic }) => topic),
    handled.map(({ partition }) => partition),
    handled.map(({ event }) => event.position.toString()),
  ]);
  return new Map(rows.map((row) => [partitionKey(row), BigInt(row.position)]));
}
