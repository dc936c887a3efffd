/** Reads of what a workspace decided about itself. */
import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { WORKSPACE_READS, type WorkspaceReads } from '../../platform/database/workspace-scope.js';
import { NOTHING_DECIDED, type WorkspaceSettingsView } from './workspace-settings-view.js';

const SELECT_ONE = 'SELECT view FROM workspace_settings WHERE workspace_id = $1';

export class GetWorkspaceSettings extends Query<WorkspaceSettingsView> {
  constructor(readonly workspaceId: string) {
    super();
  }
}

@QueryHandler(GetWorkspaceSettings)
export class GetWorkspaceSettingsHandler implements IQueryHandler<GetWorkspaceSettings> {
  constructor(@Inject(WORKSPACE_READS) private readonly reads: WorkspaceReads) {}

  async execute({ workspaceId }: GetWorkspaceSettings) {
    const rows = await this.reads.scope(workspaceId).query<{ view: WorkspaceSettingsView }>(SELECT_ONE);
    return rows[0]?.view ?? NOTHING_DECIDED;
  }
}

export const WORKSPACE_SETTINGS_QUERY_HANDLERS = [GetWorkspaceSettingsHandler];
