/** A catalogue's log for specs of read models: change sets in, deliveries out, as a bus would bring them. */
import { randomUUID } from 'node:crypto';
import { flatten } from '../../src/catalogue/difference.js';
import type { FieldChanges, Product, ProductChange } from '../../src/catalogue/product.js';
import type { Delivery } from '../../src/event-bus/event-bus.js';
import type { RecordedEvent } from '../../src/events/contract.js';
import { CHANGES_PER_EVENT_MAX, type ChangeOrigin } from '../../src/events/catalogue.events.js';
import { catalogueStream } from '../../src/events/streams.js';

export interface ChangeSetOptions {
  changeSetId?: string;
  origin?: ChangeOrigin;
  userId?: string;
  changedAt?: string;
}

export class CatalogueLog {
  readonly deliveries: Delivery[] = [];
  private revision = -1;
  private position: bigint;

  constructor(
    readonly workspaceId: string = randomUUID(),
    options: { positionAfter?: bigint } = {},
  ) {
    this.position = options.positionAfter ?? 0n;
  }

  /** Appends one change set; answers its own deliveries. Positions grow with gaps, as the log's do. */
  changeSet(changes: ProductChange[], options: ChangeSetOptions = {}): Delivery[] {
    const changeSetId = options.changeSetId ?? randomUUID();
    const userId = options.userId ?? '0197a000-0000-7000-8000-00000000cafe';
    const changedAt = options.changedAt ?? new Date(Date.UTC(2026, 0, 1, 0, this.revision + 1)).toISOString();
    const chunks = Math.ceil(changes.length / CHANGES_PER_EVENT_MAX);
    const appended = Array.from({ length: chunks }, (_, index): Delivery => {
      this.revision += 1;
      this.position += 3n;
      const data = {
        changeSetId,
        userId,
        changedAt,
        chunks,
        origin: options.origin ?? { kind: 'manual' as const },
        chunk: index + 1,
        total: changes.length,
        changes: changes.slice(index * CHANGES_PER_EVENT_MAX, (index + 1) * CHANGES_PER_EVENT_MAX),
      };
      return {
        topic: 'drafthorse.catalogue',
        partition: 0,
        key: this.workspaceId,
        headers: {},
        event: {
          eventId: randomUUID(),
          workspaceId: this.workspaceId,
          streamId: catalogueStream(this.workspaceId),
          revision: this.revision,
          position: this.position,
          type: 'ProductsChanged',
          schemaVersion: 1,
          data,
          metadata: { userId, commandId: changeSetId, correlationId: changeSetId, causationId: null },
          recordedAt: changedAt,
        },
      };
    });
    this.deliveries.push(...appended);
    return appended;
  }
}

/** The parts of an event store and a bus that a rebuild reads, over these deliveries. */
export function logOf(deliveries: readonly Delivery[]) {
  return {
    store: {
      readAll: async ({ after, limit }: { after: bigint; limit: number }) =>
        deliveries
          .map(({ event }): RecordedEvent => event)
          .filter(({ position }) => position > after)
          .slice(0, limit),
    },
    bus: { partitionOf: () => 0 },
  };
}

export function added(product: Product): ProductChange {
  return { productId: product.productId, baseVersion: 0, op: 'add', before: null, after: flatten(product) };
}

export function removed(product: Product): ProductChange {
  return {
    productId: product.productId,
    baseVersion: product.version,
    op: 'delete',
    before: flatten(product),
    after: null,
  };
}

export function updated(product: Product, before: FieldChanges, after: FieldChanges): ProductChange {
  return { productId: product.productId, baseVersion: product.version, op: 'update', before, after };
}
