/** Products for those who decide: never older than the catalogue stream was when they asked. */
import type { CatalogueReader, CatalogueSnapshot } from '../../catalogue/catalogue-reader.js';
import type { Product } from '../../catalogue/product.js';
import type { EventStore } from '../../event-store/event-store.js';
import { catalogueStream } from '../../events/streams.js';
import type { Database, WorkspaceScope } from '../../platform/database/database.js';
import type { Projections } from '../projections.js';
import { catalogueRevision, catalogueState } from './match-products.js';
import { productById, productsBySku } from './products.queries.js';
import { productsProjection } from './products.projection.js';

/** A decision waits this long for the read model before it is given up and tried again later. */
export const FRESH_WAIT_MS_MAX = 30_000;

/** The products read model did not catch up in time. Trying again later may succeed. */
export class ReadModelBehindError extends Error {
  readonly code = 'READ_MODEL_BEHIND';
  readonly retryable = true;
  constructor(readonly facts: { workspaceId: string; revision: number }) {
    super(`products of workspace ${facts.workspaceId} have not reached revision ${facts.revision}`);
    this.name = 'ReadModelBehindError';
  }
}

export class FreshCatalogue implements CatalogueReader {
  constructor(
    private readonly database: Database,
    private readonly store: EventStore,
    private readonly projections: Projections,
    private readonly waitMsMax = FRESH_WAIT_MS_MAX,
  ) {}

  async snapshot(
    workspaceId: string,
    touched: { productIds: string[]; skus: string[] },
  ): Promise<CatalogueSnapshot> {
    return catalogueState(await this.fresh(workspaceId), touched);
  }

  async product(workspaceId: string, productId: string): Promise<Product | null> {
    const found = await productById(await this.fresh(workspaceId), productId);
    if (!found) return null;
    const { createdAt: _, updatedAt: __, ...product } = found;
    return product;
  }

  async productsBySku(workspaceId: string, skus: string[]): Promise<Product[]> {
    return productsBySku(await this.fresh(workspaceId), skus);
  }

  /** The workspace's scope, once its products have reached the stream's present revision. Throws ReadModelBehindError. */
  async fresh(workspaceId: string): Promise<WorkspaceScope> {
    const scope = this.database.scope(workspaceId);
    const streamId = catalogueStream(workspaceId);
    const { revision } = await this.store.streamEnd(streamId);
    const reached = async () => (await catalogueRevision(scope)) >= revision;
    const wait = { timeoutMs: this.waitMsMax, streamId };
    if (await this.projections.waitUntil(productsProjection.name, reached, wait)) return scope;
    throw new ReadModelBehindError({ workspaceId, revision });
  }
}
