/**
 * PostgreSQL servers of tests' own. A spec that holds transactions open needs one: the visible end of the log
 * is held back for every database of a server.
 */
import { mkdtemp, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lockOwner } from '../../src/platform/database/embedded/lock.js';
import { clusterPaths } from '../../src/platform/database/embedded/files.js';
import {
  removeEmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/platform/database/embedded-postgres.js';

const PREFIX = 'drafthorse-test-';

export interface TestCluster {
  url: string;
  /** Stops the server and removes its folder. */
  remove(): Promise<void>;
}

/** `durable`: with fsync, for measuring what production would do. */
export async function startTestCluster({ durable = false } = {}): Promise<TestCluster> {
  const dataDir = await mkdtemp(path.join(tmpdir(), PREFIX));
  const remove = () => removeEmbeddedPostgres(dataDir);
  try {
    const server = await startEmbeddedPostgres({ dataDir, durable });
    return {
      url: server.url,
      remove: async () => {
        await server.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** A spec may kill the owner of its folder and start it again: only what lay untouched this long is abandoned. */
const ABANDONED_AFTER_MS = 60 * 60 * 1_000;

/** Takes away what killed test runs left behind: servers and folders. */
export async function removeAbandonedClusters(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const paths = clusterPaths(path.join(tmpdir(), name));
    const touched = await stat(paths.dataDir).catch(() => null);
    if (!touched || Date.now() - touched.mtimeMs < ABANDONED_AFTER_MS) continue;
    if ((await lockOwner(paths.lock)) === null)
      await removeEmbeddedPostgres(paths.dataDir).catch(() => undefined);
  }
}
