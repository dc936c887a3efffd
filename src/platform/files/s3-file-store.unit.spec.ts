import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { fileStoreContract } from '../../../test/contracts/file-store.contract.js';
import { startS3Server } from '../../../test/support/s3-server.js';
import { S3FileStore } from './s3-file-store.js';

fileStoreContract(async () => {
  const server = await startS3Server();
  const files = new S3FileStore(server.settings);
  return {
    files,
    close: async () => {
      files.close();
      await server.close();
    },
  };
});

it('is refused by a server that does not know its key, with an error that holds neither key nor signature', async () => {
  const server = await startS3Server();
  const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'wrong-secret' };
  const files = new S3FileStore({ ...server.settings, credentials });
  const content = (async function* () {
    yield Buffer.from('x');
  })();
  const put = files.put({ fileId: randomUUID(), workspaceId: randomUUID(), content, bytesMax: 10 });
  const error: Error = await put.then(
    () => expect.unreachable(),
    (reason: Error) => reason,
  );
  expect(JSON.stringify(error) + String(error)).not.toContain('wrong-secret');
  files.close();
  await server.close();
});
