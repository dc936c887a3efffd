/** One process of the program under measurement: started with what it is told and nothing else, asked how much memory it holds. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const READY_MS_MAX = 60_000;
const PROBE_MS_MAX = 2_000;
const POLL_MS = 50;
const STOP_MS_MAX = 60_000;
const LOG_CHARS_KEPT = 8_000;

/** Children that still run, so that none outlives the benchmark. */
const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

export interface ProgramOptions {
  name: string;
  /** File to start, from the root of the project. */
  entry: string;
  /** In front of the entry: flags of Node itself. */
  nodeFlags?: readonly string[];
  environment: Record<string, string>;
  /** Answers 2xx once the process can do its work. */
  readyUrl: string;
}

export interface Memory {
  name: string;
  /** Resident now, and the most there ever was; NaN where the system does not say. */
  residentMiB: number;
  peakMiB: number;
}

export class Program {
  private output = '';
  private readonly exited: Promise<string>;

  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
  ) {
    children.add(child);
    const keep = (chunk: Buffer) => (this.output = (this.output + chunk.toString()).slice(-LOG_CHARS_KEPT));
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    this.exited = new Promise((resolve) =>
      child.once('exit', (code, signal) => {
        children.delete(child);
        resolve(signal ?? `code ${code}`);
      }),
    );
  }

  /** Resolves when it is ready. Throws with the end of its log when it ends or takes too long instead. */
  static async start({
    name,
    entry,
    nodeFlags = [],
    environment,
    readyUrl,
  }: ProgramOptions): Promise<Program> {
    const child = spawn(process.execPath, [...nodeFlags, '--import', 'tsx', entry], {
      cwd: ROOT,
      // Nothing of the outer environment may configure what is measured.
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: tmpdir(), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const program = new Program(name, child);
    try {
      await program.ready(readyUrl);
      return program;
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  memory(): Promise<Memory> {
    return memoryOf(this.name, this.child.pid);
  }

  /** CPU time of all its threads so far, garbage collection included; NaN where the system does not say. */
  cpuSeconds(): Promise<number> {
    return cpuSecondsOf(this.child.pid);
  }

  /** On request, by force when that takes too long. Throws when it ended otherwise than asked. */
  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_MS_MAX);
    const how = await this.exited;
    clearTimeout(timer);
    if (how !== 'code 0') throw new Error(`${this.name} ended by ${how}:\n${this.output}`);
  }

  private async ready(url: string): Promise<void> {
    let ended: string | null = null;
    void this.exited.then((how) => (ended = how));
    for (const deadline = performance.now() + READY_MS_MAX; performance.now() < deadline;) {
      if (ended !== null) throw new Error(`${this.name} ended (${ended}) while it started:\n${this.output}`);
      const answer = await fetch(url, { signal: AbortSignal.timeout(PROBE_MS_MAX) }).catch(() => null);
      if (answer?.ok) return;
      await sleep(POLL_MS);
    }
    throw new Error(`${this.name} was not ready within ${READY_MS_MAX} ms:\n${this.output}`);
  }
}

export async function memoryOf(name: string, pid: number | undefined): Promise<Memory> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const mebibytes = (key: string) =>
    Number(new RegExp(`${key}:\\s+(\\d+) kB`).exec(status)?.[1] ?? NaN) / 1024;
  return { name, residentMiB: mebibytes('VmRSS'), peakMiB: mebibytes('VmHWM') };
}

/** utime and stime of proc_pid_stat(5), the 14th and 15th field; the name before them may hold spaces. */
async function cpuSecondsOf(pid: number | undefined): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(afterName[11] ?? NaN) + Number(afterName[12] ?? NaN)) / ticksPerSecond();
}

let ticks: number | null = null;
const ticksPerSecond = () => (ticks ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })));

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
