/** The projections of this process: consumers of the bus, and the place where a read waits for a write. */
import type { EventBus, Subscription } from '../event-bus/event-bus.js';
import type { EventStore } from '../event-store/event-store.js';
import { catalogueStream, routeOf } from '../events/streams.js';
import type { Database, Prepared } from '../platform/database/database.js';
import { Advances, type WaitOptions } from './advances.js';
import { partitionKey } from './bookkeeping.js';
import type { Projection } from './projection.js';
import { Together } from './together.js';

export const WAIT_MS_MAX_DEFAULT = 5_000;

/** A process that has advanced a partition of late will most likely be the one to do it again. */
const OF_LATE_MS = 2_000;

export interface ProjectionsOptions {
  database: Database;
  bus: EventBus;
  store: Pick<EventStore, 'eventAt' | 'streamEnd'>;
  projections: readonly Projection[];
}

/** The event a reader waits for. */
export interface PositionWait {
  timeoutMs?: number;
  signal?: AbortSignal;
  workspaceId?: string;
}

export interface Target {
  position: bigint;
  streamId: string;
}

/** $1 projection, $2 topic, $3 partition. */
const CHECKPOINT: Prepared = {
  name: 'projection-checkpoint',
  quick: true,
  text: `SELECT position::text AS position FROM projection_checkpoints
          WHERE projection = $1 AND topic = $2 AND partition = $3`,
};

export const groupOf = (projection: Pick<Projection, 'name'>) => `projection.${projection.name}`;

export class Projections {
  private readonly byName: ReadonlyMap<string, Projection>;
  private readonly reached = new Map<string, bigint>();
  private readonly advancedAt = new Map<string, number>();
  private readonly advances = new Advances();
  private readonly together: Together;
  private subscriptions: Subscription[] = [];

  constructor(private readonly options: ProjectionsOptions) {
    this.byName = new Map(options.projections.map((projection) => [projection.name, projection]));
    if (this.byName.size < options.projections.length) throw new Error('two projections have one name');
    this.together = new Together(options.database);
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
            const { checkpoints } = await this.together.project(projection, batch);
            for (const [key, position] of checkpoints)
              this.noteAdvance(`${projection.name}/${key}`, position);
            this.advances.advanced(
              projection.name,
              batch.map(({ event }) => event),
            );
          },
        }),
      );
  }

  async stop(): Promise<void> {
    await Promise.all(this.subscriptions.splice(0).map((subscription) => subscription.stop()));
  }

  /**
   * Resolves true once the projection shows what the log held at `position`: the event there or, when it is not one
   * the projection consumes, the last change before it of the catalogue in the same workspace, which is what a client
   * that carries on its position has seen or caused. At once when there is nothing to wait for, and for whoever waits in a
   * workspace (`workspaceId`) that includes another's events; false when the time passed first.
   */
  async waitFor(
    name: string,
    position: bigint,
    { timeoutMs = WAIT_MS_MAX_DEFAULT, signal, workspaceId }: PositionWait = {},
  ): Promise<boolean> {
    const projection = this.byName.get(name);
    if (!projection) throw new Error(`no projection is called ${name}`);
    const target = await this.targetOf(projection, position, workspaceId);
    return target === null || this.waitForEvent(name, target, { timeoutMs, signal });
  }

  private async targetOf(
    projection: Projection,
    position: bigint,
    workspaceId: string | undefined,
  ): Promise<Target | null> {
    const event = await this.options.store.eventAt(position);
    if (!event || (workspaceId !== undefined && event.workspaceId !== workspaceId)) return null;
    const consumes = (streamId: string) => projection.topics.includes(routeOf(streamId).topic);
    if (consumes(event.streamId)) return { position, streamId: event.streamId };
    const streamId = catalogueStream(event.workspaceId);
    if (!consumes(streamId)) return null;
    const end = await this.options.store.streamEnd(streamId, position);
    return end.revision < 0 ? null : { position: end.position, streamId };
  }

  /** As `waitFor`, for an event of a stream that the projection consumes. */
  async waitForEvent(
    name: string,
    { position, streamId }: Target,
    wait: Pick<WaitOptions, 'timeoutMs' | 'signal'>,
  ): Promise<boolean> {
    const { topic, partition, place } = this.placeOf(name, streamId, position);
    const isKnown = () => (this.reached.get(place) ?? 0n) >= position;
    const isStored = async () => {
      const { rows } = await this.options.database.query<{ position: string }>(CHECKPOINT, [
        name,
        topic,
        partition,
      ]);
      if (rows[0]) this.reached.set(place, BigInt(rows[0].position));
      return isKnown();
    };
    // What this process advances itself it looks up in the table only now and then.
    const isExpectedHere = this.advancesHere(place);
    const options = { ...wait, streamId, isExpectedHere, isKnown: isExpectedHere ? isKnown : undefined };
    return this.advances.waitUntil(name, isStored, options);
  }

  /**
   * Looks at `condition` now, whenever this process advances the projection, and now and then for other processes.
   * False when it has not come true within the time; what it throws is thrown.
   */
  waitUntil(
    name: string,
    condition: () => Promise<boolean>,
    options: WaitOptions = { timeoutMs: WAIT_MS_MAX_DEFAULT },
  ): Promise<boolean> {
    const { streamId } = options;
    const isExpectedHere = streamId !== undefined && this.advancesHere(this.placeOf(name, streamId).place);
    return this.advances.waitUntil(name, condition, { ...options, isExpectedHere });
  }

  /** Where an event of this stream travels; without a position, one appended now. */
  private placeOf(name: string, streamId: string, position?: bigint) {
    const { topic, key } = routeOf(streamId);
    const partition = this.options.bus.partitionOf(topic, key, position);
    return { topic, partition, place: `${name}/${partitionKey({ topic, partition })}` };
  }

  private noteAdvance(place: string, position: bigint): void {
    this.reached.set(place, position);
    this.advancedAt.set(place, performance.now());
  }

  /** By partition: another process may advance the projection's others. */
  private advancesHere(place: string): boolean {
    return performance.now() - (this.advancedAt.get(place) ?? -Infinity) < OF_LATE_MS;
  }
}
