/** Reads of products on Nest's query bus. */
import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { WORKSPACE_READS, type WorkspaceReads } from '../../platform/database/workspace-scope.js';
import { listProductsAsOf, productAsOf } from '../change-sets/as-of.js';
import type { Page } from '../cursor.js';
import { loadKnownFields } from '../vocabulary/vocabulary.queries.js';
import type { ProductView } from './product-row.js';
import {
  exportProducts,
  filterQueries,
  listProducts,
  productById,
  type ProductFilter,
} from './products.queries.js';

/** Null when there is no such product, or there was none at `asOf` (ISO 8601). */
export class GetProduct extends Query<ProductView | null> {
  constructor(
    readonly workspaceId: string,
    readonly productId: string,
    readonly asOf: string | null,
  ) {
    super();
  }
}

@QueryHandler(GetProduct)
export class GetProductHandler implements IQueryHandler<GetProduct> {
  constructor(@Inject(WORKSPACE_READS) private readonly reads: WorkspaceReads) {}

  async execute({ workspaceId, productId, asOf }: GetProduct) {
    const scope = this.reads.scope(workspaceId);
    return asOf === null ? productById(scope, productId) : productAsOf(scope, productId, asOf);
  }
}

/** By sku; at `asOf` (ISO 8601) by id, filtered by the values of that time. */
export class ListProducts extends Query<Page<ProductView>> {
  constructor(
    readonly workspaceId: string,
    readonly page: { filter: ProductFilter; asOf: string | null; limit: number; cursor?: string | undefined },
  ) {
    super();
  }
}

@QueryHandler(ListProducts)
export class ListProductsHandler implements IQueryHandler<ListProducts> {
  constructor(@Inject(WORKSPACE_READS) private readonly reads: WorkspaceReads) {}

  async execute({ workspaceId, page }: ListProducts) {
    const scope = this.reads.scope(workspaceId);
    const { asOf, filter, limit, cursor } = page;
    if (asOf === null) return listProducts(scope, { filter, limit, cursor });
    return listProductsAsOf(scope, { time: asOf, queries: filterQueries(filter), limit, cursor });
  }
}

export interface ProductExport {
  /** Keys of custom fields that products carry, sorted: known before the first product is read. */
  customFields: string[];
  /** Every product of the filter by sku, read as it is consumed. */
  products: AsyncIterable<ProductView>;
}

export class ExportProducts extends Query<ProductExport> {
  constructor(
    readonly workspaceId: string,
    readonly filter: ProductFilter,
  ) {
    super();
  }
}

@QueryHandler(ExportProducts)
export class ExportProductsHandler implements IQueryHandler<ExportProducts> {
  constructor(@Inject(WORKSPACE_READS) private readonly reads: WorkspaceReads) {}

  async execute({ workspaceId, filter }: ExportProducts): Promise<ProductExport> {
    const scope = this.reads.scope(workspaceId);
    const customFields = [...(await loadKnownFields(scope))].sort();
    return { customFields, products: exportProducts(scope, filter) };
  }
}

export const PRODUCT_QUERY_HANDLERS = [GetProductHandler, ListProductsHandler, ExportProductsHandler];
