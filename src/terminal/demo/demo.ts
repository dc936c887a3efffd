/** The whole demo: a server of its own, a catalogue, one change in each language and back. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DrafthorseClient, type ImportView } from '../client.js';
import { importLines, uploaded } from '../commands/import-file.js';
import type { Screen } from '../screen.js';
import { shown } from '../text/display.js';
import { formatSeconds, plural } from '../text/values.js';
import { playChapter, Surprise, type Stage } from './chapter.js';
import { DEMO_SENTENCES, sentencesFor } from './sentences.js';
import { ServerProcess } from './server-process.js';
import { takeSnapshot, type Snapshot } from './snapshot.js';

const DEMO_CATALOGUE = fileURLToPath(new URL('../../../examples/catalogues/demo.ndjson', import.meta.url));
const POLL_MS = 50;
const CAUGHT_UP_TIMEOUT_MS = 30_000;

export interface DemoOptions {
  /** Null: the catalogue that comes with the demo. */
  catalogue: string | null;
  screen: Screen;
  signal: AbortSignal;
  /** Aborted when somebody does not want to wait for an orderly end either. */
  hurry: AbortSignal;
}

/** Throws when anything is not as it should be; leaves neither a process nor a file behind, whatever happens. */
export async function runDemo(options: DemoOptions): Promise<void> {
  const { screen } = options;
  const started = performance.now();
  const dataDir = await mkdtemp(join(tmpdir(), 'drafthorse-demo-'));
  const apiKey = randomBytes(24).toString('base64url');
  const server = ServerProcess.spawn({ dataDir, apiKey });
  let stopped = false;
  try {
    const played = play(options, { server, apiKey });
    await Promise.race([played, server.unexpectedEnd()]);
  } finally {
    const progress = screen.progress('Stopping the server');
    stopped = await server.stop(options.hurry);
    progress.end('removing the data folder');
    await removeData(dataDir);
  }
  if (!stopped) throw new Surprise(`the server did not stop cleanly\n${server.lastLines()}`);
  screen.line();
  screen.line(`Stopped and cleaned up. The demo took ${formatSeconds(performance.now() - started)}.`);
}

/** The database may have been put elsewhere, behind a link, where its account can reach it. */
async function removeData(dataDir: string): Promise<void> {
  const database = await realpath(join(dataDir, 'postgres')).catch(() => null);
  for (const folder of [database, dataDir])
    if (folder !== null) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

async function play(
  { catalogue, screen, signal }: DemoOptions,
  { server, apiKey }: { server: ServerProcess; apiKey: string },
): Promise<void> {
  const file = catalogue === null ? DEMO_CATALOGUE : resolve(catalogue);
  const client = await started(server, { apiKey, screen, signal });
  const stage: Stage = { client, screen, signal };
  const imported = await uploaded(client, file, { screen, signal });
  screen.line(`Imported ${shown(file)}`);
  for (const line of importLines(imported, screen.columns)) screen.line(line);
  const products = imported.added + imported.updated + imported.unchanged;
  if (imported.status !== 'done' || products === 0) throw new Surprise('the catalogue was not imported');

  const snapshot = await caughtUp(stage, imported);
  const own = catalogue === null;
  await playChapter(stage, 'English', own ? [DEMO_SENTENCES.en] : sentencesFor(snapshot, 'en'));
  await playChapter(stage, 'Persian (فارسی)', own ? [DEMO_SENTENCES.fa] : sentencesFor(snapshot, 'fa'));
}

async function started(
  server: ServerProcess,
  { apiKey, screen, signal }: { apiKey: string; screen: Screen; signal: AbortSignal },
): Promise<DrafthorseClient> {
  const progress = screen.progress('Starting the server');
  try {
    progress.step('on a fresh data folder');
    const url = await server.listening(signal);
    progress.step(url);
    const client = new DrafthorseClient({ url, apiKey, signal });
    while (!(await client.isReady())) await delay(POLL_MS, undefined, { signal });
    progress.end('ready');
    return client;
  } finally {
    progress.end();
  }
}

/** An import answers when the log has it; the read model shows it a moment later. */
async function caughtUp({ client, signal }: Stage, { added }: ImportView): Promise<Snapshot> {
  const deadline = performance.now() + CAUGHT_UP_TIMEOUT_MS;
  for (;;) {
    const snapshot = await takeSnapshot(client);
    if (snapshot.size === added) return snapshot;
    if (performance.now() > deadline)
      throw new Surprise(`${plural(added, 'product')} were imported, ${snapshot.size} can be seen`);
    await delay(POLL_MS, undefined, { signal });
  }
}
