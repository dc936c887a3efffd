/**
 * The one way to a workspace's rows for everybody who answers people or works for one workspace. Whoever holds
 * `WorkspaceReads` cannot ask for anything else; who may hold the whole database is a list in `.cross-workspace.cjs`, which
 * the import rules read. See docs/adr/0043-tenancy-by-scope.md.
 */
import type pg from 'pg';
import type { Queryable } from './database.js';

/**
 * A statement that is parsed and planned once per connection, for those that run all the time. The name stands for
 * this text and no other.
 */
export interface Prepared {
  name: string;
  text: string;
  /** Reads a few rows by key: it may share a connection with others, see pipelined.ts. */
  quick?: true;
}

/** Nest's token for WorkspaceReads. */
export const WORKSPACE_READS = Symbol('WorkspaceReads');

export interface WorkspaceReads {
  scope(workspaceId: string): WorkspaceScope;
}

/**
 * Statements inside one workspace. `$1` is always the workspace's id, and a statement that compares no `workspace_id` with
 * it is refused where it runs. That every table of a statement is bound, and not only one of a join, is asked of
 * PostgreSQL's grammar by the tests (test/security/tenancy): too slow for here, and as certain there.
 */
export class WorkspaceScope {
  constructor(
    private readonly queryable: Queryable,
    readonly workspaceId: string,
  ) {}

  /** `values` are bound from `$2` on. */
  async query<Row extends pg.QueryResultRow>(
    statement: string | Prepared,
    values: unknown[] = [],
  ): Promise<Row[]> {
    const text = typeof statement === 'string' ? statement : statement.text;
    if (!/\bworkspace_id\s*=\s*\$1\b/.test(text))
      throw new Error(`a statement without "workspace_id = $1" was refused: ${text.slice(0, 80)}`);
    return (await this.queryable.query<Row>(statement, [this.workspaceId, ...values])).rows;
  }
}

/** Nothing of the database but its scopes, whatever its holder casts it to. */
export const workspaceReads = (queryable: Queryable): WorkspaceReads => ({
  scope: (workspaceId) => new WorkspaceScope(queryable, workspaceId),
});
