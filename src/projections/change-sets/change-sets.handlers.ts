/** Reads of change sets and of products' histories on Nest's query bus. */
import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Database } from '../../platform/database/database.js';
import type { Page } from '../cursor.js';
import {
  changeSet,
  changeSetRows,
  listChangeSets,
  productHistory,
  type ChangeSetView,
  type ChangeView,
  type HistoryEntry,
} from './change-sets.queries.js';

interface PageRequest {
  limit: number;
  cursor?: string | undefined;
}

/** Newest first. */
export class ListChangeSets extends Query<Page<ChangeSetView>> {
  constructor(
    readonly workspaceId: string,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(ListChangeSets)
export class ListChangeSetsHandler implements IQueryHandler<ListChangeSets> {
  constructor(@Inject(Database) private readonly database: Database) {}

  execute({ workspaceId, page }: ListChangeSets) {
    return listChangeSets(this.database.scope(workspaceId), page);
  }
}

/** A change set with a page of its changes, in its own order. Null when there is no such change set. */
export class GetChangeSet extends Query<(ChangeSetView & { changes: Page<ChangeView> }) | null> {
  constructor(
    readonly workspaceId: string,
    readonly changeSetId: string,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(GetChangeSet)
export class GetChangeSetHandler implements IQueryHandler<GetChangeSet> {
  constructor(@Inject(Database) private readonly database: Database) {}

  async execute({ workspaceId, changeSetId, page }: GetChangeSet) {
    const scope = this.database.scope(workspaceId);
    const found = await changeSet(scope, changeSetId);
    return found && { ...found, changes: await changeSetRows(scope, changeSetId, page) };
  }
}

/** Newest first; empty for a product that never was. */
export class GetProductHistory extends Query<Page<HistoryEntry>> {
  constructor(
    readonly workspaceId: string,
    readonly productId: string,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(GetProductHistory)
export class GetProductHistoryHandler implements IQueryHandler<GetProductHistory> {
  constructor(@Inject(Database) private readonly database: Database) {}

  execute({ workspaceId, productId, page }: GetProductHistory) {
    return productHistory(this.database.scope(workspaceId), productId, page);
  }
}

export const CHANGE_SET_QUERY_HANDLERS = [
  ListChangeSetsHandler,
  GetChangeSetHandler,
  GetProductHistoryHandler,
];
