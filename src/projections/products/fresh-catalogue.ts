/** Products for those who decide: never older than the catalogue stream was when they asked. */
import type { CatalogueReader, CatalogueSnapshot } from '../../catalogue/catalogue-reader.js';
import type { Product } from '../../catalogue/product.js';
import type { EventStore } from '../../event-store/event-store.js';
import { catalogueStream } from '../../events/streams.js';
import type { WorkspaceReads, WorkspaceScope } from '../../platform/database/workspace-scope.js';
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
    private readonly database: WorkspaceReads,
    private readonly store: EventStore,
    private readonly projections: Projections,
    private readonly waitMsMax = FRESH_WAIT_MS_MAX,
  ) {}

  async snapshot(
    workspaceId: string,
    touched: { productIds: string[]; skus: string[] },
  ): Promise<CatalogueSnapshot> {
    return this.freshly(workspaceId, (scope) => catalogueState(scope, touched));
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

  /**
   * What `read` finds at a revision no older than the stream's present one. Throws ReadModelBehindError.
   */
  async freshly<Read extends { revision: number }>(
    workspaceId: string,
    read: (scope: WorkspaceScope) => Promise<Read>,
  ): Promise<Read> {
    const { scope, revision } = await this.handled(workspaceId);
    const found = await read(scope);
    return found.revision >= revision ? found : read(await this.reaching(scope, revision));
  }

  /** The workspace's scope, once its products have reached the stream's present revision. Throws ReadModelBehindError. */
  async fresh(workspaceId: string): Promise<WorkspaceScope> {
    const { scope, revision } = await this.handled(workspaceId);
    return (await catalogueRevision(scope)) >= revision ? scope : this.reaching(scope, revision);
  }

  /**
   * Waits until the projection has handled the stream's present end, which this process mostly knows by itself. Handled
   * is not always applied, as a stream may be in quarantine: the revision that is read has the last word.
   */
  private async handled(workspaceId: string): Promise<{ scope: WorkspaceScope; revision: number }> {
    const streamId = catalogueStream(workspaceId);
    const { revision, position } = await this.store.streamEnd(streamId);
    const wait = { timeoutMs: this.waitMsMax };
    await this.projections.waitForEvent(productsProjection.name, { streamId, position }, wait);
    return { scope: this.database.scope(workspaceId), revision };
  }

  private async reaching(scope: WorkspaceScope, revision: number): Promise<WorkspaceScope> {
    const { workspaceId } = scope;
    const reached = async () => (await catalogueRevision(scope)) >= revision;
    const wait = { timeoutMs: this.waitMsMax, streamId: catalogueStream(workspaceId) };
    if (await this.projections.waitUntil(productsProjection.name, reached, wait)) return scope;
    throw new ReadModelBehindError({ workspaceId, revision });
  }
}
