/** Making a cluster, and refusing one that this program cannot use. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Binaries } from './binaries.js';
import type { ClusterPaths, RunAs } from './files.js';
import { SUPERUSER, cleanEnvironment } from './postmaster.js';

/**
 * Character types that know Persian letters, first that the system has. Under `C`, pg_trgm sees no Persian
 * letter at all and says nothing. Collation stays `C`: byte order, the same on every machine and upgrade.
 */
const CHARACTER_TYPES = ['C.UTF-8', 'en_US.UTF-8', 'C.utf8', 'en_US.utf8', 'en_GB.UTF-8', 'fa_IR.UTF-8'];

export interface ClusterOptions {
  binaries: Binaries;
  account: RunAs;
  paths: ClusterPaths;
  /** Where the cluster's files are: `paths.cluster` or what it links to. */
  folder: string;
  durable: boolean;
}

/** Makes the cluster when there is none. Answers the superuser's password. */
export async function ensureCluster(options: ClusterOptions): Promise<string> {
  const version = await readFile(path.join(options.folder, 'PG_VERSION'), 'utf8').catch(notThere);
  if (version === null) return createCluster(options);

  if (Number.parseInt(version, 10) !== options.binaries.majorVersion)
    throw new Error(
      `${options.paths.cluster} was written by PostgreSQL ${version.trim()}, this program carries ` +
        `PostgreSQL ${options.binaries.majorVersion}. Dump it with the old version and restore it into a new ` +
        'DATA_DIR, or run the old version elsewhere and set DATABASE_URL.',
    );
  return readFile(options.paths.password, 'utf8').catch((cause: unknown) => {
    throw new Error(`the password of the embedded PostgreSQL cannot be read: ${options.paths.password}`, {
      cause,
    });
  });
}

function notThere(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
  throw new Error(`the cluster cannot be read (was it made by another user?): ${error.message}`, {
    cause: error,
  });
}

/** Built beside its place and moved there when complete, so an interrupted start leaves nothing half-made. */
async function createCluster(options: ClusterOptions): Promise<string> {
  const parent = path.dirname(options.folder);
  const building = `${options.folder}.new`;
  await mkdir(parent, { recursive: true });
  await removeLeftovers(parent, path.basename(building));
  await rm(options.folder, { recursive: true, force: true });

  const password = randomBytes(24).toString('base64url');
  await writeFile(options.paths.password, password, { mode: 0o600 });
  const passwordFile = `${building}.password`;
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (options.account) await chown(passwordFile, options.account.uid, options.account.gid);

  try {
    const refusals: string[] = [];
    for (const characterType of CHARACTER_TYPES) {
      await rm(building, { recursive: true, force: true });
      await mkdir(building, { mode: 0o700 });
      if (options.account) await chown(building, options.account.uid, options.account.gid);
      const { code, output } = await initdb(options, building, passwordFile, characterType);
      if (code === 0) {
        await rename(building, options.folder);
        return password;
      }
      refusals.push(`${characterType}: ${output.trim().slice(-600)}`);
      if (!/invalid locale|locale name/i.test(output)) break;
    }
    throw new Error(`initdb could not make a cluster in ${options.folder}:\n${refusals.join('\n')}`);
  } finally {
    await removeLeftovers(parent, path.basename(building));
  }
}

async function removeLeftovers(parent: string, prefix: string): Promise<void> {
  for (const name of await readdir(parent))
    if (name.startsWith(prefix)) await rm(path.join(parent, name), { recursive: true, force: true });
}

function initdb(
  { binaries, account, durable }: ClusterOptions,
  folder: string,
  passwordFile: string,
  characterType: string,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(
    binaries.initdb,
    [
      `--pgdata=${folder}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale-provider=libc',
      '--locale=C',
      `--lc-ctype=${characterType}`,
      '--no-instructions',
      ...(durable ? [] : ['--no-sync']),
    ],
    { ...account, cwd: path.parse(folder).root, env: cleanEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
