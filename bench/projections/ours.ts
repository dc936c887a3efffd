/** A read model caught up from nothing, as the program does it: the embedded bus, the projection, its checkpoints. */
import { DeadLetters } from '../../src/event-bus/dead-letters.js';
import { EmbeddedEventBus } from '../../src/event-bus/embedded/embedded-event-bus.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import type { Database } from '../../src/platform/database/database.js';
import type { Projection } from '../../src/projections/projection.js';
import { groupOf, Projections } from '../../src/projections/projections.js';

const CATCH_UP_MS_MAX = 120_000;

export interface CatchUp {
  database: Database;
  store: EventStore;
  projection: Projection;
  /** Of the projection's last event. */
  end: bigint;
}

/** Milliseconds from joining the group to showing the last event. */
export async function catchUp({ database, store, projection, end }: CatchUp): Promise<number> {
  await database.query(
    `TRUNCATE ${projection.tables.join(', ')}, projection_streams, projection_checkpoints`,
  );
  await database.query('DELETE FROM bus_checkpoints WHERE group_name = $1', [groupOf(projection)]);
  const bus = new EmbeddedEventBus({
    store,
    database,
    deadLetters: new DeadLetters(database),
    topics: projection.topics,
  });
  const projections = new Projections({ database, bus, store, projections: [projection] });
  const startedAt = performance.now();
  try {
    await projections.start();
    if (!(await projections.waitFor(projection.name, end, { timeoutMs: CATCH_UP_MS_MAX })))
      throw new Error(`${projection.name} is not at the end of the log`);
    return performance.now() - startedAt;
  } finally {
    await projections.stop();
    await bus.close();
  }
}
