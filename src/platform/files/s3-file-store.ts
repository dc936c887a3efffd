/**
 * Files in a bucket of S3, or of a server that speaks its protocol: one object per file. An upload is spooled first, so
 * that it arrives in one request of known length: nothing half-written is ever left in the bucket. Of two uploads of one
 * file the first stays, by a conditional write.
 */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  type HeadObjectCommandOutput,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { chunksOf } from './chunks.js';
import {
  FILE_CHUNK_BYTES_MAX,
  FileStoreError,
  type FileLink,
  type FileStore,
  type FileUpload,
  type StoredFile,
} from './file-store.js';
import { Spool } from './spool.js';

export interface S3Settings {
  bucket: string;
  /** In front of every key, without slashes at its ends; may be empty. */
  prefix: string;
  region: string;
  /** Null: Amazon's of the region. */
  endpoint: string | null;
  /** The bucket in the path instead of the host name: most servers of one's own. */
  pathStyle: boolean;
  /** Null: as the machine provides them (roles, the standard variables). */
  credentials: { accessKeyId: string; secretAccessKey: string } | null;
}

interface FileOf {
  fileId: string;
  workspaceId: string;
}

const DIGEST = 'sha256';
const CONFLICTS_MAX = 10;
const CONFLICT_PAUSE_MS = 200;

export class S3FileStore implements FileStore {
  private readonly client: S3Client;

  /** Close it when done: it holds connections. */
  constructor(private readonly settings: S3Settings) {
    const { region, endpoint, pathStyle, credentials } = settings;
    this.client = new S3Client({
      region,
      forcePathStyle: pathStyle,
      ...(endpoint === null ? {} : { endpoint }),
      ...(credentials === null ? {} : { credentials }),
      // Servers of one's own do not all know the newer checksums; the digest in the metadata is ours.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  async put({ fileId, workspaceId, content, bytesMax }: FileUpload): Promise<StoredFile> {
    await using spool = await Spool.of(content, bytesMax);
    const { bytes, sha256 } = spool;
    const file = { fileId, workspaceId };
    const described = (await this.describe(file, sha256)) ?? (await this.upload(file, spool));
    return described ?? { fileId, bytes, sha256, outcome: 'stored' };
  }

  async *open(file: FileOf): AsyncIterable<Buffer> {
    const { Body } = await this.client.send(new GetObjectCommand(this.object(file))).catch(orNotFound(file));
    if (Body) yield* chunksOf(Body as Readable as AsyncIterable<Buffer>, FILE_CHUNK_BYTES_MAX);
  }

  async delete(file: FileOf): Promise<void> {
    await this.client.send(new DeleteObjectCommand(this.object(file)));
  }

  /** An upload leaves nothing behind. */
  async deleteAbandoned(): Promise<number> {
    return 0;
  }

  async directUrl({ contentType, seconds, ...file }: FileLink): Promise<string> {
    const command = new GetObjectCommand({
      ...this.object(file),
      ResponseContentType: contentType,
      ResponseCacheControl: 'private, no-store',
    });
    return getSignedUrl(this.client, command, { expiresIn: seconds });
  }

  close(): void {
    this.client.destroy();
  }

  /**
   * Null when it is stored; the file that was there first, when somebody else was quicker. While two are being written
   * S3 refuses one with 409: which of them is first is not settled yet.
   */
  private async upload(file: FileOf, spool: Spool): Promise<StoredFile | null> {
    for (let tried = 1; ; tried++)
      try {
        await this.putObject(file, spool);
        return null;
      } catch (error) {
        if (isStatus(error, 409) && tried < CONFLICTS_MAX) {
          await sleep(CONFLICT_PAUSE_MS);
          continue;
        }
        const first = isStatus(error, 412) ? await this.describe(file, spool.sha256) : null;
        if (first) return first;
        throw error;
      }
  }

  private async putObject(file: FileOf, spool: Spool): Promise<void> {
    await this.client.send(
      new PutObjectCommand({
        ...this.object(file),
        Body: spool.read(),
        ContentLength: spool.bytes,
        Metadata: { [DIGEST]: spool.sha256 },
        IfNoneMatch: '*',
      }),
    );
  }

  private async describe(file: FileOf, sha256: string): Promise<StoredFile | null> {
    const found = await this.head(file);
    if (!found) return null;
    const there = found.Metadata?.[DIGEST] ?? '';
    const outcome = there === sha256 ? 'same' : 'different';
    return { fileId: file.fileId, bytes: found.ContentLength ?? 0, sha256: there, outcome };
  }

  private async head(file: FileOf): Promise<HeadObjectCommandOutput | null> {
    try {
      return await this.client.send(new HeadObjectCommand(this.object(file)));
    } catch (error) {
      if (isStatus(error, 404)) return null;
      throw error;
    }
  }

  private object({ fileId, workspaceId }: FileOf) {
    const { bucket, prefix } = this.settings;
    return { Bucket: bucket, Key: [prefix, workspaceId, fileId].filter((part) => part !== '').join('/') };
  }
}

const isStatus = (error: unknown, status: number) =>
  error instanceof S3ServiceException && error.$metadata.httpStatusCode === status;

const orNotFound =
  ({ fileId }: FileOf) =>
  (error: unknown): never => {
    if (isStatus(error, 404)) throw new FileStoreError('FILE_NOT_FOUND', `no file ${fileId}`);
    throw error;
  };
