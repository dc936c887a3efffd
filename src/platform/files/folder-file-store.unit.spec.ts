import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileStoreContract } from '../../../test/contracts/file-store.contract.js';
import { FolderFileStore } from './folder-file-store.js';

const newFolder = () => mkdtemp(join(tmpdir(), 'drafthorse-files-'));

fileStoreContract(async () => {
  const folder = await newFolder();
  return {
    files: new FolderFileStore(folder),
    close: () => rm(folder, { recursive: true }),
  };
});

describe('the folder', () => {
  let folder: string;
  let files: FolderFileStore;
  beforeEach(async () => {
    folder = await newFolder();
    files = new FolderFileStore(folder);
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('holds nothing but finished files, and loses what a process left that died writing', async () => {
    await mkdir(join(folder, '.uploads'));
    await writeFile(join(folder, '.uploads', randomUUID()), 'half');
    expect(await files.deleteAbandoned(new Date(Date.now() - 3_600_000))).toBe(0);
    expect(await files.deleteAbandoned(new Date(Date.now() + 60_000))).toBe(1);
    expect(await readdir(join(folder, '.uploads'))).toEqual([]);
  });

  it.each(['../../etc/passwd', '', '.', 'a/b'])('is not left by way of the id %j', async (fileId) => {
    const reading = files.open({ fileId, workspaceId: randomUUID() })[Symbol.asyncIterator]().next();
    await expect(reading).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(files.delete({ fileId: randomUUID(), workspaceId: fileId })).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
  });
});
