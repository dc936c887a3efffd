/** What an upload is: by its content type where that says so, by its first character where it does not. */
import type { ImportFormat } from '../../events/import.events.js';
import { Problem } from '../problems/problem.js';

export const IMPORT_TYPES = ['application/x-ndjson', 'text/csv', 'application/json'];

const FORMAT_BY_TYPE: Record<string, ImportFormat> = {
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
  'application/x-jsonlines': 'ndjson',
  'text/csv': 'csv',
  'application/csv': 'csv',
};

/** What clients send when nobody told them a type; and JSON, which is often said of NDJSON. */
const SNIFFED_TYPES = new Set([
  '',
  'application/json',
  'text/plain',
  'application/octet-stream',
  'application/x-www-form-urlencoded',
]);

/** White space before the first character of an upload beyond which it counts as empty. */
export const LEADING_SPACE_BYTES_MAX = 65_536;

export interface Recognised {
  format: ImportFormat;
  /** The whole upload, from its first byte. */
  content: AsyncIterable<Buffer>;
}

/** Reads no further than the first character that is not white space. Throws EMPTY_BODY, UNSUPPORTED_MEDIA_TYPE. */
export async function recognise(
  contentType: string | undefined,
  upload: AsyncIterable<Buffer>,
): Promise<Recognised> {
  const type = (contentType ?? '').split(';', 1)[0]!.trim().toLowerCase();
  const declared = FORMAT_BY_TYPE[type];
  if (!declared && !SNIFFED_TYPES.has(type)) throw unsupported(`${type} is not read as products.`);
  const { first, content } = await peek(upload);
  if (first === null) throw new Problem('EMPTY_BODY', { detail: 'The upload holds nothing.' });
  const format = declared ?? formatOf(first, type);
  if (format) return { format, content };
  throw unsupported('The upload starts neither like JSON nor like NDJSON; a CSV is sent as text/csv.');
}

function formatOf(first: string, type: string): ImportFormat | null {
  if (first === '[') return 'json';
  if (first === '{') return 'ndjson';
  return type === 'text/plain' || type === '' ? 'csv' : null;
}

const unsupported = (detail: string) =>
  new Problem('UNSUPPORTED_MEDIA_TYPE', { detail, extensions: { supported: IMPORT_TYPES } });

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const WHITE_SPACE = new Set([0x20, 0x09, 0x0a, 0x0d, ...BYTE_ORDER_MARK]);

async function peek(
  upload: AsyncIterable<Buffer>,
): Promise<{ first: string | null; content: AsyncIterable<Buffer> }> {
  const iterator = upload[Symbol.asyncIterator]();
  const seen: Buffer[] = [];
  let bytes = 0;
  let first: string | null = null;
  while (first === null && bytes < LEADING_SPACE_BYTES_MAX) {
    const piece = await iterator.next();
    if (piece.done) break;
    seen.push(piece.value);
    bytes += piece.value.length;
    const byte = piece.value.find((value) => !WHITE_SPACE.has(value));
    first = byte === undefined ? null : String.fromCharCode(byte);
  }
  async function* content() {
    yield* seen;
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  return { first, content: content() };
}
