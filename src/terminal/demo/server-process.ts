/** A server of its own for the demo: the real program as a child process, on a fresh data folder and a free port. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const LISTENS = /^Drafthorse listens on (http:\/\/\S+)$/;
const START_TIMEOUT_MS = 45_000;
/** Above the server's own time for a graceful stop. */
const STOP_TIMEOUT_MS = 20_000;
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
  signal: AbortSignal;
}

export class ServerProcess {
  private readonly log: string[] = [];
  private readonly exited: Promise<unknown>;

  private constructor(private readonly child: ChildProcess) {
    this.exited = once(child, 'exit').catch(() => undefined);
    if (child.stderr) createInterface({ input: child.stderr }).on('line', (line) => this.keep(line));
  }

  /** The process, which still has to start listening: whoever has it can stop it. */
  static spawn({ dataDir, apiKey }: Omit<ServerOptions, 'signal'>): ServerProcess {
    const inherited = Object.entries(process.env).filter(([key]) => INHERITED.test(key));
    const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), 'src/main.ts'], {
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
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C is for the demo, which then ends the server in order.
      detached: process.platform !== 'win32',
    });
    return new ServerProcess(child);
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

  /** Graceful first. Answers whether that was enough and nothing went wrong. */
  async stop(): Promise<boolean> {
    const { child } = this;
    if (child.pid === undefined) return true;
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode === 0;
    child.kill('SIGTERM');
    const inTime = new AbortController();
    const late = delay(STOP_TIMEOUT_MS, 'late', { signal: inTime.signal }).catch(() => undefined);
    if ((await Promise.race([this.exited, late])) === 'late') child.kill('SIGKILL');
    inTime.abort();
    await this.exited;
    return child.exitCode === 0;
  }

  lastLines(): string {
    return this.log.join('\n');
  }

  private keep(line: string): void {
    this.log.push(line);
    if (this.log.length > LOG_LINES_KEPT) this.log.shift();
  }
}
