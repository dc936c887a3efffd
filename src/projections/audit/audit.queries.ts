/** Reads of the audit trail. */
import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { PositionText } from '../../events/position-text.js';
import { WORKSPACE_READS, type WorkspaceReads } from '../../platform/database/workspace-scope.js';
import { decodeCursor, pageOf, type Page } from '../cursor.js';

export interface AuditEntry {
  /** Place in the log, a decimal string. */
  position: string;
  eventId: string;
  streamId: string;
  revision: number;
  type: string;
  /** Null: the system itself. */
  userId: string | null;
  correlationId: string;
  causationId: string | null;
  facts: Record<string, unknown>;
  recordedAt: string;
}

/** Newest first; `$2` the last position seen or null, `$3` a stream or null, `$4` a user or null, `$5` rows. */
const SELECT_NEWEST = `
  SELECT position::text AS position, event_id, stream_id, revision, type, user_id, correlation_id, causation_id,
         facts, recorded_at
    FROM audit_trail
   WHERE workspace_id = $1
     AND ($2::bigint IS NULL OR position < $2)
     AND ($3::text IS NULL OR stream_id = $3)
     AND ($4::uuid IS NULL OR user_id = $4)
   ORDER BY position DESC
   LIMIT $5`;

interface AuditRow {
  position: string;
  event_id: string;
  stream_id: string;
  revision: number;
  type: string;
  user_id: string | null;
  correlation_id: string;
  causation_id: string | null;
  facts: Record<string, unknown>;
  recorded_at: Date;
}

export class ListAudit extends Query<Page<AuditEntry>> {
  constructor(
    readonly workspaceId: string,
    readonly page: {
      streamId?: string | undefined;
      userId?: string | undefined;
      cursor?: string | undefined;
      limit: number;
    },
  ) {
    super();
  }
}

@QueryHandler(ListAudit)
export class ListAuditHandler implements IQueryHandler<ListAudit> {
  constructor(@Inject(WORKSPACE_READS) private readonly reads: WorkspaceReads) {}

  async execute({ workspaceId, page }: ListAudit) {
    const before = page.cursor ? decodeCursor(page.cursor, PositionText) : null;
    const rows = await this.reads
      .scope(workspaceId)
      .query<AuditRow>(SELECT_NEWEST, [before, page.streamId ?? null, page.userId ?? null, page.limit + 1]);
    return pageOf(rows, page.limit, entryOf, (row) => row.position);
  }
}

function entryOf(row: AuditRow): AuditEntry {
  return {
    position: row.position,
    eventId: row.event_id,
    streamId: row.stream_id,
    revision: row.revision,
    type: row.type,
    userId: row.user_id,
    correlationId: row.correlation_id,
    causationId: row.causation_id,
    facts: row.facts,
    recordedAt: row.recorded_at.toISOString(),
  };
}

export const AUDIT_QUERY_HANDLERS = [ListAuditHandler];
