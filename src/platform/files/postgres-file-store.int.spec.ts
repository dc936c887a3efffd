import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { FILE_CHUNK_BYTES_MAX, FileStoreError } from './file-store.js';
import { PostgresFileStore } from './postgres-file-store.js';

const workspaceId = randomUUID();
let database: TestDatabase;
let files: PostgresFileStore;

beforeAll(async () => {
  database = await testDatabase();
  files = new PostgresFileStore(database.database);
});
afterAll(() => database?.drop());

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
const chunkRows = async () => {
  const { rows } = await database.database.query<{ count: number }>(
    'SELECT count(*)::integer FROM file_chunks',
  );
  return rows[0]!.count;
};

it('gives back what was put, in chunks, with its size and digest', async () => {
  const content = randomBytes(2 * FILE_CHUNK_BYTES_MAX + 17);
  const fileId = randomUUID();
  const stored = await put(fileId, content.length, content.subarray(0, 5), content.subarray(5));
  const sha256 = createHash('sha256').update(content).digest('hex');
  expect(stored).toEqual({ fileId, bytes: content.length, sha256, outcome: 'stored' });
  const chunks = await read(fileId);
  expect(chunks.map((chunk) => chunk.length)).toEqual([FILE_CHUNK_BYTES_MAX, FILE_CHUNK_BYTES_MAX, 17]);
  expect(Buffer.concat(chunks).equals(content)).toBe(true);
});

it('takes an empty file', async () => {
  const fileId = randomUUID();
  expect(await put(fileId, 10)).toMatchObject({ bytes: 0 });
  expect(await read(fileId)).toEqual([]);
});

it('takes as many bytes as allowed and refuses one more, keeping nothing of it', async () => {
  expect(await put(randomUUID(), 10, Buffer.alloc(6), Buffer.alloc(4))).toMatchObject({ bytes: 10 });
  const before = await chunkRows();
  const fileId = randomUUID();
  const big = Buffer.alloc(FILE_CHUNK_BYTES_MAX + 1);
  await expect(put(fileId, FILE_CHUNK_BYTES_MAX, big)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
  await expect(read(fileId)).rejects.toThrow(FileStoreError);
  expect(await chunkRows()).toBe(before);
});

it('keeps nothing of an upload that broke off, and says why it did', async () => {
  const before = await chunkRows();
  async function* broken() {
    yield Buffer.alloc(FILE_CHUNK_BYTES_MAX + 1);
    throw new Error('connection lost');
  }
  await expect(
    files.put({ fileId: randomUUID(), workspaceId, content: broken(), bytesMax: 1e9 }),
  ).rejects.toThrow('connection lost');
  expect(await chunkRows()).toBe(before);
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
  expect(Buffer.concat(await read(fileId)).toString()).toBe('same');
});

it("does not open or delete another workspace's file", async () => {
  const fileId = randomUUID();
  await put(fileId, 100, Buffer.from('mine'));
  await files.delete({ fileId, workspaceId: randomUUID() });
  await expect(read(fileId, randomUUID())).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  expect(Buffer.concat(await read(fileId)).toString()).toBe('mine');
});

it('deletes once or twice, and a reader midway learns of it', async () => {
  const fileId = randomUUID();
  await put(fileId, 1e9, Buffer.alloc(FILE_CHUNK_BYTES_MAX + 1));
  const reader = files.open({ fileId, workspaceId })[Symbol.asyncIterator]();
  await reader.next();
  await files.delete({ fileId, workspaceId });
  await files.delete({ fileId, workspaceId });
  await expect(reader.next()).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
});

it('removes abandoned uploads and leaves files alone', async () => {
  const fileId = randomUUID();
  await put(fileId, 100, Buffer.from('finished'));
  await database.database.query(
    'INSERT INTO file_chunks (workspace_id, upload_id, ordinal, content) VALUES ($1, $2, 0, $3), ($1, $2, 1, $3)',
    [workspaceId, randomUUID(), Buffer.from('half')],
  );
  expect(await files.deleteAbandoned(new Date(Date.now() - 3_600_000))).toBe(0);
  expect(await files.deleteAbandoned(new Date(Date.now() + 60_000))).toBe(1);
  expect(Buffer.concat(await read(fileId)).toString()).toBe('finished');
});
