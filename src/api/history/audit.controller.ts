/** The audit trail over HTTP. */
import { Controller, Get, Inject, Query, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { ListAudit } from '../../projections/audit/audit.queries.js';
import { API_SCHEMAS } from '../docs/api-schemas.js';
import { Documented } from '../docs/documented.js';
import { ListQuery, pageSchema } from '../requests/lists.js';
import { parsed } from '../requests/parsed.js';
import { callerOf, type Request } from '../requests/request.js';
import { RouteConfig } from '../requests/route-config.js';

const AuditQuery = ListQuery.extend({
  streamId: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Only what happened in this stream, e.g. draft-<id>'),
  userId: z.uuid().optional().describe('Only what this user did'),
});
type AuditQuery = z.output<typeof AuditQuery>;

@Controller('api/v1/audit')
export class AuditController {
  constructor(@Inject(QueryBus) private readonly queries: QueryBus) {}

  @Get()
  @RouteConfig({ needs: 'audit.read', readsFrom: ['audit'] })
  @Documented({
    tag: 'History',
    summary: 'Everything that happened in the workspace, newest first',
    query: AuditQuery,
    answer: pageSchema(API_SCHEMAS.AuditEntry),
  })
  list(@Query(parsed(AuditQuery)) query: AuditQuery, @Req() request: Request) {
    return this.queries.execute(new ListAudit(callerOf(request).workspaceId, query));
  }
}
