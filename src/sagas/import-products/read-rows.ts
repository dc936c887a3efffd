/**
 * An upload, row by row: NDJSON, CSV with a header, or a JSON array. Rows are parsed but not validated. A line that
 * cannot be parsed is a row with a problem, so that the good ones around it are still read.
 */
import { parse as parseCsv } from 'csv-parse';
import { StringDecoder } from 'node:string_decoder';
import { CORE_FIELDS } from '../../catalogue/product.js';
import type { ImportFormat } from '../../events/import.events.js';

export const IMPORT_LINE_CHARS_MAX = 100_000;

/** `line` counts from 1: lines of NDJSON, lines of a CSV (its header is line 1), elements of a JSON array. */
export type Row = { line: number; value: unknown } | { line: number; problem: string };

/** The upload as a whole cannot be read: not JSON, no header, not an array. */
export class UnreadableUploadError extends Error {
  readonly code = 'IMPORT_UNREADABLE';
}

export function readRows(format: ImportFormat, bytes: AsyncIterable<Buffer>): AsyncIterable<Row> {
  switch (format) {
    case 'ndjson':
      return readNdjson(bytes);
    case 'csv':
      return readCsv(bytes);
    case 'json':
      return readJsonArray(bytes);
  }
}

async function* readNdjson(bytes: AsyncIterable<Buffer>): AsyncIterable<Row> {
  let line = 0;
  for await (const text of lines(bytes)) {
    line += 1;
    if (text.trim() === '') continue;
    if (text.length > IMPORT_LINE_CHARS_MAX)
      yield { line, problem: `longer than ${IMPORT_LINE_CHARS_MAX} characters` };
    else yield parseJsonLine(line, text);
  }
}

function parseJsonLine(line: number, text: string): Row {
  try {
    return { line, value: JSON.parse(text) };
  } catch {
    return { line, problem: 'not valid JSON' };
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

interface CsvRecord {
  record: Record<string, string>;
  info: { lines: number };
}

async function* readCsv(upload: AsyncIterable<Buffer>): AsyncIterable<Row> {
  const { delimiter, bytes } = await headerDelimiter(upload);
  const rejected: Row[] = [];
  const parser = parseCsv({
    bom: true,
    columns: (header: string[]) => header.map((name) => name.trim()),
    delimiter,
    info: true,
    skip_empty_lines: true,
    max_record_size: IMPORT_LINE_CHARS_MAX,
    skip_records_with_error: true,
    on_skip: (error) => {
      rejected.push({ line: Number(error?.lines ?? 1), problem: error?.message ?? 'not valid CSV' });
      return undefined;
    },
  });
  const feeding = feed(bytes, parser);
  try {
    for await (const { record, info } of parser as AsyncIterable<CsvRecord>) {
      yield* rejected.splice(0);
      yield { line: info.lines, value: fromCsv(record) };
    }
    await feeding;
  } catch (error) {
    throw new UnreadableUploadError(`the CSV cannot be read: ${(error as Error).message}`, { cause: error });
  }
  yield* rejected.splice(0);
}

const DELIMITERS = [',', ';', '\t'] as const;

/**
 * The delimiter that the header has most of. One for the whole file: a cell may hold the others, and nobody who writes
 * with commas quotes a semicolon. Reads no further than the header; `bytes` is the upload from its beginning.
 */
async function headerDelimiter(
  upload: AsyncIterable<Buffer>,
): Promise<{ delimiter: string; bytes: AsyncIterable<Buffer> }> {
  const iterator = upload[Symbol.asyncIterator]();
  const seen: Buffer[] = [];
  const counts = new Map<string, number>(DELIMITERS.map((delimiter) => [delimiter, 0]));
  let isQuoted = false;
  let isOver = false;
  for (let length = 0; !isOver && length < IMPORT_LINE_CHARS_MAX;) {
    const piece = await iterator.next();
    if (piece.done) break;
    seen.push(piece.value);
    length += piece.value.length;
    // In UTF-8 these characters are these bytes, and no part of any other character.
    for (const character of piece.value.toString('latin1')) {
      if (character === '"') isQuoted = !isQuoted;
      isOver = !isQuoted && (character === '\n' || character === '\r');
      if (isOver) break;
      const count = isQuoted ? undefined : counts.get(character);
      if (count !== undefined) counts.set(character, count + 1);
    }
  }
  const [delimiter] = [...counts].reduce((most, next) => (next[1] > most[1] ? next : most));
  async function* bytes() {
    yield* seen;
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  return { delimiter, bytes: bytes() };
}

async function feed(bytes: AsyncIterable<Buffer>, parser: ReturnType<typeof parseCsv>): Promise<void> {
  try {
    for await (const chunk of bytes)
      if (!parser.write(chunk)) await new Promise<void>((drained) => parser.once('drain', drained));
    parser.end();
  } catch (error) {
    parser.destroy(error as Error);
  }
}

/** Core columns by name, every other column a custom field; an empty cell is no value. */
function fromCsv(record: Record<string, string>): unknown {
  const product: Record<string, unknown> = {};
  const fields: Record<string, string> = {};
  for (const [column, cell] of Object.entries(record)) {
    if (cell.trim() === '') continue;
    if ((CORE_FIELDS as readonly string[]).includes(column)) product[column] = cell;
    else fields[column] = cell;
  }
  return { ...product, fields };
}

async function* readJsonArray(bytes: AsyncIterable<Buffer>): AsyncIterable<Row> {
  const chunks: Buffer[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  let values: unknown;
  try {
    values = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (error) {
    throw new UnreadableUploadError('the upload is not valid JSON', { cause: error });
  }
  if (!Array.isArray(values)) throw new UnreadableUploadError('the upload is not a JSON array');
  for (const [index, value] of values.entries()) yield { line: index + 1, value };
}
