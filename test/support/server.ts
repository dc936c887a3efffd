/**
 * The real program as a child process, on a database of its own: what journeys and kill tests talk to over HTTP.
 * Use `startServer` in `beforeAll` and `stop` in `afterAll`; what a dying test run leaves is killed with it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { StreamWriter } from '../../src/commands/stream-writer.js';
import { PostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.js';
import { HEAP_LIMIT_FLAG } from '../../src/platform/heap-limit.js';
import { Workspaces } from '../../src/identity/workspaces.js';
import { ApiClient } from './api-client.js';
import { BUILT_ENVIRONMENT, built } from './built.js';
import { testDatabase, type TestDatabase } from './database.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = 'src/main.ts';
const START_MS_MAX = 60_000;
/** Longer than the program gives its own parts: a stop that takes this long is a fault. */
const STOP_MS_MAX = 60_000;
const LOG_LINES_KEPT = 200;

export type Environment = Record<string, string>;

/** Children that still run, so that none outlives the test run. */
const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface RunningProgram {
  url: string;
  pid: number;
  exited: Promise<Exit>;
  /** The last lines it wrote. */
  log(): string;
  /** Asks a test entry something over its channel and waits for its answer; see crashing-main.ts. */
  ask(message: object): Promise<unknown>;
  signal(signal: NodeJS.Signals): void;
}

/** Starts one process; resolves when it listens, rejects with its last lines when it ends first. */
export async function startProgram(
  environment: Environment,
  entry = MAIN,
  heard: (text: string) => void = () => undefined,
): Promise<RunningProgram> {
  const child = spawn(process.execPath, [HEAP_LIMIT_FLAG, built(entry)], {
    cwd: ROOT,
    // Nothing of the outer environment may configure the program under test.
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      TMPDIR: tmpdir(),
      ...BUILT_ENVIRONMENT,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  children.add(child);
  const lines: string[] = [];
  const { promise: listening, resolve: announced } = Promise.withResolvers<string>();
  const collect = (chunk: Buffer) => {
    const text = chunk.toString();
    heard(text);
    lines.push(...text.split('\n').filter((line) => line !== ''));
    lines.splice(0, Math.max(0, lines.length - LOG_LINES_KEPT));
    const address = /Drafthorse listens on (\S+)/.exec(lines.join('\n'))?.[1];
    if (address) announced(address);
  };
  child.stdout!.on('data', collect);
  child.stderr!.on('data', collect);
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      children.delete(child);
      resolve({ code, signal });
    });
  });
  const log = () => lines.join('\n');
  const failed = exited.then(({ code, signal }) => {
    throw new Error(`the program ended (${code ?? signal}) before it listened:\n${log()}`);
  });
  const late = deadline(START_MS_MAX, () => {
    child.kill('SIGKILL');
    return new Error(`the program did not listen within ${START_MS_MAX} ms:\n${log()}`);
  });
  const url = await late.race(Promise.race([listening, failed]));
  failed.catch(() => undefined);
  return {
    url,
    pid: child.pid!,
    exited,
    log,
    ask: (message) =>
      new Promise((resolve, reject) => {
        child.once('message', resolve);
        child.send(message, (error) => error && reject(error));
      }),
    signal: (signal) => void child.kill(signal),
  };
}

export interface ServerOptions {
  environment?: Environment;
  /** Another file to start than the program's own. */
  entry?: string;
  /** Told everything the program writes, in pieces. */
  heard?: (text: string) => void;
}

export interface SecondWorkspace {
  workspaceId: string;
  userId: string;
  client: ApiClient;
}

/** One program on one database, through any number of deaths and restarts. */
export class TestServer {
  private constructor(
    readonly data: TestDatabase,
    readonly apiKey: string,
    private readonly options: ServerOptions,
    private program: RunningProgram,
  ) {}

  static async start(options: ServerOptions = {}): Promise<TestServer> {
    const data = await testDatabase();
    const apiKey = randomBytes(24).toString('base64url');
    try {
      const program = await startProgram(environmentOf(data, apiKey, options), options.entry, options.heard);
      return new TestServer(data, apiKey, options, program);
    } catch (error) {
      await data.drop();
      throw error;
    }
  }

  get running(): RunningProgram {
    return this.program;
  }

  get url(): string {
    return this.program.url;
  }

  /** As the owner of workspace `default`. Follows the program to whatever address it has after a restart. */
  get client(): ApiClient {
    return new ApiClient(() => this.program.url, this.apiKey);
  }

  clientWithKey(apiKey: string): ApiClient {
    return new ApiClient(() => this.program.url, apiKey);
  }

  /** A further process on the same database; its owner must stop it. */
  another(environment: Environment = {}): Promise<RunningProgram> {
    return startProgram({ ...environmentOf(this.data, this.apiKey, this.options), ...environment });
  }

  async createWorkspace(name: string): Promise<SecondWorkspace> {
    const store = new PostgresEventStore(this.data.database);
    try {
      const workspaces = new Workspaces(this.data.database, new StreamWriter(store, () => new Date()));
      const { apiKey, ...ids } = await workspaces.createWorkspaceWithKey(name);
      return { ...ids, client: this.clientWithKey(apiKey) };
    } finally {
      await store.close();
    }
  }

  /** Ends the process and waits for its end. */
  async kill(signal: NodeJS.Signals): Promise<Exit> {
    this.program.signal(signal);
    return this.exit();
  }

  /** Waits for an end that somebody else brings about. */
  exit(timeoutMs = STOP_MS_MAX, what = 'its end'): Promise<Exit> {
    return ended(this.program, timeoutMs, what);
  }

  /** Starts again after a death; `entry` may differ from the first start's. */
  async restart(entry = this.options.entry): Promise<void> {
    this.program = await startProgram(
      environmentOf(this.data, this.apiKey, this.options),
      entry,
      this.options.heard,
    );
  }

  async stop(): Promise<void> {
    try {
      await stopProgram(this.program);
    } finally {
      await this.data.drop();
    }
  }
}

/** Asks a process to end, and kills one that does not. Throws when it had to be killed. */
export async function stopProgram(program: RunningProgram): Promise<Exit> {
  program.signal('SIGTERM');
  return ended(program);
}

async function ended(program: RunningProgram, timeoutMs = STOP_MS_MAX, what = 'its end'): Promise<Exit> {
  const late = deadline(timeoutMs, () => {
    program.signal('SIGKILL');
    return new Error(`the program did not reach ${what} within ${timeoutMs} ms:\n${program.log()}`);
  });
  return late.race(program.exited);
}

function environmentOf({ url }: TestDatabase, apiKey: string, options: ServerOptions): Environment {
  return { ...programEnvironment(apiKey), DATABASE_URL: url, ...busEnvironment(url), ...options.environment };
}

/** On Kafka in the tier `e2e-kafka`, with topics of the database's own; see vitest.config.ts. */
function busEnvironment(databaseUrl: string): Environment {
  if (process.env['TEST_BUS'] !== 'kafka') return {};
  const { brokers, quickSessions } = inject('kafka');
  if (brokers === null) throw new Error('this run has no broker');
  const prefix = `${new URL(databaseUrl).pathname.slice(1)}.`;
  return {
    KAFKA_BROKERS: brokers,
    KAFKA_TOPIC_PREFIX: prefix,
    KAFKA_PARTITIONS: '2',
    // Killed programs are followed by others, which need not wait long for their partitions.
    ...(quickSessions && { KAFKA_SESSION_SECONDS: '2' }),
  };
}

/** What every program under test is started with: a port of its own, its key, no limits per minute or by what waits. */
export function programEnvironment(apiKey: string): Environment {
  return {
    PORT: '0',
    DRAFTHORSE_API_KEY: apiKey,
    PERSONAL_DATA_KEY: Buffer.from('a key for specs, and 32 bytes it').toString('base64'),
    LOG_LEVEL: 'warn',
    RATE_LIMIT_DRAFTS: '0',
    RATE_LIMIT_EXECUTIONS: '0',
    RATE_LIMIT_READS: '0',
    RATE_LIMIT_AUTH: '0',
    QUEUE_WAITING_MAX: '0',
    QUEUE_WAIT_SECONDS_MAX: '0',
  };
}

function deadline(timeoutMs: number, onLate: () => Error) {
  return {
    async race<T>(work: Promise<T>): Promise<T> {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(onLate()), timeoutMs);
      });
      try {
        return await Promise.race([work, late]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
