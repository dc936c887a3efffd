/** An archive as it is stored: a line of JSON per event, as the log has it. Personal texts are sealed there, and so they are here. */
import type { RecordedEvent } from '../../events/contract.js';
import type { FileStore } from '../../platform/files/file-store.js';

/** What one upload to an S3 store may have. */
export const ARCHIVE_BYTES_MAX = 5_000_000_000;
const PIECE_CHARS = 256_000;

const lineOf = ({ position, ...event }: RecordedEvent) =>
  `${JSON.stringify({ ...event, position: position.toString() })}\n`;

async function* contentOf(events: AsyncIterable<RecordedEvent>): AsyncGenerator<Buffer> {
  let piece = '';
  for await (const event of events) {
    piece += lineOf(event);
    if (piece.length < PIECE_CHARS) continue;
    yield Buffer.from(piece);
    piece = '';
  }
  if (piece !== '') yield Buffer.from(piece);
}

/**
 * Stores the archive once: where a run before this one has stored it, that one stands, and it is the one described.
 */
export async function storeArchive(
  files: FileStore,
  archive: { archiveId: string; workspaceId: string },
  events: AsyncIterable<RecordedEvent>,
): Promise<{ bytes: number; sha256: string }> {
  const { bytes, sha256 } = await files.put({
    fileId: archive.archiveId,
    workspaceId: archive.workspaceId,
    content: contentOf(events),
    bytesMax: ARCHIVE_BYTES_MAX,
  });
  return { bytes, sha256 };
}
