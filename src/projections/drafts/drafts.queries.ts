/** Reads of drafts, personal texts opened. Every row comes through the workspace's scope; a preview's further rows and the history come from the log. */
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
import { PersonalTexts } from '../../personal-data/personal-texts.js';
import { decodeCursor, encodeCursor, pageOf, type Page } from '../cursor.js';
import { DraftArchivedError, isArchived, type StoredDraft } from './archived-draft.js';
import type { DraftView } from './draft-view.js';
import { withRows, type DraftRow } from './preview-rows.js';
import { shownDrafts } from './shown-draft.js';

const SELECT_ONE: Prepared = {
  name: 'draft-select',
  text: 'SELECT view, preview_rows AS "previewRows" FROM drafts WHERE workspace_id = $1 AND draft_id = $2',
  quick: true,
};

/** The rows, which are most of a draft, as the text that they are stored as. */
const SELECT_TEXT: Prepared = {
  name: 'draft-select-text',
  text: `
  SELECT view::text AS view, preview_rows::text AS rows FROM drafts WHERE workspace_id = $1 AND draft_id = $2`,
  quick: true,
};

interface TextRow {
  /** Without the rows of its preview. */
  view: string;
  rows: string | null;
}

/**
 * Keyset on (created_at, draft_id), newest first; `$2` status or null, `$3`/`$4` the last row seen, `$5` rows, `$6` only those
 * that wait for a second person: that condition is an index's (drafts_awaiting_approval).
 */
export const SELECT_NEWEST = `
  SELECT view, preview_rows AS "previewRows" FROM drafts
   WHERE workspace_id = $1
     AND ($2::text IS NULL OR status = $2) AND status <> 'archived'
     AND ($3::timestamptz IS NULL OR (created_at, draft_id) < ($3, $4::uuid))
     AND (NOT $6::boolean OR (status = 'confirmed' AND view->'approval'->>'state' = 'requested'))
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
  constructor(
    @Inject(WORKSPACE_READS) private readonly reads: WorkspaceReads,
    @Inject(PersonalTexts) private readonly texts: PersonalTexts,
  ) {}

  /** Throws DraftArchivedError. */
  async execute({ workspaceId, draftId }: GetDraft) {
    const [row] = await this.reads.scope(workspaceId).query<DraftRow<StoredDraft>>(SELECT_ONE, [draftId]);
    if (!row) return null;
    const draft = withRows(row);
    if (isArchived(draft)) throw new DraftArchivedError(draftId, draft.archiveId);
    return (await shownDrafts(this.texts, workspaceId, [draft]))[0]!;
  }
}

/** The same view as JSON: its rows need not be read to be passed on. */
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
  constructor(
    @Inject(WORKSPACE_READS) private readonly reads: WorkspaceReads,
    @Inject(PersonalTexts) private readonly texts: PersonalTexts,
  ) {}

  /** Throws DraftArchivedError. */
  async execute({ workspaceId, draftId }: GetDraftText) {
    const [row] = await this.reads.scope(workspaceId).query<TextRow & object>(SELECT_TEXT, [draftId]);
    if (!row) return null;
    const draft = JSON.parse(row.view) as StoredDraft;
    if (isArchived(draft)) throw new DraftArchivedError(draftId, draft.archiveId);
    const [shown] = await shownDrafts(this.texts, workspaceId, [draft]);
    const { preview, ...rest } = shown!;
    const previewText = preview ? `{"rows":${row.rows ?? '[]'},${members(preview)}` : 'null';
    return `{"preview":${previewText},${members(rest)}`;
  }
}

/** Of an object that is not empty, as JSON, to go on behind others: without the bracket it begins with. */
const members = (object: object) => JSON.stringify(object).slice(1);

export class ListDrafts extends Query<Page<DraftView>> {
  constructor(
    readonly workspaceId: string,
    readonly page: {
      status?: string | undefined;
      awaiting?: 'approval' | undefined;
      cursor?: string | undefined;
      limit: number;
    },
  ) {
    super();
  }
}

const ListCursor = z.tuple([z.iso.datetime(), z.uuid()]);

@QueryHandler(ListDrafts)
export class ListDraftsHandler implements IQueryHandler<ListDrafts> {
  constructor(
    @Inject(WORKSPACE_READS) private readonly reads: WorkspaceReads,
    @Inject(PersonalTexts) private readonly texts: PersonalTexts,
  ) {}

  async execute({ workspaceId, page }: ListDrafts) {
    const [createdAt, draftId] = page.cursor ? decodeCursor(page.cursor, ListCursor) : [null, null];
    const rows = await this.reads
      .scope(workspaceId)
      .query<DraftRow<DraftView>>(SELECT_NEWEST, [
        page.status ?? null,
        createdAt,
        draftId,
        page.limit + 1,
        page.awaiting === 'approval',
      ]);
    const found = pageOf(rows, page.limit, withRows, ({ view }) => [view.createdAt, view.draftId]);
    return { ...found, items: await shownDrafts(this.texts, workspaceId, found.items) };
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

/** A draft's stream is short (its conversation is bounded): one page holds it. Throws DraftArchivedError. */
async function readDraft(store: EventStore, draftId: string, workspaceId: string): Promise<ReadEvent[]> {
  const stream = { streamId: draftStream(draftId), workspaceId };
  const events = (await readWorkspaceStream(store, stream, { limit: READ_EVENTS_MAX })).map(upcastEvent);
  const archived = events.find((event) => event.type === 'DraftArchived');
  if (archived) throw new DraftArchivedError(draftId, archived.data.archiveId);
  return events;
}

export const DRAFT_QUERY_HANDLERS = [
  GetDraftHandler,
  GetDraftTextHandler,
  ListDraftsHandler,
  GetPreviewRowsHandler,
  GetDraftEventsHandler,
];
