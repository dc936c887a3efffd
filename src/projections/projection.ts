/**
 * What a read model is: tables of its own, and how events change them. Rows and the revision they reach in each
 * stream are written in one transaction, and what is at or below that revision is skipped: delivering twice is
 * delivering once. By stream and not by partition, because a position does not tell what was applied after a dead
 * letter was re-driven, or after another bus with other partitions delivered the log again.
 */
import type { Delivery } from '../event-bus/event-bus.js';
import type { Topic } from '../events/streams.js';
import { Ending, type Database, type Queryable } from '../platform/database/database.js';
import { holdStreams, moveOn, type Checkpoints } from './bookkeeping.js';

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

export interface Projected {
  /** Of the batch's partitions. */
  checkpoints: Checkpoints;
  /** Deliveries that were not repetitions. */
  applied: number;
}

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
      async (transaction) =>
        new Ending(
          (await applyParts(transaction, [{ projection, batch: slice }])).moved.then(([one]) => one!),
        ),
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

/** Events and, where they change products, those. */
export const weightOf = (batch: readonly Delivery[]): number =>
  batch.reduce(
    (sum, { event }) => sum + (event.type === 'ProductsChanged' ? event.data.changes.length : 1),
    0,
  );

/** Cuts a batch so that each part changes at most CHANGES_PER_TRANSACTION_MAX products; order is kept. */
export function slices(batch: readonly Delivery[]): Delivery[][] {
  const cut: Delivery[][] = [];
  let changes = Infinity;
  for (const delivery of batch) {
    const weight = weightOf([delivery]);
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
  const { moved } = await applyParts(transaction, [{ projection, batch }]);
  return (await moved)[0]!;
}

/** What one projection is to apply. */
export interface Part {
  projection: Projection;
  batch: readonly Delivery[];
}

/**
 * Applies the parts of several projections, whose tables are their own: side by side, so that statements of one do not
 * wait for answers to another. `moved`: the last statement, which nothing comes after.
 */
export async function applyParts(
  transaction: Queryable,
  parts: readonly Part[],
): Promise<{ moved: Promise<Projected[]> }> {
  const held = await holdStreams(transaction, parts);
  const fresh = parts.map((part, index) => freshOf(part, held[index]!));
  const applied = await Promise.allSettled(
    parts.map(
      ({ projection }, index) => fresh[index]!.length > 0 && projection.apply(transaction, fresh[index]!),
    ),
  );
  // Not before all of them have ended: none may go on when the transaction is over.
  for (const one of applied) if (one.status === 'rejected') throw one.reason;
  const moved = moveOn(transaction, parts, held);
  return {
    moved: moved.then((all) =>
      all.map((checkpoints, index) => ({ checkpoints, applied: fresh[index]!.length })),
    ),
  };
}

/** Deliveries that were not applied yet; `revisions` moves on with them. */
function freshOf({ projection, batch }: Part, revisions: Map<string, number>): Delivery[] {
  return batch.filter(({ event }) => {
    const reached = revisions.get(event.streamId) ?? -1;
    if (event.revision <= reached) return false;
    if (event.revision > reached + 1)
      throw new Error(`${projection.name}: revision ${event.revision} of ${event.streamId} after ${reached}`);
    revisions.set(event.streamId, event.revision);
    return true;
  });
}
