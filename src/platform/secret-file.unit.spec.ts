import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { secretFromFile, secretIn } from './secret-file.js';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'drafthorse-secret-'));
  file = path.join(folder, 'deep', 'secret');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a secret in a file', () => {
  it('is made once, for its owner only, and is the same for all who start at once', async () => {
    const starts = Array.from({ length: 8 }, () => secretFromFile(file, randomUUID));
    const answers = await Promise.all(starts);
    expect(new Set(answers.map(({ secret }) => secret)).size).toBe(1);
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(path.dirname(file))).toEqual(['secret']);
    expect(await secretFromFile(file, randomUUID)).toEqual({ secret: answers[0]!.secret, created: false });
    expect((await readFile(file, 'utf8')).trim()).toBe(await secretIn(file));
  });

  it('is none where there is no file', async () => {
    expect(await secretIn(file)).toBe(null);
  });

  it('is not made where a file stands that has lost it', async () => {
    await writeFile(path.join(folder, 'empty'), '\n');
    await expect(secretFromFile(path.join(folder, 'empty'), randomUUID)).rejects.toThrow('is empty');
  });
});
