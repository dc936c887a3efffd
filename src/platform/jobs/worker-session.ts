/**
 * Frees the jobs of processes that died. graphile-worker would let a killed worker's job rest for four hours;
 * here every process holds a session advisory lock that PostgreSQL drops with the process, so a job whose
 * worker belongs to no living session is unlocked within seconds and runs again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from '../logging/logger.js';

/** Namespace of these advisory locks (first key of the two-key form): "jobs" in ASCII. */
const LOCK_NAMESPACE = 0x6a6f6273;
const RELEASE_INTERVAL_MS = 3_000;
const RETRY_MS = 500;

const RELEASE_DEAD_WORKERS = `
  WITH dead AS (
    SELECT session_key FROM job_workers GROUP BY session_key
    EXCEPT
    SELECT objid::int FROM pg_locks
     WHERE locktype = 'advisory' AND classid::bigint = ${LOCK_NAMESPACE} AND objsubid = 2
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  ), removed AS (
    DELETE FROM job_workers WHERE session_key IN (SELECT session_key FROM dead) RETURNING worker_id
  )
  SELECT coalesce(array_agg(worker_id), '{}') AS worker_ids FROM removed`;

/** Locked by a worker that never managed to register: its process died first. Five seconds is ample to register. */
const UNREGISTERED_WORKERS = `
  SELECT coalesce(array_agg(DISTINCT locked_by), '{}') AS worker_ids
    FROM graphile_worker._private_jobs
   WHERE locked_at < now() - interval '5 seconds'
     AND locked_by NOT IN (SELECT worker_id FROM job_workers)`;

/**
 * A request under the key of a job that is running takes the key from it and leaves it no further attempt: graphile-worker's
 * way of letting it end without being tried again. One that its worker did not live to end would lie there for good.
 * Every job of ours has a key, so that one without has been replaced.
 */
const DELETE_REPLACED = `
  DELETE FROM graphile_worker._private_jobs
   WHERE key IS NULL AND attempts >= max_attempts AND (locked_by IS NULL OR locked_by = ANY ($1))`;

export class WorkerSession {
  private client: pg.Client | null = null;
  private sessionKey = 0;
  private timer: NodeJS.Timeout | undefined;
  private registered: Promise<void> = Promise.resolve();
  private reconnecting: Promise<void> = Promise.resolve();
  private readonly poolIds = new Set<string>();
  private closed = false;

  private constructor(
    private readonly url: string,
    private readonly pool: pg.Pool,
    private readonly logger: Logger,
  ) {}

  static async open(url: string, pool: pg.Pool, logger: Logger): Promise<WorkerSession> {
    const session = new WorkerSession(url, pool, logger);
    await session.connect();
    await session.releaseDead();
    session.timer = setInterval(() => void session.releaseDead(), RELEASE_INTERVAL_MS);
    return session;
  }

  /** Under a key of its own each time: the lock of a connection that was lost may be held for a while yet. */
  private async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.url,
      application_name: 'drafthorse-job-session',
      keepAlive: true,
    });
    client.on('error', (err) => this.logger.warn({ err, job: 'session' }, 'job session connection lost'));
    client.on('end', () => this.lost(client));
    try {
      await client.connect();
      const { rows } = await client.query<{ key: number }>(
        `SELECT nextval('job_session_key')::int AS key, pg_advisory_lock(${LOCK_NAMESPACE}, currval('job_session_key')::int)`,
      );
      this.sessionKey = rows[0]!.key;
      this.client = client;
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  }

  /** Without its lock this process looks dead, and its jobs are given to others while they run: safe, but not for long. */
  private lost(client: pg.Client): void {
    if (this.client !== client) return;
    this.client = null;
    this.reconnecting = this.reconnect();
  }

  private async reconnect(): Promise<void> {
    while (!this.closed) {
      try {
        await this.connect();
        for (const poolId of this.poolIds) this.register(poolId);
        return;
      } catch (error) {
        this.logger.warn({ err: error, job: 'session' }, 'no job session yet');
        await sleep(RETRY_MS);
      }
    }
  }

  /** Keeps trying: a pool that is not registered would have its jobs taken away while they run. */
  register(poolId: string): void {
    this.poolIds.add(poolId);
    this.registered = this.registered.then(() => this.insert(poolId));
  }

  private async insert(poolId: string): Promise<void> {
    while (!this.closed) {
      try {
        await this.pool.query(
          `INSERT INTO job_workers (worker_id, session_key) VALUES ($1, $2)
           ON CONFLICT (worker_id) DO UPDATE SET session_key = excluded.session_key`,
          [poolId, this.sessionKey],
        );
        return;
      } catch (error) {
        this.logger.warn({ err: error, job: 'session' }, 'worker pool not registered yet');
        await sleep(RETRY_MS);
      }
    }
  }

  async releaseDead(): Promise<void> {
    try {
      const dead = await this.pool.query<{ worker_ids: string[] }>(RELEASE_DEAD_WORKERS);
      const unregistered = await this.pool.query<{ worker_ids: string[] }>(UNREGISTERED_WORKERS);
      const workerIds = [...dead.rows[0]!.worker_ids, ...unregistered.rows[0]!.worker_ids].filter(
        (id) => !this.poolIds.has(id),
      );
      await this.pool.query(DELETE_REPLACED, [workerIds]);
      if (workerIds.length === 0) return;
      await this.pool.query('SELECT graphile_worker.force_unlock_workers($1)', [workerIds]);
    } catch (error) {
      this.logger.warn({ err: error, job: 'session' }, 'could not look for dead workers');
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.timer);
    await this.reconnecting;
    await this.registered;
    await this.pool.query('DELETE FROM job_workers WHERE session_key = $1', [this.sessionKey]);
    const { client } = this;
    this.client = null;
    await client?.end();
  }
}
