/** Reads of imports. */
import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { WORKSPACE_READS, type WorkspaceReads } from '../../platform/database/workspace-scope.js';
import type { ImportView } from './import-view.js';

const SELECT_ONE = 'SELECT view FROM imports WHERE workspace_id = $1 AND import_id = $2';

export class GetImport extends Query<ImportView | null> {
  constructor(
    readonly workspaceId: string,
    readonly importId: string,
  ) {
    super();
  }
}

@QueryHandler(GetImport)
export class GetImportHandler implements IQueryHandler<GetImport> {
  constructor(@Inject(WORKSPACE_READS) private readonly reads: WorkspaceReads) {}

  async execute({ workspaceId, importId }: GetImport) {
    const rows = await this.reads.scope(workspaceId).query<{ view: ImportView }>(SELECT_ONE, [importId]);
    return rows[0]?.view ?? null;
  }
}

export const IMPORT_QUERY_HANDLERS = [GetImportHandler];
