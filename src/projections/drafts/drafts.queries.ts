/** Reads of drafts. Every row comes through the workspace's scope; a preview's further rows and the history come from the log. */
import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { PLAN_ROWS_PER_EVENT_MAX, type PlanRow } from '../../events/draft.events.js';
import { upcastEvent, type ReadEvent } from '../../events/registry.js';
import { draftStream, planStream } from '../../events/streams.js';
import { EVENT_STORE, READ_EVENTS_MAX, type EventStore } from '../../event-store/event-store.js';
import { readWorkspaceStream, type StreamOfWorkspace } from '../../event-store/workspace-stream.js';
import {
  WORKSPACE_READS,
  type Prepared,
  type WorkspaceReads,
} from '../../platform/database/workspace-scope.js';
import { decodeCursor, encodeCursor, pageOf, type Page } from '../cursor.js';
import type { DraftView } from './draft-view.js';

const SELECT_ONE: Prepared = {
  name: 'draft-select',
  text: 'SELECT view FROM drafts WHERE workspace_id = $1 AND draft_id = $2',
  quick: true,
};

const SELECT_TEXT = {
  name: 'draft-select-text',
  text: 'SELECT view::text AS view FROM drafts WHERE workspace_id = $1 AND draft_id = $2',
};

/** Keyset on (created_at, draft_id), newest first; `$2` status or null, `$3`/`$4` the last row seen, `$5` rows. */
const SELECT_NEWEST = `
  SELECT view FROM drafts
   WHERE workspace_id = $1
     AND ($2::text IS NULL OR status = $2)
     AND ($3::timestamptz IS NULL OR (created_at, draft_id) < ($3, $4::uuid))
   ORDER BY created_at DESC, draft_id DESC
   LIMIT $5`;

export class GetDraft extends Query<DraftView | null> {
  constructor(
    readonly workspaceId: string,
    readonly draftId: string,
  ) {
    super();
  }
}

@QueryHandler(GetDraft)
export class GetDraftHandler implements IQueryHandler<GetDraft> {
  constructor(@Inject(WORKSPACE_READS) private readonly reads: WorkspaceReads) {}

  async execute({ workspaceId, draftId }: GetDraft) {
    const rows = await this.reads.scope(workspaceId).query<{ view: DraftView }>(SELECT_ONE, [draftId]);
    return rows[0]?.view ?? null;
  }
}

/** The same view in the JSON it is stored as: for those who pass it on, to read and write it again is a tenth of the work. */
export class GetDraftText extends Query<string | null> {
  constructor(
    readonly workspaceId: string,
    readonly draftId: string,
  ) {
    super();
  }
}

@QueryHandler(GetDraftText)
export class GetDraftTextHandler implements IQueryHandler<GetDraftText> {
  constructor(@Inject(WORKSPACE_READS) private readonly reads: WorkspaceReads) {}

  async execute({ workspaceId, draftId }: GetDraftText) {
    const rows = await this.reads.scope(workspaceId).query<{ view: string }>(SELECT_TEXT, [draftId]);
    return rows[0]?.view ?? null;
  }
}

export class ListDrafts extends Query<Page<DraftView>> {
  constructor(
    readonly workspaceId: string,
    readonly page: { status?: string | undefined; cursor?: string | undefined; limit: number },
  ) {
    super();
  }
}

const ListCursor = z.tuple([z.iso.datetime(), z.uuid()]);

@QueryHandler(ListDrafts)
export class ListDraftsHandler implements IQueryHandler<ListDrafts> {
  constructor(@Inject(WORKSPACE_READS) private readonly reads: WorkspaceReads) {}

  async execute({ workspaceId, page }: ListDrafts) {
    const [createdAt, draftId] = page.cursor ? decodeCursor(page.cursor, ListCursor) : [null, null];
    const rows = await this.reads
      .scope(workspaceId)
      .query<{ view: DraftView }>(SELECT_NEWEST, [page.status ?? null, createdAt, draftId, page.limit + 1]);
    return pageOf(
      rows,
      page.limit,
      (row) => row.view,
      ({ view }) => [view.createdAt, view.draftId],
    );
  }
}

/** Rows of the sealed preview from an offset on, in their sealed order. Null when there is no preview. */
export class GetPreviewRows extends Query<Page<PlanRow> | null> {
  constructor(
    readonly workspaceId: string,
    readonly draftId: string,
    readonly page: { cursor?: string | undefined; limit: number },
  ) {
    super();
  }
}

const OffsetCursor = z.int().min(0).max(10_000_000);

@QueryHandler(GetPreviewRows)
export class GetPreviewRowsHandler implements IQueryHandler<GetPreviewRows> {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  async execute({ workspaceId, draftId, page }: GetPreviewRows): Promise<Page<PlanRow> | null> {
    const events = await readDraft(this.store, draftId, workspaceId);
    const preview = events.findLast((event) => event.type === 'PreviewBuilt' || event.type === 'Answered');
    if (!preview) return null;
    const offset = page.cursor ? decodeCursor(page.cursor, OffsetCursor) : 0;
    const wanted = page.limit + 1;
    const rows: PlanRow[] = preview.data.rows.slice(offset, offset + wanted);
    const { overflowPlanId } = preview.data;
    if (overflowPlanId !== null && rows.length < wanted) {
      const overflowOffset = offset + rows.length - PLAN_ROWS_PER_EVENT_MAX;
      const plan = { streamId: planStream(overflowPlanId), workspaceId };
      rows.push(...(await this.overflowRows(plan, overflowOffset, wanted - rows.length)));
    }
    const more = rows.length > page.limit;
    return { items: rows.slice(0, page.limit), nextCursor: more ? encodeCursor(offset + page.limit) : null };
  }

  /** Chunk n of the overflow holds rows [n × 500, (n + 1) × 500): no event before it is read. */
  private async overflowRows(plan: StreamOfWorkspace, offset: number, count: number): Promise<PlanRow[]> {
    const fromRevision = Math.floor(offset / PLAN_ROWS_PER_EVENT_MAX);
    const chunks = 1 + Math.ceil(count / PLAN_ROWS_PER_EVENT_MAX);
    const events = await readWorkspaceStream(this.store, plan, { fromRevision, limit: chunks });
    const rows = events
      .map(upcastEvent)
      .flatMap((event) => (event.type === 'PlanRowsFrozen' ? event.data.rows : []));
    const skipped = offset - fromRevision * PLAN_ROWS_PER_EVENT_MAX;
    return rows.slice(skipped, skipped + count);
  }
}

/** What a draft's history shows of one event: the whole fact, and who and what caused it. */
export type DraftHistoryEntry = Pick<ReadEvent, 'eventId' | 'revision' | 'type' | 'data' | 'recordedAt'> & {
  position: string;
  userId: string | null;
  correlationId: string;
  causationId: string | null;
};

/** Null when there is no such draft in the workspace. */
export class GetDraftEvents extends Query<DraftHistoryEntry[] | null> {
  constructor(
    readonly workspaceId: string,
    readonly draftId: string,
  ) {
    super();
  }
}

@QueryHandler(GetDraftEvents)
export class GetDraftEventsHandler implements IQueryHandler<GetDraftEvents> {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  async execute({ workspaceId, draftId }: GetDraftEvents): Promise<DraftHistoryEntry[] | null> {
    const events = await readDraft(this.store, draftId, workspaceId);
    if (events.length === 0) return null;
    return events.map(({ eventId, revision, position, type, data, recordedAt, metadata }) => ({
      eventId,
      revision,
      position: position.toString(),
      type,
      data,
      recordedAt,
      userId: metadata.userId,
      correlationId: metadata.correlationId,
      causationId: metadata.causationId,
    }));
  }
}

/** A draft's stream is short (its conversation is bounded): one page holds it. */
async function readDraft(store: EventStore, draftId: string, workspaceId: string): Promise<ReadEvent[]> {
  const stream = { streamId: draftStream(draftId), workspaceId };
  return (await readWorkspaceStream(store, stream, { limit: READ_EVENTS_MAX })).map(upcastEvent);
}

export const DRAFT_QUERY_HANDLERS = [
  GetDraftHandler,
  GetDraftTextHandler,
  ListDraftsHandler,
  GetPreviewRowsHandler,
  GetDraftEventsHandler,
];
