/**
 * The file store port: uploads that one process receives and a job of another reads. Content streams in both
 * directions in constant memory. Implementations: PostgreSQL (the default), a folder that all processes share, S3;
 * one contract suite for all (`test/contracts/file-store.contract.ts`).
 */

export const FILE_CHUNK_BYTES_MAX = 1_048_576;

export interface FileUpload {
  /** Given by the caller, so that whoever knows the thing a file belongs to knows the file. */
  fileId: string;
  workspaceId: string;
  content: AsyncIterable<Buffer>;
  /** Content beyond this throws FILE_TOO_LARGE; nothing of it is kept. */
  bytesMax: number;
}

export interface StoredFile {
  fileId: string;
  bytes: number;
  /** Lower-case hex. */
  sha256: string;
  /**
   * `stored`: now. Otherwise a file with this id was there already and is the one described; the new content,
   * which was the `same` or `different`, was dropped.
   */
  outcome: 'stored' | 'same' | 'different';
}

export interface FileLink {
  fileId: string;
  workspaceId: string;
  /** What the one who follows it is told the content is. */
  contentType: string;
  /** From now on, so long it leads there. */
  seconds: number;
}

export interface FileStore {
  /** Reads `content` to its end. When it throws, nothing is kept and the same error is thrown. */
  put(upload: FileUpload): Promise<StoredFile>;

  /**
   * The content from its beginning, in pieces of at most FILE_CHUNK_BYTES_MAX. Throws FILE_NOT_FOUND at the
   * first piece when there is no such file in the workspace. A reader whose file is deleted meanwhile gets the rest
   * or an error, never a part that looks like the whole.
   */
  open(file: { fileId: string; workspaceId: string }): AsyncIterable<Buffer>;

  /** Idempotent. */
  delete(file: { fileId: string; workspaceId: string }): Promise<void>;

  /** An address of the store's own that serves the content to whoever holds it; null where it has none. */
  directUrl(link: FileLink): Promise<string | null>;

  /** Removes what uploads left behind that began before `before` and never ended. Answers how many. */
  deleteAbandoned(before: Date): Promise<number>;
}

export const FILE_STORE = Symbol('FileStore');

export class FileStoreError extends Error {
  constructor(
    readonly code: 'FILE_TOO_LARGE' | 'FILE_NOT_FOUND',
    message: string,
  ) {
    super(message);
    this.name = 'FileStoreError';
  }
}
