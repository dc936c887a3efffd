/** The broker's jars, fetched once by Maven into a cache folder that outlives clones. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** As in pom.xml. */
const KAFKA_VERSION = '4.1.1';
const DOWNLOAD_MS_MAX = 300_000;
const POM = path.join(import.meta.dirname, 'pom.xml');

const cacheFolder = () =>
  path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'drafthorse');

const isInstalled = (program: string) =>
  (process.env['PATH'] ?? '').split(path.delimiter).some((folder) => existsSync(path.join(folder, program)));

/** Null when a broker can be started here; otherwise what is missing. */
export function whatIsMissing(): string | null {
  if (!isInstalled('java')) return 'Java (17 or newer) is not installed';
  if (existsSync(jarsFolder())) return null;
  return isInstalled('mvn') ? null : 'Maven is not installed';
}

const jarsFolder = () => path.join(cacheFolder(), `kafka-${KAFKA_VERSION}`);

/** Folder of the jars. Any number of processes may ask at once: a folder that is there is complete. */
export async function fetchJars(): Promise<string> {
  const folder = jarsFolder();
  if (existsSync(folder)) return folder;
  await mkdir(cacheFolder(), { recursive: true });
  const fresh = await mkdtemp(path.join(cacheFolder(), 'fetching-'));
  try {
    await promisify(execFile)(
      'mvn',
      ['-B', '-q', '-f', POM, 'dependency:copy-dependencies', `-DoutputDirectory=${fresh}`],
      { timeout: DOWNLOAD_MS_MAX },
    );
    await rename(fresh, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
    return folder;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}
