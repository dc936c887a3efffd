/**
 * One owner per data folder: a file naming the process that holds it. PostgreSQL's own postmaster.pid keeps
 * two servers out of one cluster; this one keeps two of our programs from fighting over one server.
 */
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { isAlive, processBirth } from './process.js';

interface Owner {
  pid: number;
  birth: string | null;
  token: string;
}

export interface FolderLock {
  release(): void;
}

const ATTEMPTS_MAX = 10;

/** The living process that holds the lock, or null. */
export async function lockOwner(file: string): Promise<number | null> {
  const owner = await readOwner(file);
  return owner && isStillTheOwner(owner) ? owner.pid : null;
}

export async function acquireLock(file: string): Promise<FolderLock> {
  const mine: Owner = { pid: process.pid, birth: processBirth(process.pid), token: randomUUID() };
  const draft = `${file}.${mine.token}`;
  await writeFile(draft, JSON.stringify(mine), { mode: 0o644 });
  try {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      // A hard link either makes the complete file or fails: nobody reads a half-written owner.
      const taken = await link(draft, file).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'EEXIST') return false;
          throw error;
        },
      );
      if (taken) return { release: () => rmSync(file, { force: true }) };

      const owner = await readOwner(file);
      if (owner && isStillTheOwner(owner))
        throw new Error(
          `${file} is held by process ${owner.pid}: another Drafthorse runs on this data folder. ` +
            'Stop it, choose another DATA_DIR, or share one server with DATABASE_URL.',
        );
      if (owner) await setAside(file, owner);
    }
    throw new Error(`could not lock ${file}`);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Takes a dead owner's file away; puts it back when it turns out that a living one had just replaced it. */
async function setAside(file: string, dead: Owner): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  const moved = await rename(file, aside).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  const found = await readOwner(aside);
  if (found && found.token !== dead.token) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

async function readOwner(file: string): Promise<Owner | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return JSON.parse(text) as Owner;
  } catch {
    return { pid: 0, birth: null, token: '' };
  }
}

function isStillTheOwner(owner: Owner): boolean {
  return owner.pid > 0 && isAlive(owner.pid) && processBirth(owner.pid) === owner.birth;
}
