/** CSV with a header, row by row. Holds the rows of one chunk of the upload. */
import { parse as parseCsv, type Parser } from 'csv-parse';
import { finished } from 'node:stream/promises';
import { unescapedCell } from '../../catalogue/formula-cell.js';
import { CORE_FIELDS } from '../../catalogue/product.js';
import { IMPORT_LINE_CHARS_MAX, reason, UnreadableUploadError, type Row } from './row.js';

/** More than a workspace has fields; every row costs as much as there are columns. */
export const IMPORT_COLUMNS_MAX = 2_000;

const TOO_LONG = `longer than ${IMPORT_LINE_CHARS_MAX} characters; nothing behind it was read`;
const COLUMN_CHARS_SHOWN = 100;

/** What has been read of the upload, and whether that is all that will be. */
interface Reading {
  rows: Row[];
  isOver: boolean;
}

/**
 * A record without end ends the reading: whatever follows may be part of it. Throws UnreadableUploadError, also when that
 * is the header.
 */
export async function* readCsv(upload: AsyncIterable<Buffer>): AsyncIterable<Row> {
  const { delimiter, bytes } = await headerDelimiter(upload);
  const reading: Reading = { rows: [], isOver: false };
  const parser = csvParser(delimiter, reading);
  try {
    for await (const chunk of bytes) {
      // The parser works while it is written to, and what it finds goes to `rows`: nothing ever waits inside it.
      parser.write(chunk);
      if (parser.errored) throw parser.errored;
      yield* reading.rows.splice(0);
      if (reading.isOver) return;
    }
    const ended = finished(parser.resume());
    parser.end();
    await ended;
  } catch (error) {
    if (error instanceof UnreadableUploadError) throw error;
    throw new UnreadableUploadError(`the CSV cannot be read: ${(error as Error).message}`, { cause: error });
  } finally {
    parser.destroy();
  }
  yield* reading.rows;
}

function csvParser(delimiter: string, reading: Reading): Parser {
  let isHeader = true;
  const parser = parseCsv({
    bom: true,
    columns: (header: string[]) => {
      isHeader = false;
      return columnsOf(header);
    },
    delimiter,
    skip_empty_lines: true,
    max_record_size: IMPORT_LINE_CHARS_MAX,
    skip_records_with_error: true,
    on_skip: (error) => {
      if (reading.isOver) return undefined;
      reading.isOver = error?.code === 'CSV_MAX_RECORD_SIZE';
      if (reading.isOver && isHeader) throw new UnreadableUploadError('the header of the CSV has no end');
      const message = reading.isOver ? TOO_LONG : (error?.message ?? 'not valid CSV');
      reading.rows.push({ line: Number(error?.lines ?? 1), problem: reason(message) });
      return undefined;
    },
    on_record: (record: Record<string, string>, { lines }) => {
      if (!reading.isOver) reading.rows.push({ line: lines, value: fromCsv(record) });
      return null;
    },
  });
  // What goes wrong is read from `errored`; without a listener it would end the process.
  parser.on('error', () => undefined);
  return parser;
}

function columnsOf(header: string[]): string[] {
  const columns = header.map((name) => name.trim());
  if (columns.length > IMPORT_COLUMNS_MAX)
    throw new UnreadableUploadError(`the CSV has more than ${IMPORT_COLUMNS_MAX} columns`);
  const twice = columns.find((name, index) => name !== '' && columns.indexOf(name) < index);
  if (twice !== undefined)
    throw new UnreadableUploadError(`the column ${twice.slice(0, COLUMN_CHARS_SHOWN)} stands twice`);
  // It would not become a key of the record, but whatever the record inherits from.
  if (columns.includes('__proto__')) throw new UnreadableUploadError('__proto__ is not the name of a column');
  return columns;
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

/** Core columns by name, every other column a custom field; an empty cell is no value. */
function fromCsv(record: Record<string, string>): unknown {
  const product: Record<string, unknown> = {};
  const fields: Record<string, string> = {};
  for (const [column, cell] of Object.entries(record)) {
    if (cell.trim() === '') continue;
    const value = unescapedCell(cell);
    if ((CORE_FIELDS as readonly string[]).includes(column)) product[column] = value;
    else fields[column] = value;
  }
  return { ...product, fields };
}
