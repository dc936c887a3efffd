/** What an upload is and how long it lasts, by its content alone: names and declared types are often wrong. */
import { fileTypeFromBuffer } from 'file-type';
import { parseStream, type IFormat } from 'music-metadata';
import type { Readable } from 'node:stream';
import type { AudioType } from './audio-types.js';

export interface AudioSource {
  bytes: number;
  /** From the first byte; asked for more than once. */
  read(): Readable;
}

export type Inspected =
  { contentType: AudioType; seconds: number | null } | { refused: 'AUDIO_UNSUPPORTED' | 'AUDIO_UNREADABLE' };

/** Enough to tell any container by its beginning, also behind a long ID3 tag's header. */
const BEGINNING_BYTES = 4_100;
/** A file that takes longer to measure is not one that a recorder made. */
const MEASURE_MS_MAX = 10_000;

/** As file-type names what it finds, cut before its parameters. */
const KINDS: Readonly<Record<string, AudioType>> = {
  'audio/wav': 'audio/wav',
  'audio/mpeg': 'audio/mpeg',
  'audio/mp4': 'audio/mp4',
  'audio/x-m4a': 'audio/mp4',
  'video/mp4': 'audio/mp4',
  'audio/ogg': 'audio/ogg',
  'application/ogg': 'audio/ogg',
  'audio/webm': 'audio/webm',
  'video/webm': 'audio/webm',
};

export async function inspectAudio(source: AudioSource): Promise<Inspected> {
  const found = await fileTypeFromBuffer(await beginningOf(source));
  const contentType = KINDS[found?.mime.split(';', 1)[0] ?? ''];
  if (!contentType) return { refused: 'AUDIO_UNSUPPORTED' };
  const format = await formatOf(source, contentType);
  if (!format?.numberOfChannels && !format?.sampleRate) return { refused: 'AUDIO_UNREADABLE' };
  return { contentType, seconds: secondsOf(format, source.bytes) };
}

async function beginningOf(source: AudioSource): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of source.read() as AsyncIterable<Buffer>) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes >= BEGINNING_BYTES) break;
  }
  return Buffer.concat(pieces).subarray(0, BEGINNING_BYTES);
}

/** Null where the container is broken. */
async function formatOf(source: AudioSource, mimeType: AudioType): Promise<IFormat | null> {
  const stream = source.read();
  const late = setTimeout(() => stream.destroy(new Error('not measured in time')), MEASURE_MS_MAX);
  try {
    const info = { mimeType, size: source.bytes };
    const { format } = await parseStream(stream, info, { duration: true, skipCovers: true });
    return format;
  } catch {
    return null;
  } finally {
    clearTimeout(late);
    stream.destroy();
  }
}

/** Recorders that stream do not know the length when they write it down: no file lasts longer than its bytes. */
function secondsOf({ duration, bitrate, container }: IFormat, bytes: number): number | null {
  if (duration === undefined || !Number.isFinite(duration) || duration < 0) return null;
  const isUncompressed = container === 'WAVE' && bitrate !== undefined && bitrate > 0;
  const seconds = isUncompressed ? Math.min(duration, (bytes * 8) / bitrate) : duration;
  return Math.round(seconds * 100) / 100;
}
