/** A server of its own for the demo: the real program as a child process, on a fresh data folder and a free port. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { HEAP_LIMIT_FLAG } from '../../platform/heap-limit.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const LISTENS = /^Drafthorse listens on (http:\/\/\S+)$/;
const START_TIMEOUT_MS = 45_000;
/** Above the 20 s the server gives each of its parts, of which seldom more than one needs them. */
const STOP_TIMEOUT_MS = 30_000;
const DATABASE_STOP_TIMEOUT_MS = 10_000;
const POLL_MS = 50;
const LOG_LINES_KEPT = 30;

/**
 * All the server may inherit: settings in the shell of whoever tries the demo (a database, a key, a port) must not
 * lead it to real data.
 */
const INHERITED =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|TEMP|TMP|LD_LIBRARY_PATH|SystemRoot|windir|ComSpec|APPDATA|LOCALAPPDATA|USERPROFILE)$/i;

export interface ServerOptions {
  dataDir: string;
  apiKey: string;
  /** Further settings, beside a free port and no limits per user. */
  environment?: Record<string, string>;
  signal: AbortSignal;
}

export class ServerProcess {
  private readonly log: string[] = [];
  private readonly exited: Promise<unknown>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly dataDir: string,
  ) {
    this.exited = once(child, 'exit').catch(() => undefined);
    if (child.stderr) createInterface({ input: child.stderr }).on('line', (line) => this.keep(line));
  }

  /** The process, which still has to start listening: whoever has it can stop it. */
  static spawn({ dataDir, apiKey, environment = {} }: Omit<ServerOptions, 'signal'>): ServerProcess {
    const inherited = Object.entries(process.env).filter(([key]) => INHERITED.test(key));
    const child = spawn(
      process.execPath,
      [HEAP_LIMIT_FLAG, '--import', import.meta.resolve('tsx'), 'src/main.ts'],
      {
        cwd: ROOT,
        env: {
          ...Object.fromEntries(inherited),
          DATA_DIR: dataDir,
          DRAFTHORSE_API_KEY: apiKey,
          PORT: '0',
          LOG_LEVEL: 'warn',
          RATE_LIMIT_DRAFTS: '0',
          RATE_LIMIT_EXECUTIONS: '0',
          RATE_LIMIT_READS: '0',
          ...environment,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
        // Ctrl-C is for the demo, which then ends the server in order.
        detached: process.platform !== 'win32',
      },
    );
    return new ServerProcess(child, dataDir);
  }

  /** Of the process; undefined when it could not be started. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  /** The address, once it listens. Throws with the last lines of its log when it does not. */
  async listening(signal: AbortSignal): Promise<string> {
    const { stdout } = this.child;
    if (!stdout) throw new Error('the server has no output to read');
    const address = new Promise<string>((resolve) => {
      createInterface({ input: stdout }).on('line', (line) => {
        const url = LISTENS.exec(line)?.[1];
        if (url) resolve(url);
        else this.keep(line);
      });
    });
    const over = new AbortController();
    try {
      const any = AbortSignal.any([signal, over.signal]);
      const late = delay(START_TIMEOUT_MS, 'did not listen in time', { signal: any });
      const ended = Promise.race([this.exited, once(this.child, 'error')]).then(
        () => 'ended before it listened',
      );
      const failed = Promise.race([late, ended]).then((what) => {
        throw new Error(`the server ${what}\n${this.lastLines()}`);
      });
      return await Promise.race([address, failed]);
    } finally {
      over.abort();
    }
  }

  /** Rejects when the server ends by itself; never resolves. */
  async unexpectedEnd(): Promise<never> {
    await this.exited;
    throw new Error(`the server ended by itself\n${this.lastLines()}`);
  }

  /**
   * Graceful first, by force when that takes too long or `hurry` is aborted; nothing of it is left either way.
   * Answers whether the server ended in order.
   */
  async stop(hurry: AbortSignal): Promise<boolean> {
    const { child } = this;
    if (child.pid === undefined) return true;
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      const over = new AbortController();
      const signal = AbortSignal.any([hurry, over.signal]);
      const late = delay(STOP_TIMEOUT_MS, undefined, { signal }).catch(() => undefined);
      const tooLate = await Promise.race([this.exited.then(() => false), late.then(() => true)]);
      over.abort();
      if (tooLate) child.kill('SIGKILL');
      await this.exited;
    }
    await this.endDatabase();
    return child.exitCode === 0;
  }

  /** A server that was killed leaves its database running. */
  private async endDatabase(): Promise<void> {
    const pidFile = join(this.dataDir, 'postgres', 'postmaster.pid');
    const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).split('\n', 1)[0]);
    if (!Number.isInteger(pid) || pid <= 1) return;
    try {
      // PostgreSQL's fast shutdown; it throws once there is no such process.
      process.kill(pid, 'SIGINT');
      for (const deadline = performance.now() + DATABASE_STOP_TIMEOUT_MS; performance.now() < deadline;) {
        await delay(POLL_MS);
        process.kill(pid, 0);
      }
      process.kill(pid, 'SIGKILL');
    } catch {
      return;
    }
  }

  lastLines(): string {
    return this.log.join('\n');
  }

  private keep(line: string): void {
    this.log.push(line);
    if (this.log.length > LOG_LINES_KEPT) this.log.shift();
  }
}
