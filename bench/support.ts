/** What the benchmarks of the whole program share: a server of its own, its database, figures. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StreamWriter } from '../src/commands/stream-writer.js';
import { PostgresEventStore } from '../src/event-store/postgres/postgres-event-store.js';
import { Workspaces } from '../src/identity/workspaces.js';
import { ROLES, type ProcessRole } from '../src/platform/config/settings.js';
import { Database } from '../src/platform/database/database.js';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../src/platform/database/embedded-postgres.js';
import { HEAP_LIMIT_FLAG } from '../src/platform/heap-limit.js';
import { DrafthorseClient, type Draft } from '../src/terminal/client.js';
import { freePort, Program, type Memory } from './program.js';

export interface BenchServerOptions {
  /** Roles of each process; the first has `api`. By default one process with all roles. */
  processes?: readonly (readonly ProcessRole[])[];
  /** A PostgreSQL that outlives the server; by default one of its own. */
  databaseUrl?: string;
  /** Settings beside those every benchmark has, such as KAFKA_BROKERS. */
  environment?: Record<string, string>;
  /** Writes a CPU profile of each process into this folder when it stops. */
  profileTo?: string | undefined;
}

export interface BenchServer {
  url: string;
  /** Of the owner of workspace `default`. */
  apiKey: string;
  /** One per simulated person: a client's reads wait for its own writes. */
  newClient(): DrafthorseClient;
  /** Beside the server, on the same database. */
  database: Database;
  /** Further workspaces; answers the key of the owner of each. */
  openWorkspaces(count: number): Promise<string[]>;
  /** A further process, ready to work; whoever asked for it stops it, or the server does at its end. */
  start(roles: readonly ProcessRole[]): Promise<Program>;
  /** Of each process that runs. */
  memory(): Promise<Memory[]>;
  /** Of the first process, so far. */
  cpuSeconds(): Promise<number>;
  /** Of the first process. */
  memoryPeakMiB(): Promise<number>;
  stop(): Promise<void>;
}

/** A PostgreSQL with fsync in a folder of its own. */
export async function benchPostgres(): Promise<{ url: string; remove(): Promise<void> }> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'drafthorse-bench-'));
  const postgres = await startEmbeddedPostgres({ dataDir, durable: true });
  return {
    url: postgres.url,
    remove: async () => {
      await postgres.stop();
      await removeEmbeddedPostgres(dataDir);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The real program on an embedded PostgreSQL, fsync on, and the embedded bus unless the environment names another. */
export async function startBenchServer(options: BenchServerOptions = {}): Promise<BenchServer> {
  const { processes = [ROLES], databaseUrl } = options;
  const postgres =
    databaseUrl === undefined ? await benchPostgres() : { url: databaseUrl, remove: async () => undefined };
  const apiKey = randomBytes(24).toString('base64url');
  const programs: Program[] = [];
  const running = () => programs.filter((program) => program.isRunning);
  const stop = async () => {
    const ends = await Promise.allSettled(running().map((program) => program.stop()));
    await postgres.remove();
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
  };
  try {
    const port = await freePort();
    const start = async (roles: readonly ProcessRole[]) => {
      const own = programs.length === 0 ? port : await freePort();
      const started = await startProcess({ roles, port: own, databaseUrl: postgres.url, apiKey }, options);
      programs.push(started);
      return started;
    };
    // One by one: the first migrates and makes the topics.
    for (const roles of processes) await start(roles);
    const url = `http://127.0.0.1:${port}`;
    const database = new Database({ url: postgres.url, poolSizeMax: 2, applicationName: 'bench' });
    return {
      url,
      apiKey,
      newClient: () => new DrafthorseClient({ url, apiKey }),
      database,
      openWorkspaces: (count) => openWorkspaces(database, count),
      start,
      memory: () => Promise.all(running().map((program) => program.memory())),
      cpuSeconds: () => programs[0]!.cpuSeconds(),
      memoryPeakMiB: async () => (await programs[0]!.memory()).peakMiB,
      stop: async () => {
        await database.close();
        await stop();
      },
    };
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
}

interface ProcessOptions {
  roles: readonly ProcessRole[];
  port: number;
  databaseUrl: string;
  apiKey: string;
}

function startProcess(
  { roles, port, databaseUrl, apiKey }: ProcessOptions,
  { environment, profileTo }: BenchServerOptions,
): Promise<Program> {
  const profiling = profileTo === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileTo}`];
  return Program.start({
    name: roles.length === ROLES.length ? 'all roles' : roles.join(' + '),
    entry: 'src/main.ts',
    nodeFlags: [HEAP_LIMIT_FLAG, '--disable-warning=TimeoutNegativeWarning', ...profiling],
    readyUrl: `http://127.0.0.1:${port}/health/ready`,
    environment: {
      ROLES: roles.join(','),
      [roles.includes('api') ? 'PORT' : 'HEALTH_PORT']: String(port),
      DATABASE_URL: databaseUrl,
      DRAFTHORSE_API_KEY: apiKey,
      LOG_LEVEL: 'warn',
      RATE_LIMIT_DRAFTS: '0',
      RATE_LIMIT_EXECUTIONS: '0',
      RATE_LIMIT_READS: '0',
      RATE_LIMIT_AUTH: '0',
      QUEUE_WAITING_MAX: '0',
      QUEUE_WAIT_SECONDS_MAX: '0',
      ...environment,
    },
  });
}

async function openWorkspaces(database: Database, count: number): Promise<string[]> {
  const store = new PostgresEventStore(database);
  try {
    const workspaces = new Workspaces(database, new StreamWriter(store, () => new Date()));
    const apiKeys: string[] = [];
    while (apiKeys.length < count)
      apiKeys.push((await workspaces.createWorkspaceWithKey(`Shop ${apiKeys.length + 1}`)).apiKey);
    return apiKeys;
  } finally {
    await store.close();
  }
}

export async function importAll(client: DrafthorseClient, lines: string[]): Promise<void> {
  const { importId } = await client.importProducts(new Blob([lines.join('\n')]), 'application/x-ndjson');
  for (;;) {
    const state = await client.importState(importId);
    if (state.status === 'done' && state.rejectedCount === 0) return;
    if (state.status !== 'running')
      throw new Error(`the import ended ${state.status}: ${JSON.stringify(state.rejected)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export interface PromptRun {
  draft: Draft;
  /** From sending the prompt to having its preview. */
  ms: number;
}

export async function promptToPreview(client: DrafthorseClient, prompt: string): Promise<PromptRun> {
  const startedAt = performance.now();
  const { draftId } = await client.createDraft({ prompt, clientRequestId: randomUUID() });
  const draft = await client.draft(draftId, { wait: 'preview' });
  return { draft, ms: performance.now() - startedAt };
}

export async function untilEnded(client: DrafthorseClient, draftId: string): Promise<Draft> {
  for (;;) {
    const draft = await client.draft(draftId);
    if (['done', 'failed', 'undone', 'cancelled', 'expired'].includes(draft.status)) return draft;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export { median, quantile } from './harness/spread.js';
