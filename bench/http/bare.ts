/** The bare server of `bench/peers/http/`, beside ours on the same database. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, Program } from '../program.js';

/** What its constant handlers answer: what ours answered to the same requests. */
export interface BareBodies {
  draft: unknown;
  product: unknown;
  list: unknown;
  search: unknown;
}

export interface BareEnvironment extends Record<string, string> {
  PORT: string;
  DATABASE_URL: string;
  WORKSPACE_ID: string;
  BODIES_FILE: string;
}

export interface BareServer {
  /** Handlers that answer a body they hold. */
  constantUrl: string;
  /** Handlers that fetch it from PostgreSQL. */
  selectingUrl: string;
  /** Of its process, so far. */
  cpuSeconds(): Promise<number>;
  stop(): Promise<void>;
}

export async function startBareServer(options: {
  databaseUrl: string;
  workspaceId: string;
  /** Null where only its POST is asked. */
  bodies: BareBodies | null;
}): Promise<BareServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'drafthorse-bare-'));
  const bodiesFile = path.join(folder, 'bodies.json');
  await writeFile(bodiesFile, JSON.stringify(options.bodies));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const environment: BareEnvironment = {
    PORT: String(port),
    DATABASE_URL: options.databaseUrl,
    WORKSPACE_ID: options.workspaceId,
    BODIES_FILE: bodiesFile,
    NODE_ENV: 'production',
  };
  const entry = 'bench/peers/http/bare-server.ts';
  const program = await Program.start({ name: 'bare Fastify', entry, environment, readyUrl: `${url}/ready` });
  return {
    constantUrl: `${url}/constant`,
    selectingUrl: `${url}/pg`,
    cpuSeconds: () => program.cpuSeconds(),
    stop: async () => {
      await program.stop();
      await rm(folder, { recursive: true });
    },
  };
}
