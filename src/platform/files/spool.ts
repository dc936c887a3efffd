/**
 * An upload on this machine's disk while it is looked at: arrived whole, of known size and digest, readable as often as
 * need be. The file has no name any more once it is open, so a process that dies leaves nothing behind.
 */
import { createHash, randomUUID } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { FileStoreError } from './file-store.js';

const PIECE_BYTES = 65_536;

export class Spool implements AsyncDisposable {
  private constructor(
    private readonly file: FileHandle,
    readonly bytes: number,
    /** Lower-case hex. */
    readonly sha256: string,
  ) {}

  /** Reads `content` to its end. Throws FILE_TOO_LARGE at the piece that passes the limit, and what `content` throws. */
  static async of(content: AsyncIterable<Buffer>, bytesMax: number): Promise<Spool> {
    const path = join(tmpdir(), `drafthorse-upload-${randomUUID()}`);
    const file = await open(path, 'wx+', 0o600);
    try {
      await unlink(path);
      const hash = createHash('sha256');
      let bytes = 0;
      for await (const piece of limited(content, bytesMax)) {
        hash.update(piece);
        await file.writeFile(piece);
        bytes += piece.length;
      }
      return new Spool(file, bytes, hash.digest('hex'));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** From the first byte, as often as need be. Not a stream of the handle's own: ending one would close the file. */
  read(): Readable {
    return Readable.from(this.pieces(), { objectMode: false });
  }

  private async *pieces(): AsyncGenerator<Buffer> {
    for (let position = 0; position < this.bytes;) {
      const { buffer, bytesRead } = await this.file.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES, position);
      if (bytesRead === 0) throw new Error('the spooled upload is shorter than it was');
      yield buffer.subarray(0, bytesRead);
      position += bytesRead;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.file.close();
  }
}

/** Stops at the piece that passes the limit, not at the end of an endless upload. */
export async function* limited(content: AsyncIterable<Buffer>, bytesMax: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const piece of content) {
    bytes += piece.length;
    if (bytes > bytesMax) throw new FileStoreError('FILE_TOO_LARGE', `more than ${bytesMax} bytes`);
    yield piece;
  }
}
