/** The real program with some of its roles, as one of several processes; its health is asked over HTTP. */
import { spawn, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { BUILT_ENVIRONMENT, built } from './built.js';
import { freePort } from './free-port.js';
import type { Environment } from './server.js';
import { until } from './until.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const READY_MS_MAX = 90_000;
const STOP_MS_MAX = 60_000;
const LOG_CHARS_KEPT = 10_000;

const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

export interface RoleProcess {
  url: string;
  log(): string;
  /** As GET /health/ready answers. */
  ready(): Promise<{ ready: boolean; reason: string | null }>;
  /** Resolves when it has ended, with how. */
  end(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** `environment` names ROLES. Resolves at once; wait with `untilReady`. */
export async function startRole(environment: Environment): Promise<RoleProcess> {
  const port = await freePort();
  const child = spawn(process.execPath, [built('src/main.ts')], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      TMPDIR: tmpdir(),
      ...BUILT_ENVIRONMENT,
      LOG_LEVEL: 'warn',
      ...environment,
      PORT: String(port),
      HEALTH_PORT: String(port),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let log = '';
  const keep = (chunk: Buffer) => (log = (log + chunk.toString()).slice(-LOG_CHARS_KEPT));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once('exit', (code, signal) => {
      children.delete(child);
      resolve({ code, signal });
    }),
  );
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    log: () => log,
    ready: async () => {
      const response = await fetch(`${url}/health/ready`);
      const { reason = null } = (await response.json()) as { reason?: string | null };
      return { ready: response.ok, reason };
    },
    end: async (signal) => {
      child.kill(signal);
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
      try {
        return await exited;
      } finally {
        clearTimeout(late);
      }
    },
  };
}

export async function untilReady(...processes: RoleProcess[]): Promise<void> {
  for (const each of processes)
    await until('a process is ready', async () => (await each.ready()).ready, READY_MS_MAX).catch(
      (error: unknown) => {
        throw new Error(`not ready:\n${each.log()}`, { cause: error });
      },
    );
}
