/**
 * Building a read model again from the log, beside the live one: into copies of its tables, up to exactly where
 * the live one stands, then a difference, then a switch by renaming. The live projection goes on until the
 * last step and is held only while the two are brought level, compared and exchanged.
 */
import type pg from 'pg';
import type { Delivery, EventBus } from '../event-bus/event-bus.js';
import type { EventStore } from '../event-store/event-store.js';
import { upcastEvent } from '../events/registry.js';
import type { RecordedEvent } from '../events/contract.js';
import { routeOf } from '../events/streams.js';
import type { Database, Queryable } from '../platform/database/database.js';
import { applyOnce, PROJECTION_LOCK, slices, type Projection, plainName } from './projection.js';
import { partitionKey, type Checkpoints } from './bookkeeping.js';

/** A catalogue event holds up to 500 changes: few events at a time bound the memory. */
const EVENTS_PER_BATCH = 100;
/** Rounds of catching up before the live projection is held; each is shorter than the one before. */
const CATCH_UP_ROUNDS = 3;
/** Advisory lock class: one rebuild of a projection at a time. */
const REBUILD_LOCK = 1_146_504_273;

export interface RebuildOptions {
  database: Database;
  store: Pick<EventStore, 'readAll'>;
  bus: Pick<EventBus, 'partitionOf'>;
  projection: Projection;
  /** Whether to exchange the tables: in any case, only where nothing differs, or not at all (a proof). */
  switchOver: 'always' | 'when-equal' | 'never';
  /** `previous`: the way back. Starts from the tables that the last switch put aside, brought up to date. */
  from?: 'log' | 'previous';
}

/** Rows that only one side has; a changed row counts on both. */
export interface TableDifference {
  table: string;
  onlyLive: number;
  onlyRebuilt: number;
}

export interface RebuildReport {
  projection: string;
  events: number;
  differences: TableDifference[];
  /** The tables before the switch stay in schema `previous_<projection>` until the next one. */
  switched: boolean;
}

/** Throws when another rebuild of the same projection runs. A failed or killed one leaves only copies behind. */
export async function rebuild(options: RebuildOptions): Promise<RebuildReport> {
  const { database, projection } = options;
  for (const name of [projection.name, ...projection.tables]) plainName(name);
  const guard = await database.pool.connect();
  try {
    const { rows } = await guard.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_lock($1, hashtext($2)) AS locked',
      [REBUILD_LOCK, projection.name],
    );
    if (!rows[0]?.locked) throw new Error(`projection ${projection.name} is being rebuilt already`);
    return await rebuildGuarded(options, guard);
  } finally {
    const failure = await guard.query('SELECT pg_advisory_unlock_all()').then(
      () => undefined,
      (error: Error) => error,
    );
    // A connection that cannot be asked is closed, and the server frees its locks.
    guard.release(failure);
  }
}

async function rebuildGuarded(options: RebuildOptions, guard: pg.PoolClient): Promise<RebuildReport> {
  const { database, projection } = options;
  await (options.from === 'previous'
    ? takePrevious(database, projection)
    : createCopies(database, projection));
  let progress: Progress = { after: 0n, events: 0 };
  for (let round = 0; round < CATCH_UP_ROUNDS; round += 1)
    progress = await replay(options, await liveCheckpoints(database, projection), progress);

  await guard.query('SELECT pg_advisory_lock($1, hashtext($2))', [PROJECTION_LOCK, projection.name]);
  progress = await replay(options, await liveCheckpoints(database, projection), progress);
  const differences = await compare(database, projection);
  const isEqual = differences.every(({ onlyLive, onlyRebuilt }) => onlyLive === 0 && onlyRebuilt === 0);
  const switched = options.switchOver === 'always' || (options.switchOver === 'when-equal' && isEqual);
  await database.transaction((transaction) =>
    switched ? exchange(transaction, projection) : dropCopies(transaction, projection),
  );
  return { projection: projection.name, events: progress.events, differences, switched };
}

interface Progress {
  /** Where the next round starts: nothing at or below it is still to be applied. */
  after: bigint;
  events: number;
}

/** Applies to the copies what the live projection has applied, no event more. */
async function replay(options: RebuildOptions, live: Checkpoints, progress: Progress): Promise<Progress> {
  const { store } = options;
  const end = [...live.values()].reduce((highest, position) => (position > highest ? position : highest), 0n);
  let { after, events } = progress;
  /** The first event the live projection has not applied yet: a later round must see it again. */
  let firstLeft: bigint | null = null;
  while (after < end) {
    const read = await store.readAll({ after, limit: EVENTS_PER_BATCH });
    const last = read.at(-1);
    if (!last) break;
    const deliveries = read.flatMap((event) => deliveryOf(event, options) ?? []);
    const applied = deliveries.filter(
      (delivery) => delivery.event.position <= (live.get(partitionKey(delivery)) ?? 0n),
    );
    const left = deliveries.find(
      (delivery) => delivery.event.position > (live.get(partitionKey(delivery)) ?? 0n),
    );
    firstLeft ??= left?.event.position ?? null;
    for (const slice of slices(applied)) events += await applyToCopies(options, slice);
    after = last.position;
  }
  return { after: firstLeft === null ? after : firstLeft - 1n, events };
}

function applyToCopies({ database, projection }: RebuildOptions, deliveries: Delivery[]): Promise<number> {
  return database.transaction(async (transaction) => {
    await transaction.query(`SET LOCAL search_path TO ${copies(projection)}, public`);
    return (await applyOnce(transaction, projection, deliveries)).applied;
  });
}

function deliveryOf(recorded: RecordedEvent, { bus, projection }: RebuildOptions): Delivery | null {
  const { topic, key } = routeOf(recorded.streamId);
  if (!projection.topics.includes(topic)) return null;
  return {
    topic,
    key,
    partition: bus.partitionOf(topic, key, recorded.position),
    headers: {},
    event: upcastEvent(recorded),
  };
}

async function liveCheckpoints(database: Queryable, projection: Projection): Promise<Checkpoints> {
  const { rows } = await database.query<{ key: string; position: string }>(
    `SELECT topic || '/' || partition AS key, position::text AS position
       FROM public.projection_checkpoints WHERE projection = $1`,
    [projection.name],
  );
  return new Map(rows.map(({ key, position }) => [key, BigInt(position)]));
}

async function createCopies(database: Database, projection: Projection): Promise<void> {
  await database.transaction(async (transaction) => {
    await dropCopies(transaction, projection);
    await transaction.query(`CREATE SCHEMA ${copies(projection)}`);
    for (const table of [...projection.tables, ...PROGRESS])
      await transaction.query(
        `CREATE TABLE ${copies(projection)}.${table} (LIKE public.${table} INCLUDING ALL)`,
      );
  });
}

async function takePrevious(database: Database, projection: Projection): Promise<void> {
  await database.transaction(async (transaction) => {
    await dropCopies(transaction, projection);
    await transaction.query(`ALTER SCHEMA ${previous(projection)} RENAME TO ${copies(projection)}`);
  });
}

async function compare(database: Database, projection: Projection): Promise<TableDifference[]> {
  const differences: TableDifference[] = [];
  for (const table of projection.tables) {
    const [live, rebuilt] = [`SELECT * FROM public.${table}`, `SELECT * FROM ${copies(projection)}.${table}`];
    const { rows } = await database.query<{ only_live: number; only_rebuilt: number }>(
      `SELECT (SELECT count(*) FROM (${live} EXCEPT ALL ${rebuilt}) AS l)::int AS only_live,
              (SELECT count(*) FROM (${rebuilt} EXCEPT ALL ${live}) AS r)::int AS only_rebuilt`,
    );
    differences.push({ table, onlyLive: rows[0]?.only_live ?? 0, onlyRebuilt: rows[0]?.only_rebuilt ?? 0 });
  }
  return differences;
}

/** Live and rebuilt tables change places. Readers wait for milliseconds and see one or the other, never both. */
async function exchange(transaction: Queryable, projection: Projection): Promise<void> {
  await transaction.query(`SET LOCAL lock_timeout = '10s'`);
  await transaction.query(`DROP SCHEMA IF EXISTS ${previous(projection)} CASCADE`);
  await transaction.query(`CREATE SCHEMA ${previous(projection)}`);
  for (const table of projection.tables) {
    await transaction.query(`ALTER TABLE public.${table} SET SCHEMA ${previous(projection)}`);
    await transaction.query(`ALTER TABLE ${copies(projection)}.${table} SET SCHEMA public`);
  }
  // The old tables keep what they had reached, for the way back. What readers wait for is the same on both sides.
  await transaction.query(
    `CREATE TABLE ${previous(projection)}.projection_streams (LIKE public.projection_streams INCLUDING ALL)`,
  );
  await transaction.query(
    `CREATE TABLE ${previous(projection)}.projection_checkpoints (LIKE public.projection_checkpoints INCLUDING ALL)`,
  );
  await transaction.query(
    `WITH live AS (DELETE FROM public.projection_streams WHERE projection = $1 RETURNING *)
     INSERT INTO ${previous(projection)}.projection_streams SELECT * FROM live`,
    [projection.name],
  );
  await transaction.query(
    `INSERT INTO public.projection_streams SELECT * FROM ${copies(projection)}.projection_streams`,
  );
  await dropCopies(transaction, projection);
}

async function dropCopies(transaction: Queryable, projection: Projection): Promise<void> {
  await transaction.query(`DROP SCHEMA IF EXISTS ${copies(projection)} CASCADE`);
}

/** Where a projection keeps how far it is; a copy keeps its own. */
const PROGRESS = ['projection_streams', 'projection_checkpoints'] as const;

const copies = (projection: Projection) => `rebuild_${projection.name}`;
const previous = (projection: Projection) => `previous_${projection.name}`;
