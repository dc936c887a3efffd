/** Reads of the list of archives. The archives themselves are in the file store. */
import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { PositionText } from '../../events/position-text.js';
import { WORKSPACE_READS, type WorkspaceReads } from '../../platform/database/workspace-scope.js';
import { decodeCursor, pageOf, type Page } from '../cursor.js';

export interface ArchiveView {
  /** The file's id, too. */
  archiveId: string;
  kind: 'drafts' | 'change_sets';
  /** When the first and the last of what it holds ended or happened. */
  from: string;
  to: string;
  count: number;
  bytes: number;
  sha256: string;
  archivedAt: string;
}

interface ArchiveRow {
  archive_id: string;
  kind: ArchiveView['kind'];
  from: Date;
  to: Date;
  count: number;
  bytes: string;
  sha256: string;
  archived_at: Date;
  position: string;
}

const COLUMNS = `archive_id, kind, "from", "to", count, bytes::text AS bytes, sha256, archived_at, position::text AS position`;
const SELECT_NEWEST = `
  SELECT ${COLUMNS} FROM archives
   WHERE workspace_id = $1 AND ($2::bigint IS NULL OR position < $2) ORDER BY position DESC LIMIT $3`;
const SELECT_ONE = `SELECT ${COLUMNS} FROM archives WHERE workspace_id = $1 AND archive_id = $2`;

/** Newest first. */
export class ListArchives extends Query<Page<ArchiveView>> {
  constructor(
    readonly workspaceId: string,
    readonly page: { limit: number; cursor?: string | undefined },
  ) {
    super();
  }
}

@QueryHandler(ListArchives)
export class ListArchivesHandler implements IQueryHandler<ListArchives> {
  constructor(@Inject(WORKSPACE_READS) private readonly reads: WorkspaceReads) {}

  async execute({ workspaceId, page }: ListArchives) {
    const before = page.cursor ? decodeCursor(page.cursor, PositionText) : null;
    const rows = await this.reads
      .scope(workspaceId)
      .query<ArchiveRow & object>(SELECT_NEWEST, [before, page.limit + 1]);
    return pageOf(rows, page.limit, viewOf, ({ position }) => position);
  }
}

export class GetArchive extends Query<ArchiveView | null> {
  constructor(
    readonly workspaceId: string,
    readonly archiveId: string,
  ) {
    super();
  }
}

@QueryHandler(GetArchive)
export class GetArchiveHandler implements IQueryHandler<GetArchive> {
  constructor(@Inject(WORKSPACE_READS) private readonly reads: WorkspaceReads) {}

  async execute({ workspaceId, archiveId }: GetArchive) {
    const [row] = await this.reads.scope(workspaceId).query<ArchiveRow & object>(SELECT_ONE, [archiveId]);
    return row ? viewOf(row) : null;
  }
}

const viewOf = (row: ArchiveRow): ArchiveView => ({
  archiveId: row.archive_id,
  kind: row.kind,
  from: row.from.toISOString(),
  to: row.to.toISOString(),
  count: row.count,
  bytes: Number(row.bytes),
  sha256: row.sha256,
  archivedAt: row.archived_at.toISOString(),
});

export const ARCHIVE_QUERY_HANDLERS = [ListArchivesHandler, GetArchiveHandler];
