import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { apiKeyFromFile } from './api-key-file.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'drafthorse-key-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('makes one key for all processes that start at once, and keeps it', async () => {
  const dataDir = path.join(folder, 'data');
  const started = await Promise.all(Array.from({ length: 10 }, () => apiKeyFromFile(dataDir)));
  expect(new Set(started.map(({ apiKey }) => apiKey)).size).toBe(1);
  expect(started.filter(({ created }) => created)).toHaveLength(1);
  expect(await apiKeyFromFile(dataDir)).toMatchObject({ apiKey: started[0]!.apiKey, created: false });
  expect(await readdir(dataDir)).toEqual(['api-key']);
});

it('lets nobody else read the key', async () => {
  const { file } = await apiKeyFromFile(folder);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

it('makes keys that cannot be guessed', async () => {
  expect((await apiKeyFromFile(folder)).apiKey).toMatch(/^dh_[\w-]{43}$/);
});

it('refuses an emptied file instead of starting without a key', async () => {
  await writeFile(path.join(folder, 'api-key'), '');
  await expect(apiKeyFromFile(folder)).rejects.toThrow('is empty');
});
