/** Where the embedded PostgreSQL keeps its things, and who may reach them. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, readlink, rename, rm, stat, symlink } from 'node:fs/promises';
import path from 'node:path';

/**
 * Where binaries and clusters go when root runs the program from a place (say /root) that the unprivileged
 * user PostgreSQL must run as cannot enter. Written by root only, so nobody can plant binaries in it.
 */
export const SYSTEM_FOLDER = '/var/lib/drafthorse';

/** The account PostgreSQL's processes run as; null: our own, which is not root. */
export type RunAs = { uid: number; gid: number } | null;

export interface ClusterPaths {
  dataDir: string;
  /** The name of the cluster in the data folder: a folder, or a link to one in SYSTEM_FOLDER. */
  cluster: string;
  password: string;
  log: string;
  lock: string;
}

export function clusterPaths(dataDir: string): ClusterPaths {
  const absolute = path.resolve(dataDir);
  return {
    dataDir: absolute,
    cluster: path.join(absolute, 'postgres'),
    password: path.join(absolute, 'postgres.password'),
    log: path.join(absolute, 'postgres.log'),
    lock: path.join(absolute, 'postgres.lock'),
  };
}

/**
 * PostgreSQL refuses to run as root. An existing cluster runs as its owner; a new one as `postgres` where
 * the machine has that account, else as `nobody`.
 */
export async function chooseAccount(cluster: string): Promise<RunAs> {
  if (process.getuid?.() !== 0) return null;
  const existing = await stat(cluster).catch(() => null);
  if (existing && existing.uid !== 0) return { uid: existing.uid, gid: existing.gid };
  const account = accountOf('postgres') ?? accountOf('nobody');
  if (!account)
    throw new Error(
      'PostgreSQL refuses to run as root and this machine has neither the account "postgres" nor "nobody". ' +
        'Run as an ordinary user, or set DATABASE_URL.',
    );
  return account;
}

function accountOf(name: string): RunAs {
  const id = (flag: string) =>
    Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return null;
  }
}

/** Whether the account can enter the folder: search permission on it and on every folder above it. */
export async function canEnter(folder: string, account: RunAs): Promise<boolean> {
  if (!account) return true;
  for (let current = path.resolve(folder); ; current = path.dirname(current)) {
    const { uid, gid, mode } = await stat(current);
    const searchBit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & searchBit) === 0) return false;
    if (current === path.dirname(current)) return true;
  }
}

/**
 * The folder the cluster lives in (or will): inside the data folder when the account can get there, else in
 * SYSTEM_FOLDER with a link in the data folder.
 */
export async function prepareClusterFolder(paths: ClusterPaths, account: RunAs): Promise<string> {
  const linked = await readlink(paths.cluster).catch(() => null);
  if (linked) return linked;
  if (!account || (await lstat(paths.cluster).catch(() => null))) return paths.cluster;

  // Our own folder we may open up for passing through (not for reading); folders above it are not ours.
  const { mode } = await stat(paths.dataDir);
  if (!(await canEnter(paths.dataDir, account))) await chmod(paths.dataDir, (mode & 0o777) | 0o011);
  if (await canEnter(paths.dataDir, account)) return paths.cluster;

  const name = createHash('sha256').update(`${paths.dataDir}:${Date.now()}`).digest('hex').slice(0, 16);
  const relocated = path.join(SYSTEM_FOLDER, 'clusters', name);
  await mkdir(path.dirname(relocated), { recursive: true });
  // Said again because the umask may have taken it away.
  for (const folder of [SYSTEM_FOLDER, path.dirname(relocated)]) await chmod(folder, 0o755);
  const link = `${paths.cluster}.link`;
  await rm(link, { force: true });
  await symlink(relocated, link);
  await rename(link, paths.cluster);
  return relocated;
}

/** Removes a stopped cluster, wherever it lives, and the data folder. */
export async function removeClusterFolder(paths: ClusterPaths): Promise<void> {
  const linked = await readlink(paths.cluster).catch(() => null);
  if (linked?.startsWith(`${SYSTEM_FOLDER}/`)) await rm(linked, { recursive: true, force: true });
  await rm(paths.dataDir, { recursive: true, force: true });
}
