/** The job queue on PostgreSQL: graphile-worker behind the few calls this product makes. */
import {
  Logger,
  makeWorkerUtils,
  parseCronItems,
  run,
  type CronItem,
  type Runner,
  type TaskList,
  type WorkerEvents,
} from 'graphile-worker';
import { EventEmitter } from 'node:events';
import pg from 'pg';
import type { Logger as AppLogger } from '../logging/logger.js';
import { WorkerSession } from './worker-session.js';
import { JOB_ATTEMPTS_MAX, JOB_LANES, type JobDefinition, type JobLane, type JobRequest } from './job.js';

/** A lost notification is made up for within this time. */
const POLL_INTERVAL_MS = 1_000;
/** Jobs that end within this time are checked off in one statement; one that is not, because the process died, runs again. */
const COMPLETION_BATCH_MS = 5;

export interface JobQueueOptions {
  url: string;
  /** Jobs that this process runs at once, by lane. */
  concurrency: Readonly<Record<JobLane, number>>;
  /** As of the database: jobs asked for by events of the log can be asked for again. */
  durableCommits: boolean;
  logger: AppLogger;
}

/** For listening, fetching, adding and checking off, each of many jobs at once: a job that runs holds none. */
const CONNECTIONS_MAX = 8;

export class JobQueue {
  private runners: Runner[] = [];
  private session: WorkerSession | undefined;
  private readonly pool: pg.Pool;

  private constructor(
    private readonly options: JobQueueOptions,
    private readonly utils: Awaited<ReturnType<typeof makeWorkerUtils>>,
    pool: pg.Pool,
  ) {
    this.pool = pool;
  }

  /** Connects and brings graphile-worker's own schema up to date. */
  static async open(options: JobQueueOptions): Promise<JobQueue> {
    const pool = new pg.Pool({
      connectionString: options.url,
      max: CONNECTIONS_MAX,
      application_name: 'drafthorse-jobs',
      // Jobs come and go faster than vacuum does. Only an index scan remembers which entries are dead: with a bitmap scan
      // every fetch passes over all that have gone since (measured after 900 jobs: 0.2 ms a fetch, and growing).
      options: `-c enable_bitmapscan=off${options.durableCommits ? '' : ' -c synchronous_commit=off'}`,
      idle_in_transaction_session_timeout: 30_000,
    });
    // A client that loses its server says so here, idle or at work; the query it was running reports.
    pool.on('error', () => undefined);
    pool.on('connect', (client) => client.on('error', () => undefined));
    const utils = await makeWorkerUtils({ pgPool: pool, logger: bridge(options.logger) });
    await utils.migrate();
    return new JobQueue(options, utils, pool);
  }

  /** Adds all jobs in one statement, one per key: of several, the last, as if they had been added one after another. */
  async add(jobs: JobRequest[]): Promise<void> {
    if (jobs.length === 0) return;
    // One statement cannot replace what it has itself put there.
    const lastOfKeys = new Map(jobs.map((job) => [job.key, job]));
    await this.utils.addJobs(
      [...lastOfKeys.values()].map(({ job, payload, key, queue, runAt }) => ({
        identifier: job,
        payload,
        jobKey: key,
        maxAttempts: JOB_ATTEMPTS_MAX,
        ...(queue === undefined ? {} : { queueName: queue }),
        ...(runAt === undefined ? {} : { runAt: new Date(runAt) }),
      })),
    );
  }

  /** Starts running jobs in this process, and taking over the jobs of processes that died. */
  async start(definitions: JobDefinition<never>[]): Promise<void> {
    const events: WorkerEvents = new EventEmitter();
    this.session = await WorkerSession.open(this.options.url, this.pool, this.options.logger);
    // A job names the pool that runs it, not the worker.
    events.on('pool:create', ({ workerPool }) => this.session?.register(workerPool.id));
    for (const lane of JOB_LANES) {
      const own = definitions.filter((definition) => (definition.lane ?? 'quick') === lane);
      if (own.length > 0) this.runners.push(await this.run(own, this.options.concurrency[lane], events));
    }
  }

  /** One lane: a runner asks the queue for tasks it knows, and so leaves those of the other lanes alone. */
  private run(
    definitions: JobDefinition<never>[],
    concurrentJobs: number,
    events: WorkerEvents,
  ): Promise<Runner> {
    return run({
      pgPool: this.pool,
      pollInterval: POLL_INTERVAL_MS,
      noHandleSignals: true,
      preset: {
        worker: {
          concurrentJobs,
          localQueue: { size: concurrentJobs + 1 },
          completeJobBatchDelay: COMPLETION_BATCH_MS,
          failJobBatchDelay: COMPLETION_BATCH_MS,
        },
      },
      parsedCronItems: parseCronItems(definitions.flatMap(cronItemsOf)),
      taskList: Object.fromEntries(
        definitions.map((definition) => [definition.name, taskOf(definition)]),
      ) satisfies TaskList,
      events,
      logger: bridge(this.options.logger),
    });
  }

  /** What happens every few seconds by itself: jobs of processes that are gone run again. */
  async releaseDeadWorkers(): Promise<void> {
    await this.session?.releaseDead();
  }

  /** Takes no further jobs and lets running ones end; what they need must still be there. Adding stays possible. */
  async stop(): Promise<void> {
    await Promise.all(this.runners.splice(0).map((runner) => runner.stop()));
  }

  async close(): Promise<void> {
    await this.stop();
    await this.session?.close();
    await this.utils.release();
    await this.pool.end();
  }
}

/** A time that was missed because nothing ran is made up for within a day. */
const CRON_BACKFILL_MS = 24 * 3_600_000;

const cronItemsOf = ({ name, cron }: JobDefinition<never>): CronItem[] =>
  cron === undefined
    ? []
    : [
        {
          task: name,
          match: cron,
          options: {
            backfillPeriod: CRON_BACKFILL_MS,
            maxAttempts: JOB_ATTEMPTS_MAX,
            jobKey: `cron:${name}`,
          },
        },
      ];

function taskOf(definition: JobDefinition<never>): TaskList[string] {
  return async (payload, helpers) => {
    const { attempts, max_attempts: attemptsMax } = helpers.job;
    await definition.run(definition.payload.parse(payload), {
      number: attempts,
      lastAttempt: attempts >= attemptsMax,
      signal: helpers.abortSignal ?? new AbortController().signal,
    });
  };
}

/** Job failures are worth a warning; graphile-worker's chatter is not. Payloads are never logged. */
function bridge(logger: AppLogger): Logger {
  return new Logger(() => (level, message) => {
    if (level === 'error' || level === 'warning') logger.warn({ job: 'graphile-worker' }, message);
    else logger.debug({ job: 'graphile-worker' }, message);
  });
}
