/** What every file store promises. One line per implementation runs it: `fileStoreContract(open)`. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FILE_CHUNK_BYTES_MAX, FileStoreError, type FileStore } from '../../src/platform/files/file-store.js';

export interface OpenedFiles {
  files: FileStore;
  close(): Promise<void>;
}

export function fileStoreContract(open: () => Promise<OpenedFiles>): void {
  const workspaceId = randomUUID();
  let opened: OpenedFiles;
  let files: FileStore;
  beforeAll(async () => {
    opened = await open();
    files = opened.files;
  });
  afterAll(() => opened?.close());

  async function* pieces(...content: Buffer[]): AsyncGenerator<Buffer> {
    yield* content;
  }
  const put = (fileId: string, bytesMax: number, ...content: Buffer[]) =>
    files.put({ fileId, workspaceId, content: pieces(...content), bytesMax });
  const read = async (fileId: string, of = workspaceId) => {
    const chunks: Buffer[] = [];
    for await (const chunk of files.open({ fileId, workspaceId: of })) chunks.push(chunk);
    return chunks;
  };
  const textOf = async (fileId: string) => Buffer.concat(await read(fileId)).toString();
  const notFound = { name: FileStoreError.name, code: 'FILE_NOT_FOUND' };

  it('gives back what was put, in pieces of bounded size, with its size and digest', async () => {
    const content = randomBytes(2 * FILE_CHUNK_BYTES_MAX + 17);
    const fileId = randomUUID();
    const stored = await put(fileId, content.length, content.subarray(0, 5), content.subarray(5));
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(stored).toEqual({ fileId, bytes: content.length, sha256, outcome: 'stored' });
    const chunks = await read(fileId);
    expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThanOrEqual(FILE_CHUNK_BYTES_MAX);
    expect(Buffer.concat(chunks).equals(content)).toBe(true);
  });

  it('takes an empty file', async () => {
    const fileId = randomUUID();
    expect(await put(fileId, 10)).toMatchObject({ bytes: 0, outcome: 'stored' });
    expect(await textOf(fileId)).toBe('');
  });

  it('takes as many bytes as allowed and refuses one more, keeping nothing of it', async () => {
    expect(await put(randomUUID(), 10, Buffer.alloc(6), Buffer.alloc(4))).toMatchObject({ bytes: 10 });
    const fileId = randomUUID();
    const big = Buffer.alloc(FILE_CHUNK_BYTES_MAX + 1);
    await expect(put(fileId, FILE_CHUNK_BYTES_MAX, big)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
    await expect(read(fileId)).rejects.toMatchObject(notFound);
  });

  it('keeps nothing of an upload that broke off, and says why it did', async () => {
    async function* broken() {
      yield Buffer.alloc(FILE_CHUNK_BYTES_MAX + 1);
      throw new Error('connection lost');
    }
    const fileId = randomUUID();
    const upload = files.put({ fileId, workspaceId, content: broken(), bytesMax: 1e9 });
    await expect(upload).rejects.toThrow('connection lost');
    await expect(read(fileId)).rejects.toMatchObject(notFound);
    expect(await put(fileId, 10, Buffer.from('again'))).toMatchObject({ outcome: 'stored' });
  });

  it('keeps the first of two uploads of one file and describes it to the second', async () => {
    const fileId = randomUUID();
    const [one, other] = await Promise.all([
      put(fileId, 100, Buffer.from('same')),
      put(fileId, 100, Buffer.from('same')),
    ]);
    expect([one.outcome, other.outcome].sort()).toEqual(['same', 'stored']);
    const third = await put(fileId, 100, Buffer.from('different'));
    expect(third).toEqual({ ...one, outcome: 'different' });
    expect(await textOf(fileId)).toBe('same');
  });

  it("does not open or delete another workspace's file", async () => {
    const fileId = randomUUID();
    await put(fileId, 100, Buffer.from('mine'));
    await files.delete({ fileId, workspaceId: randomUUID() });
    await expect(read(fileId, randomUUID())).rejects.toMatchObject(notFound);
    expect(await textOf(fileId)).toBe('mine');
  });

  it('deletes once or twice, and a file that is gone may be put anew', async () => {
    const fileId = randomUUID();
    await put(fileId, 100, Buffer.from('one'));
    await files.delete({ fileId, workspaceId });
    await files.delete({ fileId, workspaceId });
    await expect(read(fileId)).rejects.toMatchObject(notFound);
    expect(await put(fileId, 100, Buffer.from('two'))).toMatchObject({ outcome: 'stored' });
    expect(await textOf(fileId)).toBe('two');
  });

  it('never shows a reader a part for the whole when the file is deleted meanwhile', async () => {
    const fileId = randomUUID();
    const content = randomBytes(3 * FILE_CHUNK_BYTES_MAX);
    await put(fileId, 1e9, content);
    const seen: Buffer[] = [];
    const reading = (async () => {
      for await (const chunk of files.open({ fileId, workspaceId })) {
        if (seen.length === 0) await files.delete({ fileId, workspaceId });
        seen.push(chunk);
      }
      return 'whole';
    })();
    const end = await reading.catch((error: unknown) => (error as FileStoreError).code);
    expect(end === 'whole' ? Buffer.concat(seen).equals(content) : end === 'FILE_NOT_FOUND').toBe(true);
  });

  it('has an address of its own that serves the file for a while, or none', async () => {
    const fileId = randomUUID();
    await put(fileId, 100, Buffer.from('listen'));
    const link = { fileId, workspaceId, contentType: 'audio/ogg' };
    const url = await files.directUrl({ ...link, seconds: 60 });
    if (url === null) return;
    const response = await fetch(url);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'audio/ogg']);
    expect(await response.text()).toBe('listen');
    const tampered = new URL(url);
    tampered.pathname = tampered.pathname.replace(fileId, randomUUID());
    expect((await fetch(tampered)).ok).toBe(false);
    await files.delete({ fileId, workspaceId });
    expect((await fetch(url)).status).toBe(404);
  });

  it('leaves files alone when it removes abandoned uploads', async () => {
    const fileId = randomUUID();
    await put(fileId, 100, Buffer.from('finished'));
    await files.deleteAbandoned(new Date(Date.now() + 60_000));
    expect(await textOf(fileId)).toBe('finished');
  });
}
