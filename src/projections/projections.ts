/** The projections of this process: consumers of the bus, and the place where a read waits for a write. */
import type { EventBus, Subscription } from '../event-bus/event-bus.js';
import type { EventStore } from '../event-store/event-store.js';
import { routeOf } from '../events/streams.js';
import type { Database } from '../platform/database/database.js';
import { partitionKey, project, type Projection } from './projection.js';

/** How often a waiting read looks for what another process projected; this process tells at once. */
const POLL_MS = 25;
export const WAIT_MS_MAX_DEFAULT = 5_000;

export interface ProjectionsOptions {
  database: Database;
  bus: EventBus;
  store: Pick<EventStore, 'eventAt'>;
  projections: readonly Projection[];
}

export const groupOf = (projection: Pick<Projection, 'name'>) => `projection.${projection.name}`;

export class Projections {
  private readonly byName: ReadonlyMap<string, Projection>;
  private readonly reached = new Map<string, bigint>();
  private readonly listeners = new Map<string, Set<() => void>>();
  private subscriptions: Subscription[] = [];

  constructor(private readonly options: ProjectionsOptions) {
    this.byName = new Map(options.projections.map((projection) => [projection.name, projection]));
    if (this.byName.size < options.projections.length) throw new Error('two projections have one name');
  }

  /** Joins every projection's consumer group; resolves when all run. Not needed to wait. */
  async start(): Promise<void> {
    for (const projection of this.byName.values())
      this.subscriptions.push(
        await this.options.bus.subscribe({
          group: groupOf(projection),
          topics: projection.topics,
          startFrom: 'beginning',
          handle: async (batch) => {
            const { checkpoints } = await project(this.options.database, projection, batch);
            for (const [key, position] of checkpoints)
              this.reached.set(`${projection.name}/${key}`, position);
            for (const listener of this.listeners.get(projection.name) ?? []) listener();
          },
        }),
      );
  }

  async stop(): Promise<void> {
    await Promise.all(this.subscriptions.splice(0).map((subscription) => subscription.stop()));
  }

  /**
   * Resolves true once the projection has applied the event at `position`: at once when it does not consume that
   * event's topic or there is no such event; false when `timeoutMs` passed first.
   */
  async waitFor(name: string, position: bigint, timeoutMs = WAIT_MS_MAX_DEFAULT): Promise<boolean> {
    const projection = this.byName.get(name);
    if (!projection) throw new Error(`no projection is called ${name}`);
    const event = await this.options.store.eventAt(position);
    if (!event) return true;
    const { topic, key } = routeOf(event.streamId);
    if (!projection.topics.includes(topic)) return true;
    const partition = this.options.bus.partitionOf(topic, key);
    const place = `${name}/${partitionKey({ topic, partition })}`;
    return this.waitUntil(
      name,
      async () => {
        if ((this.reached.get(place) ?? 0n) >= position) return true;
        const { rows } = await this.options.database.query(
          `SELECT FROM projection_checkpoints
            WHERE projection = $1 AND topic = $2 AND partition = $3 AND position >= $4`,
          [name, topic, partition, position.toString()],
        );
        return rows.length > 0;
      },
      timeoutMs,
    );
  }

  /**
   * Looks at `condition` now, whenever this process advances the projection, and every POLL_MS. False when it has
   * not come true within `timeoutMs`; what it throws is thrown.
   */
  async waitUntil(
    name: string,
    condition: () => Promise<boolean>,
    timeoutMs = WAIT_MS_MAX_DEFAULT,
  ): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      // Listening starts before looking: an advance in between must not be missed.
      const advance = this.nextAdvance(name);
      try {
        if (await condition()) return true;
        const leftMs = deadline - performance.now();
        if (leftMs <= 0) return false;
        await advance.within(Math.min(POLL_MS, leftMs));
      } finally {
        advance.stop();
      }
    }
  }

  private nextAdvance(name: string): { within(timeoutMs: number): Promise<void>; stop(): void } {
    const listeners = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, listeners);
    let timer: NodeJS.Timeout | undefined;
    const { promise, resolve } = Promise.withResolvers<void>();
    listeners.add(resolve);
    return {
      within: (timeoutMs) => {
        timer = setTimeout(resolve, timeoutMs);
        return promise;
      },
      stop: () => {
        clearTimeout(timer);
        listeners.delete(resolve);
      },
    };
  }
}
