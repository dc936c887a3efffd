/** The counts and how far they go, in one JSON file that is replaced whole: there is never one without the other. */
import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { nothingYet } from './counts.mjs';

/** @returns {Promise<import('./counts.mjs').State>} */
export async function load(file) {
  const text = await readFile(file, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return nothingYet();
  const state = JSON.parse(text);
  if (state.version !== 1) throw new Error(`${file} was written by another version`);
  return state;
}

/** On disk, as one: what a crash leaves is the file of before or the file of after. */
export async function save(file, state) {
  const part = `${file}.part`;
  const handle = await open(part, 'w');
  try {
    await handle.writeFile(`${JSON.stringify(state, null, 1)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(part, file);
  const folder = await open(path.dirname(path.resolve(file)), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Two processes on one file would each undo what the other counted. Answers how to let go. */
export async function claim(file) {
  const lock = `${file}.lock`;
  for (;;) {
    try {
      await writeFile(lock, String(process.pid), { flag: 'wx' });
      return () => rm(lock, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = Number(await readFile(lock, 'utf8').catch(() => '0'));
    if (holder !== process.pid && isAlive(holder))
      throw new Error(`process ${holder} is counting into ${file} already`);
    // Left behind by one that was killed.
    await rm(lock, { force: true });
  }
}

function isAlive(pid) {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
