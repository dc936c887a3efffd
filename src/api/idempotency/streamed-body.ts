/** A streamed body on its way to whoever reads it, hashed as it passes. */
import { createHash } from 'node:crypto';

export class StreamedBody implements AsyncIterable<Buffer> {
  private readonly hash = createHash('sha256');
  private readonly cut: ((piece: Buffer | null) => Buffer[]) | null;
  private digest: string | null = null;

  /** `boundary`: of a multipart form; every try of a request has another one, so it does not count. */
  constructor(
    private readonly body: AsyncIterable<Buffer>,
    boundary: string | null,
  ) {
    this.cut = boundary === null ? null : without(Buffer.from(boundary));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for await (const piece of this.body) {
      this.add(piece);
      yield piece;
    }
    this.add(null);
  }

  private add(piece: Buffer | null): void {
    const counted = this.cut ? this.cut(piece) : piece === null ? [] : [piece];
    for (const part of counted) this.hash.update(part);
  }

  /** SHA-256 in hex, once all of it has passed. */
  get print(): string {
    return (this.digest ??= this.hash.digest('hex'));
  }
}

/** What is left of a stream without this text, wherever the pieces are cut; null ends it. */
function without(text: Buffer): (piece: Buffer | null) => Buffer[] {
  let rest = Buffer.alloc(0);
  return (piece) => {
    if (piece === null) return [rest];
    const parts: Buffer[] = [];
    let left = Buffer.concat([rest, piece]);
    for (let at = left.indexOf(text); at >= 0; at = left.indexOf(text)) {
      parts.push(left.subarray(0, at));
      left = left.subarray(at + text.length);
    }
    // It may begin in what is at the end of this piece.
    const settled = Math.max(0, left.length - text.length + 1);
    parts.push(left.subarray(0, settled));
    rest = left.subarray(settled);
    return parts;
  };
}

/** Null: not a multipart form. */
export function boundaryOf(contentType: string | undefined): string | null {
  if (!/^multipart\//i.test(contentType ?? '')) return null;
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;]{1,70}))/i.exec(contentType!) ?? [];
  return quoted ?? plain ?? null;
}
