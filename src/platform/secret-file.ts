/** A secret that was given to nobody: made once and kept in a file. */
import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Trimmed; readable by the owner of the process only. Any number of processes may start at once: all get the same one.
 * Throws when the file is there and empty.
 */
export async function secretFromFile(
  file: string,
  make: () => string,
): Promise<{ secret: string; created: boolean }> {
  const existing = await secretIn(file);
  if (existing !== null) return { secret: existing, created: false };
  await mkdir(path.dirname(file), { recursive: true });
  // Written whole under another name, then linked: nobody ever reads half a secret, and the first link wins.
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, `${make().trim()}\n`, { mode: 0o600, flag: 'wx', flush: true });
  const created = await link(draft, file).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
  await rm(draft);
  const secret = await secretIn(file);
  if (secret === null) throw new Error(`${file} is empty; delete it and a new one is made`);
  return { secret, created };
}

/** Null where there is no such file, or nothing in it. */
export async function secretIn(file: string): Promise<string | null> {
  try {
    return (await readFile(file, 'utf8')).trim() || null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
