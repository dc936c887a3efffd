/**
 * Files in a folder that all processes share: one per file, under its workspace. A file is written beside its place and
 * linked into it when it is whole, which the file system does at most once.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  FILE_CHUNK_BYTES_MAX,
  FileStoreError,
  type FileStore,
  type FileUpload,
  type StoredFile,
} from './file-store.js';
import { limited } from './spool.js';

interface FileOf {
  fileId: string;
  workspaceId: string;
}

export class FolderFileStore implements FileStore {
  private readonly uploads: string;

  constructor(private readonly folder: string) {
    this.uploads = join(folder, '.uploads');
  }

  async put({ fileId, workspaceId, content, bytesMax }: FileUpload): Promise<StoredFile> {
    await mkdir(this.uploads, { recursive: true });
    const upload = join(this.uploads, randomUUID());
    try {
      const { bytes, sha256 } = await write(upload, limited(content, bytesMax));
      const path = this.pathOf({ fileId, workspaceId });
      await mkdir(join(path, '..'), { recursive: true });
      try {
        await link(upload, path);
        return { fileId, bytes, sha256, outcome: 'stored' };
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
        const there = await digestOf(createReadStream(path));
        return { fileId, ...there, outcome: there.sha256 === sha256 ? 'same' : 'different' };
      }
    } finally {
      await rm(upload, { force: true });
    }
  }

  async *open(file: FileOf): AsyncIterable<Buffer> {
    const content = createReadStream(this.pathOf(file), { highWaterMark: FILE_CHUNK_BYTES_MAX });
    try {
      yield* content as AsyncIterable<Buffer>;
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      throw new FileStoreError('FILE_NOT_FOUND', `no file ${file.fileId}`);
    }
  }

  async delete(file: FileOf): Promise<void> {
    await rm(this.pathOf(file), { force: true });
  }

  async deleteAbandoned(before: Date): Promise<number> {
    let abandoned = 0;
    for (const name of await namesIn(this.uploads)) {
      const upload = join(this.uploads, name);
      const found = await stat(upload).catch(() => null);
      if (!found || found.mtime >= before) continue;
      await rm(upload, { force: true });
      abandoned += 1;
    }
    return abandoned;
  }

  async directUrl(): Promise<null> {
    return null;
  }

  /** Ids come from us; one that is none of ours must not lead out of the folder all the same. */
  private pathOf({ fileId, workspaceId }: FileOf): string {
    for (const id of [fileId, workspaceId])
      if (!/^[0-9a-f-]{36}$/i.test(id)) throw new FileStoreError('FILE_NOT_FOUND', 'not the id of a file');
    return join(this.folder, workspaceId.toLowerCase(), fileId.toLowerCase());
  }
}

async function write(path: string, content: AsyncIterable<Buffer>) {
  const file = await open(path, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const piece of content) {
      hash.update(piece);
      await file.writeFile(piece);
      bytes += piece.length;
    }
    // What the log says is there must be there after a power cut, too.
    await file.sync();
    return { bytes, sha256: hash.digest('hex') };
  } finally {
    await file.close();
  }
}

async function digestOf(content: AsyncIterable<Buffer>) {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of content) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

const namesIn = (folder: string): Promise<string[]> =>
  readdir(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException | null)?.code;
