/** Reads of change sets and of products' histories on Nest's query bus. */
import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { WORKSPACE_READS, type WorkspaceReads } from '../../platform/database/workspace-scope.js';
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
  constructor(@Inject(WORKSPACE_READS) private readonly reads: WorkspaceReads) {}

  execute({ workspaceId, page }: ListChangeSets) {
    return listChangeSets(this.reads.scope(workspaceId), page);
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
  constructor(@Inject(WORKSPACE_READS) private readonly reads: WorkspaceReads) {}

  async execute({ workspaceId, changeSetId, page }: GetChangeSet) {
    const scope = this.reads.scope(workspaceId);
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
  constructor(@Inject(WORKSPACE_READS) private readonly reads: WorkspaceReads) {}

  execute({ workspaceId, productId, page }: GetProductHistory) {
    return productHistory(this.reads.scope(workspaceId), productId, page);
  }
}

export const CHANGE_SET_QUERY_HANDLERS = [
  ListChangeSetsHandler,
  GetChangeSetHandler,
  GetProductHistoryHandler,
];
