/** A server that speaks the protocol of S3, on this machine, with the conditional writes that s3rver lacks. */
import S3rver from '@20minutes/s3rver';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Settings } from '../../src/platform/files/s3-file-store.js';

const BUCKET = 'recordings';

export interface S3Server {
  /** What a client signs with is checked. */
  settings: S3Settings;
  /** How many it holds. */
  objects(): Promise<number>;
  close(): Promise<void>;
}

export async function startS3Server(prefix = 'drafthorse'): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), 'drafthorse-s3-'));
  const s3 = new S3rver({ directory, silent: true, configureBuckets: [{ name: BUCKET, configs: [] }] });
  await s3.configureBuckets();
  const answer = s3.callback();
  const writing = new Set<string>();
  const server = createServer((request, response) => {
    const key = (request.url ?? '').split('?', 1)[0]!;
    if (request.method !== 'PUT' || request.headers['if-none-match'] !== '*')
      return void answer(request, response);
    // As S3 says it: 409 while another is being written, 412 once there is one.
    if (writing.has(key)) return void response.writeHead(409).end();
    writing.add(key);
    response.once('close', () => writing.delete(key));
    void s3.store
      .existsObject(BUCKET, decodeURIComponent(key.slice(BUCKET.length + 2)))
      .then((exists) => (exists ? response.writeHead(412).end() : answer(request, response)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    settings: {
      bucket: BUCKET,
      prefix,
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      pathStyle: true,
      // The only pair that the server knows.
      credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    },
    objects: async () => (await s3.store.listObjects(BUCKET, { maxKeys: 1_000 })).objects.length,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(directory, { recursive: true, force: true });
    },
  };
}
