// Runs before every npm script that needs dependencies, on whatever Node the machine has, from a bare clone too:
// installs what the lockfile says unless exactly that is installed already. An argument names another package of ours.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
// Imported by `bin/drafthorse.mjs`, whose arguments are the user's words and no packages.
const isProgram = process.argv[1] === fileURLToPath(import.meta.url);
const packages = isProgram ? process.argv.slice(2) : [];

for (const folder of [root, ...packages.map((name) => `${root}${name}/`)]) {
  // A linked folder is somebody else's: npm would empty it under them.
  if (lstatSync(`${folder}node_modules`, { throwIfNoEntry: false })?.isSymbolicLink()) continue;
  const stampFile = `${folder}node_modules/.drafthorse-installed`;
  const wanted = createHash('sha256')
    .update(readFileSync(`${folder}package-lock.json`))
    .digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) continue;

  console.error('Installing dependencies (once)…');
  // The pinned `node` package and PostgreSQL's binaries arrive through install scripts.
  const args = [
    'ci',
    '--no-audit',
    '--no-fund',
    '--include=dev',
    '--ignore-scripts=false',
    '--loglevel=error',
  ];
  const npm = spawnSync('npm', args, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (npm.status !== 0) {
    console.error('npm ci failed; see above.');
    process.exit(npm.status ?? 1);
  }
  writeFileSync(stampFile, wanted);
}
