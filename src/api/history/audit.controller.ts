/** The audit trail over HTTP. */
import { Controller, Get, Inject, Query, Req, StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { Readable } from 'node:stream';
import { z } from 'zod';
import {
  ExportAudit,
  ListAuditCheckpoints,
  ListAuditKeys,
  VerifyAudit,
} from '../../audit-chain/audit-chain.handlers.js';
import { ListAudit } from '../../projections/audit/audit.queries.js';
import { API_SCHEMAS } from '../docs/api-schemas.js';
import { Documented } from '../docs/documented.js';
import { Problem } from '../problems/problem.js';
import { ListQuery, pageSchema } from '../requests/lists.js';
import { parsed } from '../requests/parsed.js';
import { callerOf, type Request } from '../requests/request.js';
import { RouteConfig } from '../requests/route-config.js';
import { CheckpointShown, PublicKeys, Verification, VerifyQuery } from './audit.schemas.js';

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
type ListQuery = z.output<typeof ListQuery>;

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

  @Get('verify')
  @RouteConfig({ needs: 'audit.read', limit: 'reads', readsFrom: ['audit'] })
  @Documented({
    tag: 'History',
    summary: 'Whether the log and the audit trail are what they were, and where not',
    description:
      'Computed from the stored events, up to 20 s; what is left then is verified by asking again with `afterSeq`.',
    query: VerifyQuery,
    answer: Verification,
  })
  async verify(@Query(parsed(VerifyQuery)) query: VerifyQuery, @Req() request: Request) {
    const from = query.fromCheckpoint ? 'last-checkpoint' : (query.afterSeq ?? 'beginning');
    const verification = await this.queries.execute(new VerifyAudit(callerOf(request).workspaceId, from));
    if (!verification)
      throw new Problem('INVALID_REQUEST', { detail: 'The chain has no such link to begin behind.' });
    return verification;
  }

  @Get('checkpoints')
  @RouteConfig({ needs: 'audit.read', limit: 'reads' })
  @Documented({
    tag: 'History',
    summary: 'Signed checkpoints of the chain, newest first: keep one elsewhere',
    query: ListQuery,
    answer: pageSchema(CheckpointShown),
  })
  checkpoints(@Query(parsed(ListQuery)) query: ListQuery, @Req() request: Request) {
    return this.queries.execute(new ListAuditCheckpoints(callerOf(request).workspaceId, query));
  }

  @Get('public-key')
  @RouteConfig({ needs: 'audit.read', limit: 'reads' })
  @Documented({
    tag: 'History',
    summary: 'The public keys that checkpoints are verified with',
    answer: PublicKeys,
  })
  async publicKeys() {
    return { keys: await this.queries.execute(new ListAuditKeys()) };
  }

  @Get('export')
  @RouteConfig({ needs: 'audit.read', limit: 'reads', streams: true })
  @Documented({
    tag: 'History',
    summary: 'Every event of the workspace with its proofs, to be verified anywhere',
    answerTypes: ['application/x-ndjson'],
  })
  async export(@Req() request: Request) {
    const pieces = await this.queries.execute(new ExportAudit(callerOf(request).workspaceId));
    return new StreamableFile(Readable.from(pieces, { objectMode: false }), {
      type: 'application/x-ndjson',
      disposition: 'attachment; filename="audit.ndjson"',
    });
  }
}
