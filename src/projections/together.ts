/**
 * Small batches of several read models in one transaction: those that an event wakes at the same moment, and those that
 * came while the last transaction ran. Each stays a consumer group of its own. Whatever goes wrong together, each does again
 * alone, and so a read model that fails, or waits for its rebuild, keeps no other one from going on.
 */
import { Combiner } from '../platform/combining/combiner.js';
import { Ending, type Database, type Prepared } from '../platform/database/database.js';
import {
  applyParts,
  project,
  PROJECTION_LOCK,
  weightOf,
  type Part,
  type Projected,
  type Projection,
} from './projection.js';
import type { Delivery } from '../event-bus/event-bus.js';

/** Events, or product changes, in one transaction of several; a batch with more has one to itself, beside it. */
const WEIGHT_MAX = 200;

/** $1 class of the locks, $2 projections. False where a rebuild is about to exchange one of them. */
const TRY_LOCKS: Prepared = {
  name: 'projection-try-locks',
  text: `SELECT bool_and(pg_try_advisory_xact_lock_shared($1, hashtext(name))) AS locked
           FROM unnest($2::text[]) AS held (name)`,
};

/** Under way when each is on its own: no other one, and no later wave, waits for it. */
interface Outcome {
  projected: Promise<Projected>;
}

export class Together {
  private readonly waves = new Combiner<Part, Outcome>({
    run: (_key, parts) => this.run(parts),
    weightOf: ({ batch }) => weightOf(batch),
    weightMax: WEIGHT_MAX,
  });

  constructor(private readonly database: Database) {}

  /** As `project`. */
  async project(projection: Projection, batch: readonly Delivery[]): Promise<Projected> {
    if (weightOf(batch) > WEIGHT_MAX) return project(this.database, projection, batch);
    return (await this.waves.submit('', { projection, batch })).projected;
  }

  private async run(parts: Part[]): Promise<Outcome[]> {
    const together = parts.length > 1 ? await this.inOne(parts).catch(() => null) : null;
    return parts.map(({ projection, batch }, index) => ({
      projected: together ? Promise.resolve(together[index]!) : project(this.database, projection, batch),
    }));
  }

  private inOne(parts: Part[]): Promise<Projected[]> {
    return this.database.transaction(async (transaction) => {
      const names = parts.map(({ projection }) => projection.name);
      const { rows } = await transaction.query<{ locked: boolean }>(TRY_LOCKS, [PROJECTION_LOCK, names]);
      // Waited for: whoever holds streams of a read model that is being exchanged, and then waits for its tables, is waited for
      // by the exchange.
      if (!rows[0]?.locked) throw new Error('a read model is about to be exchanged');
      return new Ending((await applyParts(transaction, parts)).moved);
    });
  }
}
