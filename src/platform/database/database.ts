/**
 * PostgreSQL: one pool, explicit transactions. Who answers people gets a part of it only, see workspace-scope.ts.
 */
import pg from 'pg';
import { PipelinedConnections } from './pipelined.js';
import { WorkspaceScope, type Prepared, type WorkspaceReads } from './workspace-scope.js';

export type { Prepared } from './workspace-scope.js';

/** Beside the pool, made when first used. */
const PIPELINED_CONNECTIONS = 2;

/** Anything that runs one statement: the pool or the client of a transaction. */
export interface Queryable {
  query<Row extends pg.QueryResultRow>(
    statement: string | Prepared,
    values?: unknown[],
  ): Promise<pg.QueryResult<Row>>;
}

/**
 * What a transaction's work may end with: its last statement still under way, so that the commit follows it in the same
 * round trip. Should it fail, that commit rolls back.
 */
export class Ending<T> {
  constructor(readonly result: Promise<T>) {}
}

export interface DatabaseOptions {
  /** `postgres://user:password@host:port/name`. */
  url: string;
  poolSizeMax: number;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /**
   * Whether a commit waits for the disk, default true. Only what can be made again from the log may say no; a crash of the
   * server (not of this process) then loses the last moments of it, checkpoints included, and they are made again.
   */
  durableCommits?: boolean;
}

export class Database implements Queryable, WorkspaceReads {
  readonly pool: pg.Pool;
  private readonly pipelined: PipelinedConnections;

  constructor(readonly options: DatabaseOptions) {
    const connection = {
      connectionString: options.url,
      application_name: options.applicationName,
      ...(options.durableCommits !== false ? {} : { options: '-c synchronous_commit=off' }),
      // A client that dies inside a transaction would hold back the visible end of the log for everyone.
      idle_in_transaction_session_timeout: 30_000,
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
      // Statements of a transaction may follow each other without waiting for answers that nobody needs.
      pipeline: true,
    };
    this.pipelined = new PipelinedConnections({ ...connection, connections: PIPELINED_CONNECTIONS });
    this.pool = new pg.Pool({ ...connection, max: options.poolSizeMax });
    // An idle client that loses its server emits here; the pool replaces it and the next query reports.
    this.pool.on('error', () => undefined);
  }

  query<Row extends pg.QueryResultRow>(
    statement: string | Prepared,
    values?: unknown[],
  ): Promise<pg.QueryResult<Row>> {
    if (typeof statement !== 'string' && statement.quick) return this.pipelined.query<Row>(statement, values);
    return this.pool.query<Row>(statement as string, values);
  }

  /**
   * READ COMMITTED; rolled back when `work` throws. `first`: a constant statement that begins the transaction in the
   * same round trip, such as taking a lock.
   */
  transaction<T>(work: (transaction: pg.PoolClient) => Promise<T | Ending<T>>, first?: string): Promise<T> {
    return this.inTransaction(first === undefined ? 'BEGIN' : `BEGIN; ${first}`, work);
  }

  /** One snapshot for several reads. */
  snapshot<T>(work: (transaction: pg.PoolClient) => Promise<T>): Promise<T> {
    return this.inTransaction('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', work);
  }

  scope(workspaceId: string): WorkspaceScope {
    return new WorkspaceScope(this, workspaceId);
  }

  async close(): Promise<void> {
    await this.pipelined.close();
    await this.pool.end();
  }

  private async inTransaction<T>(
    begin: string,
    work: (transaction: pg.PoolClient) => Promise<T | Ending<T>>,
  ): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      // Whatever ends it ends the statements behind it as well, and those are waited for.
      client.query(begin).catch(() => undefined);
      const outcome = await work(client);
      const committed = client.query('COMMIT');
      if (!(outcome instanceof Ending)) {
        await committed;
        return outcome;
      }
      const [result] = await Promise.all([outcome.result, committed]);
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((rollbackError: Error) => {
        broken = rollbackError;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }
}
