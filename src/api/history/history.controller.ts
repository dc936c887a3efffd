/** What was changed, by whom and why: change sets, and the history of one product. */
import { Controller, Get, Inject, Param, Query, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import type { ChangeOrigin } from '../../events/catalogue.events.js';
import {
  GetChangeSet,
  GetProductHistory,
  ListChangeSets,
} from '../../projections/change-sets/change-sets.handlers.js';
import { CHANGES_PER_PAGE_MAX } from '../../projections/change-sets/change-sets.queries.js';
import { GetProduct } from '../../projections/products/products.handlers.js';
import { API_SCHEMAS } from '../docs/api-schemas.js';
import { Documented } from '../docs/documented.js';
import { Problem } from '../problems/problem.js';
import { CatalogueFreshness } from '../requests/catalogue-freshness.js';
import { ListQuery, pageSchema, WholeNumber } from '../requests/lists.js';
import { idOr, parsed } from '../requests/parsed.js';
import { callerOf, type Request } from '../requests/request.js';
import { RouteConfig } from '../requests/route-config.js';

type ListQuery = z.output<typeof ListQuery>;

/** A change set is shown whole where it can be: its page is larger than other lists'. */
const ChangesQuery = ListQuery.extend({
  limit: WholeNumber(1, CHANGES_PER_PAGE_MAX).default(CHANGES_PER_PAGE_MAX).describe('Changes in one answer'),
});
type ChangesQuery = z.output<typeof ChangesQuery>;

@Controller('api/v1')
export class HistoryController {
  constructor(
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(CatalogueFreshness) private readonly freshness: CatalogueFreshness,
  ) {}

  @Get('change-sets')
  @RouteConfig({ needs: 'catalogue.read', readsFrom: ['change-sets'] })
  @Documented({
    tag: 'History',
    summary: 'Change sets, newest first',
    query: ListQuery,
    answer: pageSchema(API_SCHEMAS.ChangeSet),
  })
  async changeSets(@Query(parsed(ListQuery)) query: ListQuery, @Req() request: Request) {
    const { items, nextCursor } = await this.queries.execute(
      new ListChangeSets(callerOf(request).workspaceId, query),
    );
    return { items: items.map(withDraft), nextCursor };
  }

  @Get('change-sets/:id')
  @RouteConfig({ needs: 'catalogue.read', readsFrom: ['change-sets'] })
  @Documented({
    tag: 'History',
    summary: 'One change set with every before and after',
    description: `At most ${CHANGES_PER_PAGE_MAX} changes in one answer; more with its nextCursor.`,
    params: ['id'],
    query: ChangesQuery,
    answer: 'ChangeSetWithChanges',
    refusals: [404],
  })
  async changeSet(
    @Param('id', idOr('CHANGE_SET_NOT_FOUND')) id: string,
    @Query(parsed(ChangesQuery)) query: ChangesQuery,
    @Req() request: Request,
  ) {
    const { workspaceId } = callerOf(request);
    const found = await this.freshness.find({
      request,
      readModels: ['change-sets'],
      run: () => this.queries.execute(new GetChangeSet(workspaceId, id, query)),
    });
    if (!found)
      throw new Problem('CHANGE_SET_NOT_FOUND', {
        detail: 'This workspace has no change set with this id, or it is in an archive.',
      });
    const { changes, ...changeSet } = found;
    return { ...withDraft(changeSet), changes: changes.items, nextCursor: changes.nextCursor };
  }

  @Get('products/:id/history')
  @RouteConfig({ needs: 'catalogue.read', limit: 'reads', readsFrom: ['change-sets'] })
  @Documented({
    tag: 'History',
    summary: 'Every change of a product, newest first',
    params: ['id'],
    query: ListQuery,
    answer: pageSchema(API_SCHEMAS.HistoryEntry),
    refusals: [404],
  })
  async productHistory(
    @Param('id', idOr('PRODUCT_NOT_FOUND')) id: string,
    @Query(parsed(ListQuery)) query: ListQuery,
    @Req() request: Request,
  ) {
    const { workspaceId } = callerOf(request);
    const found = await this.freshness.find({
      request,
      readModels: ['change-sets'],
      run: async () => {
        const page = await this.queries.execute(new GetProductHistory(workspaceId, id, query));
        if (page.items.length > 0 || query.cursor !== undefined) return page;
        // A product begins with its addition: it never was, or that is archived by now.
        const product = await this.queries.execute(new GetProduct(workspaceId, id, null));
        return product ? page : null;
      },
    });
    if (!found)
      throw new Problem('PRODUCT_NOT_FOUND', { detail: 'This workspace never had a product with this id.' });
    return { items: found.items.map(withDraft), nextCursor: found.nextCursor };
  }
}

/** The draft beside the origin that holds it: what people look for first. */
function withDraft<Entry extends { origin: ChangeOrigin }>(entry: Entry): Entry & { draftId: string | null } {
  return { ...entry, draftId: 'draftId' in entry.origin ? entry.origin.draftId : null };
}
