/** One process of the program with one role: started, killed, held still, and started again when it ends by itself. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ProcessRole } from '../../src/platform/config/settings.js';
import { BUILT_ENVIRONMENT, built } from '../support/built.js';
import { until } from '../support/until.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const READY_MS_MAX = 120_000;
const STOP_MS_MAX = 60_000;
/** As a supervisor does: not at once, so that a process that cannot start does not use up the machine. */
const RESTART_MS = 1_000;
const PROBE_MS_MAX = 2_000;

/** Children that still run, so that none outlives this process. */
const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

export interface MemberOptions {
  name: string;
  role: ProcessRole;
  environment: Record<string, string>;
  /** Where its log goes, as `<name>.log`. */
  logFolder: string;
  /** It ended without having been asked to. */
  onEnd(member: Member, how: string): void;
}

export class Member {
  private child: ChildProcess | null = null;
  private wanted = false;
  private exited: Promise<string> = Promise.resolve('never started');
  private readonly log: WriteStream;

  private constructor(
    private readonly options: MemberOptions,
    private readonly port: number,
  ) {
    this.log = createWriteStream(path.join(options.logFolder, `${options.name}.log`), { flags: 'a' });
  }

  /** Started, not yet ready. It keeps its port for life. */
  static async start(options: MemberOptions): Promise<Member> {
    const member = new Member(options, await freePort());
    member.start();
    return member;
  }

  get name(): string {
    return this.options.name;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Nothing happens when it runs: two faults may have met it at once. */
  start(): void {
    this.wanted = true;
    if (this.child) return;
    const { role, environment } = this.options;
    const port = String(this.port);
    const child = spawn(process.execPath, [built('src/main.ts')], {
      cwd: ROOT,
      env: {
        // Nothing of the outer environment may configure the program under test.
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        TMPDIR: tmpdir(),
        ...BUILT_ENVIRONMENT,
        ...environment,
        ROLES: role,
        ...(role === 'api' ? { PORT: port } : { HEALTH_PORT: port }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    children.add(child);
    child.stdout.pipe(this.log, { end: false });
    child.stderr.pipe(this.log, { end: false });
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        children.delete(child);
        this.child = null;
        const how = signal ?? `code ${code}`;
        resolve(how);
        if (this.wanted) void this.revive(how);
      });
    });
  }

  /** Ends it with SIGKILL; `start` brings it back. */
  async kill(): Promise<void> {
    this.wanted = false;
    this.child?.kill('SIGKILL');
    await this.exited;
  }

  hold(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  /** On request; killed when it does not. Answers how it ended. */
  async stop(): Promise<string> {
    this.wanted = false;
    const { child } = this;
    child?.kill('SIGTERM');
    const timer = setTimeout(() => child?.kill('SIGKILL'), STOP_MS_MAX);
    const how = await this.exited;
    clearTimeout(timer);
    return how;
  }

  /** Null when it can do its work; otherwise why not. */
  async unready(): Promise<string | null> {
    try {
      const signal = AbortSignal.timeout(PROBE_MS_MAX);
      const answer = await fetch(`${this.url}/health/ready`, { signal });
      return answer.ok ? null : `${this.name} is not ready: ${await answer.text()}`;
    } catch (error) {
      return `${this.name} does not answer (${(error as Error).name})`;
    }
  }

  ready(timeoutMs = READY_MS_MAX): Promise<unknown> {
    return until(`${this.name} is ready`, async () => (await this.unready()) === null, timeoutMs);
  }

  private async revive(how: string): Promise<void> {
    this.options.onEnd(this, how);
    await sleep(RESTART_MS);
    if (this.wanted && !this.child) this.start();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
