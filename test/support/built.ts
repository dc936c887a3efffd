/**
 * The program as plain JavaScript, for tests that start it again and again: two of three seconds of processor time of a
 * start went into translating and finding modules. File by file, in a folder of the same shape, named by what went
 * into it: whoever comes first makes it, for all workers and later runs.
 */
import { buildSync } from 'esbuild';
import { createHash, randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, globSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CACHE = path.join(ROOT, '.cache', 'built');
/** Of what was not used for this long, nobody runs a program any more. */
const KEPT_MS = 24 * 3_600_000;

/** Compiled code is kept as well; a process that is killed writes none, and one that ends does. */
export const BUILT_ENVIRONMENT = { NODE_COMPILE_CACHE: path.join(ROOT, '.cache', 'compiled') };

let folder: string | undefined;

/** From a file as the sources have it, say `src/main.ts`, to what `node` runs in its place. */
export function built(entry: string): string {
  folder ??= buildOnce();
  return path.join(folder, entry.replace(/\.ts$/, '.js'));
}

function buildOnce(): string {
  const sources = globSync('{src,test}/**/*.ts', { cwd: ROOT }).filter(
    (file) => !/\.(spec|d)\.ts$/.test(file),
  );
  const others = globSync('src/**/*.{sql,json}', { cwd: ROOT });
  const wanted = path.join(CACHE, printOf([...sources, ...others, 'package-lock.json', 'tsconfig.json']));
  if (existsSync(wanted)) return wanted;
  removeOld();
  const draft = path.join(CACHE, randomUUID());
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: sources,
    outdir: draft,
    outbase: ROOT,
    format: 'esm',
    platform: 'node',
    target: `node${process.versions.node}`,
    keepNames: true,
    logLevel: 'error',
  });
  for (const file of others) {
    mkdirSync(path.dirname(path.join(draft, file)), { recursive: true });
    copyFileSync(path.join(ROOT, file), path.join(draft, file));
  }
  try {
    renameSync(draft, wanted);
  } catch (error) {
    // Another worker was first.
    if (!existsSync(wanted)) throw error;
    rmSync(draft, { recursive: true });
  }
  return wanted;
}

function printOf(files: string[]): string {
  const hash = createHash('sha256');
  for (const file of files.toSorted()) {
    const { mtimeMs, size } = statSync(path.join(ROOT, file));
    hash.update(`${file}\0${mtimeMs}\0${size}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}

function removeOld(): void {
  for (const name of globSync('*', { cwd: CACHE })) {
    const old = path.join(CACHE, name);
    if (statSync(old).mtimeMs < Date.now() - KEPT_MS) rmSync(old, { recursive: true, force: true });
  }
}
