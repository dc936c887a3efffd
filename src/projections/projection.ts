/**
 * What a read model is: tables of its own, and how events change them. Rows and checkpoint are written in one
 * transaction, and what lies at or below the checkpoint is skipped, so delivering twice is delivering once.
 */
import { REDRIVEN_HEADER, type Delivery } from '../event-bus/event-bus.js';
import type { Topic } from '../events/streams.js';
import type { Database, Queryable } from '../platform/database/database.js';

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

/** Highest position applied, by `topic/partition`. */
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
 * Applies a batch and moves the checkpoint with it: in one transaction, or in several when the batch is large,
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
    const projected = await database.transaction(async (transaction) => {
      // First statement: while it waits for a rebuild to switch, this transaction holds nothing.
      await transaction.query('SELECT pg_advisory_xact_lock_shared($1, hashtext($2))', [
        PROJECTION_LOCK,
        projection.name,
      ]);
      return applyOnce(transaction, projection, slice);
    });
    for (const [key, position] of projected.checkpoints) checkpoints.set(key, position);
    applied += projected.applied;
  }
  return { checkpoints, applied };
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

/** `project` inside a transaction of the caller's. */
export async function applyOnce(
  transaction: Queryable,
  projection: Projection,
  batch: readonly Delivery[],
): Promise<Projected> {
  const held = await lockCheckpoints(transaction, projection.name, batch);
  const redriven = await newlyRedriven(transaction, projection.name, batch, held);
  const checkpoints = new Map([...held].map(([key, { position }]) => [key, position]));
  const fresh = batch.filter((delivery) => {
    if (isRedriven(delivery)) return redriven.delete(delivery.event.position);
    const key = partitionKey(delivery);
    if (delivery.event.position <= (checkpoints.get(key) ?? 0n)) return false;
    checkpoints.set(key, delivery.event.position);
    return true;
  });
  if (fresh.length === 0) return { checkpoints, applied: 0 };
  await projection.apply(transaction, fresh);
  await transaction.query(
    `UPDATE projection_checkpoints c SET position = moved.position
       FROM unnest($2::text[], $3::bigint[]) AS moved (key, position)
      WHERE c.projection = $1 AND c.topic || '/' || c.partition = moved.key`,
    [projection.name, [...checkpoints.keys()], [...checkpoints.values()].map(String)],
  );
  return { checkpoints, applied: fresh.length };
}

interface HeldCheckpoint {
  position: bigint;
  /** Nothing at or below it was left out. */
  completeTo: bigint;
}

/** Reads the checkpoints of a batch's partitions and holds them, so that two consumers never apply at once. */
async function lockCheckpoints(
  transaction: Queryable,
  projection: string,
  batch: readonly Delivery[],
): Promise<Map<string, HeldCheckpoint>> {
  const partitions = new Map(batch.map((delivery) => [partitionKey(delivery), delivery]));
  // Sorted: two consumers that share partitions take them in one order.
  const sorted = [...partitions]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, delivery]) => delivery);
  const { rows } = await transaction.query<{
    topic: Topic;
    partition: number;
    position: string;
    complete_to: string;
  }>(
    `INSERT INTO projection_checkpoints AS c (projection, topic, partition, position)
     SELECT $1, topic, partition, 0 FROM unnest($2::text[], $3::int[]) AS p (topic, partition)
     ON CONFLICT (projection, topic, partition) DO UPDATE SET position = c.position
     RETURNING topic, partition, position::text AS position, complete_to::text AS complete_to`,
    [projection, sorted.map(({ topic }) => topic), sorted.map(({ partition }) => partition)],
  );
  return new Map(
    rows.map((row) => [
      partitionKey(row),
      { position: BigInt(row.position), completeTo: BigInt(row.complete_to) },
    ]),
  );
}

/** Positions of re-driven dead letters that were not applied before: neither re-driven already nor by a rebuild. */
async function newlyRedriven(
  transaction: Queryable,
  projection: string,
  batch: readonly Delivery[],
  held: ReadonlyMap<string, HeldCheckpoint>,
): Promise<Set<bigint>> {
  const positions = batch
    .filter((delivery) => isRedriven(delivery))
    .filter((delivery) => delivery.event.position > (held.get(partitionKey(delivery))?.completeTo ?? 0n))
    .map(({ event }) => event.position.toString());
  if (positions.length === 0) return new Set();
  const { rows } = await transaction.query<{ position: string }>(
    `INSERT INTO projection_redriven (projection, position) SELECT DISTINCT $1, unnest($2::bigint[])
     ON CONFLICT DO NOTHING RETURNING position::text AS position`,
    [projection, positions],
  );
  return new Set(rows.map(({ position }) => BigInt(position)));
}

function isRedriven({ headers }: Delivery): boolean {
  return headers[REDRIVEN_HEADER] !== undefined;
}
