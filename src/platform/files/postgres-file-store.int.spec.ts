import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileStoreContract } from '../../../test/contracts/file-store.contract.js';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { FILE_CHUNK_BYTES_MAX } from './file-store.js';
import { PostgresFileStore } from './postgres-file-store.js';

fileStoreContract(async () => {
  const { database, drop } = await testDatabase();
  return { files: new PostgresFileStore(database), close: drop };
});

describe('the rows of the files', () => {
  const workspaceId = randomUUID();
  let test: TestDatabase;
  let files: PostgresFileStore;
  beforeAll(async () => {
    test = await testDatabase();
    files = new PostgresFileStore(test.database);
  });
  afterAll(() => test?.drop());

  const chunkRows = async () => {
    const { rows } = await test.database.query<{ count: number }>(
      'SELECT count(*)::integer FROM file_chunks',
    );
    return rows[0]!.count;
  };

  it('are none for an upload that was refused or broke off', async () => {
    const before = await chunkRows();
    async function* broken() {
      yield Buffer.alloc(FILE_CHUNK_BYTES_MAX + 1);
      throw new Error('connection lost');
    }
    const upload = (bytesMax: number) =>
      files.put({ fileId: randomUUID(), workspaceId, content: broken(), bytesMax });
    await expect(upload(1e9)).rejects.toThrow('connection lost');
    await expect(upload(FILE_CHUNK_BYTES_MAX)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
    expect(await chunkRows()).toBe(before);
  });

  it('that a process left which died in an upload are removed, and no others', async () => {
    await test.database.query(
      'INSERT INTO file_chunks (workspace_id, upload_id, ordinal, content) VALUES ($1, $2, 0, $3), ($1, $2, 1, $3)',
      [workspaceId, randomUUID(), Buffer.from('half')],
    );
    expect(await files.deleteAbandoned(new Date(Date.now() - 3_600_000))).toBe(0);
    expect(await files.deleteAbandoned(new Date(Date.now() + 60_000))).toBe(1);
  });
});
