/**
 * Files as rows of at most 1 MiB. Each chunk is a statement of its own: a transaction as long as an upload would
 * hold back the visible end of the event log for everyone.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { Database } from '../database/database.js';
import { chunksOf } from './chunks.js';
import {
  FILE_CHUNK_BYTES_MAX,
  FileStoreError,
  type FileStore,
  type FileUpload,
  type StoredFile,
} from './file-store.js';
import { limited } from './spool.js';

const INSERT_CHUNK = `
  INSERT INTO file_chunks (workspace_id, upload_id, ordinal, content) VALUES ($1, $2, $3, $4)`;

/** Nothing when the file was there already. */
const INSERT_FILE = `
  INSERT INTO files (workspace_id, file_id, upload_id, bytes, sha256) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (file_id) DO NOTHING
  RETURNING file_id`;

const SELECT_FILE = `
  SELECT upload_id, bytes::text AS bytes, encode(sha256, 'hex') AS sha256
    FROM files WHERE workspace_id = $1 AND file_id = $2`;

const SELECT_CHUNK = `
  SELECT content FROM file_chunks WHERE workspace_id = $1 AND upload_id = $2 AND ordinal = $3`;

/** Spares a file that was finished by a statement whose answer got lost. */
const DELETE_UNFINISHED = `
  DELETE FROM file_chunks
   WHERE workspace_id = $1 AND upload_id = $2
     AND NOT EXISTS (SELECT FROM files WHERE files.workspace_id = $1 AND files.upload_id = file_chunks.upload_id)`;

const DELETE_FILE = `
  WITH removed AS (DELETE FROM files WHERE workspace_id = $1 AND file_id = $2 RETURNING upload_id)
  DELETE FROM file_chunks USING removed
   WHERE file_chunks.workspace_id = $1 AND file_chunks.upload_id = removed.upload_id`;

const DELETE_ABANDONED = `
  WITH abandoned AS (
    SELECT upload_id FROM file_chunks
     WHERE ordinal = 0 AND stored_at < $1
       AND NOT EXISTS (SELECT FROM files WHERE files.upload_id = file_chunks.upload_id)
  ), removed AS (
    DELETE FROM file_chunks USING abandoned WHERE file_chunks.upload_id = abandoned.upload_id
    RETURNING file_chunks.upload_id
  )
  SELECT count(DISTINCT upload_id)::integer AS uploads FROM removed`;

interface FileRow {
  upload_id: string;
  bytes: string;
  sha256: string;
}

export class PostgresFileStore implements FileStore {
  constructor(private readonly database: Database) {}

  async put({ fileId, workspaceId, content, bytesMax }: FileUpload): Promise<StoredFile> {
    const uploadId = randomUUID();
    try {
      const { bytes, digest } = await this.storeChunks(uploadId, workspaceId, content, bytesMax);
      const sha256 = digest.toString('hex');
      const inserted = await this.database.query(INSERT_FILE, [workspaceId, fileId, uploadId, bytes, digest]);
      if (inserted.rowCount === 1) return { fileId, bytes, sha256, outcome: 'stored' };
      await this.database.query(DELETE_UNFINISHED, [workspaceId, uploadId]);
      return await this.describe(workspaceId, fileId, sha256);
    } catch (error) {
      // What cannot be removed now is removed by deleteAbandoned; the upload's own error is the one to tell.
      await this.database.query(DELETE_UNFINISHED, [workspaceId, uploadId]).catch(() => undefined);
      throw error;
    }
  }

  async *open({ fileId, workspaceId }: { fileId: string; workspaceId: string }): AsyncIterable<Buffer> {
    const file = await this.find(workspaceId, fileId);
    if (!file) throw new FileStoreError('FILE_NOT_FOUND', `no file ${fileId}`);
    const chunks = Math.ceil(Number(file.bytes) / FILE_CHUNK_BYTES_MAX);
    for (let ordinal = 0; ordinal < chunks; ordinal++) {
      const { rows } = await this.database.query<{ content: Buffer }>(SELECT_CHUNK, [
        workspaceId,
        file.upload_id,
        ordinal,
      ]);
      // A reader that loses its file midway must not take the part it saw for the whole.
      if (!rows[0]) throw new FileStoreError('FILE_NOT_FOUND', `file ${fileId} was deleted while being read`);
      yield rows[0].content;
    }
  }

  async delete({ fileId, workspaceId }: { fileId: string; workspaceId: string }): Promise<void> {
    await this.database.query(DELETE_FILE, [workspaceId, fileId]);
  }

  async deleteAbandoned(before: Date): Promise<number> {
    const { rows } = await this.database.query<{ uploads: number }>(DELETE_ABANDONED, [before]);
    return rows[0]?.uploads ?? 0;
  }

  async directUrl(): Promise<null> {
    return null;
  }

  private async storeChunks(
    uploadId: string,
    workspaceId: string,
    content: AsyncIterable<Buffer>,
    bytesMax: number,
  ) {
    const hash = createHash('sha256');
    let bytes = 0;
    let ordinal = 0;
    for await (const chunk of chunksOf(limited(content, bytesMax), FILE_CHUNK_BYTES_MAX)) {
      hash.update(chunk);
      bytes += chunk.length;
      await this.database.query(INSERT_CHUNK, [workspaceId, uploadId, ordinal++, chunk]);
    }
    return { bytes, digest: hash.digest() };
  }

  private async describe(workspaceId: string, fileId: string, sha256: string): Promise<StoredFile> {
    const file = await this.find(workspaceId, fileId);
    if (!file) throw new FileStoreError('FILE_NOT_FOUND', 'the file id belongs to another workspace');
    const outcome = file.sha256 === sha256 ? 'same' : 'different';
    return { fileId, bytes: Number(file.bytes), sha256: file.sha256, outcome };
  }

  private async find(workspaceId: string, fileId: string): Promise<FileRow | undefined> {
    return (await this.database.scope(workspaceId).query<FileRow>(SELECT_FILE, [fileId]))[0];
  }
}
