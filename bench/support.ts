/** What the benchmarks of the whole program share: a server of its own, its database, figures. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Database } from '../src/platform/database/database.js';
import {
  removeEmbeddedPostgres,
  runningEmbeddedPostgres,
} from '../src/platform/database/embedded-postgres.js';
import { DrafthorseClient, type Draft } from '../src/terminal/client.js';
import { ServerProcess } from '../src/terminal/demo/server-process.js';

export interface BenchServer {
  /** One per simulated person: a client's reads wait for its own writes. */
  newClient(): DrafthorseClient;
  /** Beside the server, on the same database. */
  database: Database;
  memoryPeakMiB(): Promise<number>;
  stop(): Promise<void>;
}

/** The real program on the embedded default, fsync on, in a folder of its own. */
export async function startBenchServer(): Promise<BenchServer> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'drafthorse-bench-'));
  const apiKey = randomBytes(24).toString('base64url');
  const server = ServerProcess.spawn({ dataDir, apiKey });
  const never = new AbortController().signal;
  try {
    const url = await server.listening(never);
    const running = await runningEmbeddedPostgres(dataDir);
    if (!running) throw new Error('the server has no embedded database');
    const database = new Database({ url: running.url, poolSizeMax: 2, applicationName: 'bench' });
    return {
      newClient: () => new DrafthorseClient({ url, apiKey }),
      database,
      memoryPeakMiB: () => memoryPeakMiB(server.pid),
      stop: async () => {
        await database.close();
        await server.stop(never);
        await removeEmbeddedPostgres(dataDir);
        await rm(dataDir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await server.stop(never);
    throw error;
  }
}

/** Of the whole life of the process; NaN where the system does not say. */
async function memoryPeakMiB(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? NaN) / 1024;
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

/** `share` 0.5 is the median. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

export const median = (samples: readonly number[]) => quantile(samples, 0.5);
