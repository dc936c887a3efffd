/**
 * An upload, row by row: NDJSON, CSV with a header, or a JSON array. Rows are parsed but not validated. A line that
 * cannot be parsed is a row with a problem, so that the good ones around it are still read.
 */
import { StringDecoder } from 'node:string_decoder';
import { setImmediate } from 'node:timers/promises';
import type { ImportFormat } from '../../events/import.events.js';
import { readCsv } from './read-csv.js';
import { readJsonArray } from './read-json-array.js';
import { IMPORT_LINE_CHARS_MAX, jsonRow, UnreadableUploadError, type Row } from './row.js';

export { UnreadableUploadError };

/** Of which a megabyte holds half a million. */
const ROWS_PER_TURN = 1_000;

/**
 * Throws UnreadableUploadError. Holds no more than a chunk of the upload and the rows in it, and lets others have their
 * turn: the rows of a chunk are there at once, and nothing else would run until the last of them.
 */
export async function* readRows(format: ImportFormat, upload: AsyncIterable<Buffer>): AsyncIterable<Row> {
  let read = 0;
  for await (const row of rowsOf(format, utf8Only(upload))) {
    yield row;
    if ((read += 1) % ROWS_PER_TURN === 0) await setImmediate();
  }
}

function rowsOf(format: ImportFormat, bytes: AsyncIterable<Buffer>): AsyncIterable<Row> {
  switch (format) {
    case 'ndjson':
      return readNdjson(bytes);
    case 'csv':
      return readCsv(bytes);
    case 'json':
      return readJsonArray(bytes);
  }
}

/** A catalogue in another encoding would be full of replacement characters, and nobody would know what stood there. */
async function* utf8Only(bytes: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of bytes) {
      decoder.decode(chunk, { stream: true });
      yield chunk;
    }
    decoder.decode();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error;
    throw new UnreadableUploadError('the upload is not UTF-8', { cause: error });
  }
}

async function* readNdjson(bytes: AsyncIterable<Buffer>): AsyncIterable<Row> {
  let line = 0;
  for await (const text of lines(bytes)) {
    line += 1;
    if (text.trim() === '') continue;
    yield jsonRow(line, text);
  }
}

/** Lines without their ends. A line beyond the limit is cut there: it will be refused by its length. */
async function* lines(bytes: AsyncIterable<Buffer>): AsyncIterable<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let isFirst = true;
  for await (const chunk of bytes) {
    let text = decoder.write(chunk);
    if (isFirst) text = text.replace(/^\uFEFF/, '');
    isFirst = isFirst && text === '';
    const parts = text.split('\n');
    parts[0] = rest + parts[0]!;
    rest = parts.pop()!.slice(0, IMPORT_LINE_CHARS_MAX + 1);
    for (const part of parts) yield part.replace(/\r$/, '').slice(0, IMPORT_LINE_CHARS_MAX + 1);
  }
  rest += decoder.end();
  if (rest !== '') yield rest;
}
