/** The owner's key of an installation that was given none: made once and kept in the data folder. */
import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generateApiKey } from './keys/api-key.js';

/** Readable by the owner of the process only. Any number of processes may start at once: all get the same key. */
export async function apiKeyFromFile(
  dataDir: string,
): Promise<{ apiKey: string; file: string; created: boolean }> {
  const file = path.resolve(dataDir, 'api-key');
  const existing = await read(file);
  if (existing) return { apiKey: existing, file, created: false };
  await mkdir(dataDir, { recursive: true });
  // Written whole under another name, then linked: nobody ever reads half a key, and the first link wins.
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, `${generateApiKey()}\n`, { mode: 0o600, flag: 'wx' });
  const created = await link(draft, file).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
  await rm(draft);
  const apiKey = await read(file);
  if (!apiKey) throw new Error(`${file} is empty; delete it and a new key is made`);
  return { apiKey, file, created };
}

async function read(file: string): Promise<string | null> {
  try {
    return (await readFile(file, 'utf8')).trim() || null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
