/** The default of one command and one folder: killed with its PostgreSQL beside it, and started on that folder again. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clusterPaths } from '../../src/platform/database/embedded/files.js';
import { removeEmbeddedPostgres } from '../../src/platform/database/embedded-postgres.js';
import { ApiClient } from '../support/api-client.js';
import { programEnvironment, startProgram, stopProgram, type RunningProgram } from '../support/server.js';
import { applyPatiently } from './kill-case.js';

const SKUS = ['EMB-1', 'EMB-2', 'EMB-3', 'EMB-4', 'EMB-5'];

let dataDir: string;
let program: RunningProgram | null = null;
const apiKey = randomBytes(24).toString('base64url');
const api = new ApiClient(() => program?.url ?? 'http://127.0.0.1:1', apiKey);
const start = async () =>
  (program = await startProgram({ ...programEnvironment(apiKey), DATA_DIR: dataDir }));

beforeAll(async () => {
  // The prefix under which an aborted run's folders and servers are found and taken away by the next one.
  dataDir = await mkdtemp(path.join(tmpdir(), 'drafthorse-test-'));
});
afterAll(async () => {
  program?.signal('SIGKILL');
  await program?.exited;
  await removeEmbeddedPostgres(dataDir);
});

async function programOnly() {
  const died = program!;
  died.signal('SIGKILL');
  await died.exited;
}

/** As in a power cut, but for what the operating system still holds: all memory of PostgreSQL is gone. */
async function programAndPostgres() {
  const pidFile = path.join(clusterPaths(dataDir).cluster, 'postmaster.pid');
  const postmaster = Number((await readFile(pidFile, 'utf8')).split('\n', 1)[0]);
  process.kill(postmaster, 'SIGKILL');
  await programOnly();
}

it('keeps everything through a death in the middle of work, and through a stop', async () => {
  await start();
  await api.importCatalogue(SKUS.map((sku) => ({ sku, name: `Stool ${sku}`, price: '100.00', stock: 1 })));
  const waiting = await api.preview('set the stock of sku EMB-1 to 9');
  for (const [index, dies] of [programOnly, programOnly, programAndPostgres].entries()) {
    const round = index + 1;
    const working = Promise.all(
      SKUS.map((sku) =>
        applyPatiently(api, `increase the price of sku ${sku} by 10`, { clientRequestId: randomUUID() }),
      ),
    );
    working.catch(() => undefined);
    await dies();
    await start();
    await working;
    for (const sku of SKUS)
      expect(await api.product(sku)).toMatchObject({ price: `${100 + 10 * round}.00`, version: 1 + round });
  }
  expect(await stopProgram(program!)).toEqual({ code: 0, signal: null });
  await start();
  expect(await api.products()).toHaveLength(SKUS.length);
  expect((await api.changeSets()).filter(({ draftId }) => draftId !== null)).toHaveLength(3 * SKUS.length);
  expect(await api.draft(waiting.draftId)).toMatchObject({ status: 'preview' });
  const trail = await api.audit();
  expect(trail.filter(({ type }) => type === 'Executed')).toHaveLength(3 * SKUS.length);
  const { components } = await api.get<{ components: Record<string, { deadLetters?: number }> }>(
    '/health/detailed',
  );
  for (const [name, { deadLetters = 0 }] of Object.entries(components))
    expect({ name, deadLetters }).toEqual({ name, deadLetters: 0 });
});

it('is not shared by two programs', async () => {
  await expect(startProgram({ ...programEnvironment(apiKey), DATA_DIR: dataDir })).rejects.toThrow(
    /is held by process/,
  );
  expect(await api.products()).toHaveLength(SKUS.length);
});
