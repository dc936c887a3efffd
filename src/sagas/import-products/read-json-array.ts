/**
 * A JSON array, element by element: parsed as a whole, an upload of two hundred megabytes of `{},` would be gigabytes of
 * objects. Holds one element.
 */
import { StringDecoder } from 'node:string_decoder';
import { IMPORT_LINE_CHARS_MAX, jsonRow, NOT_JSON, UnreadableUploadError, type Row } from './row.js';

/**
 * An element that cannot be told from what follows it ends the reading: behind a quote that is missing, everything else
 * would be read inside out. Throws UnreadableUploadError when that is the first one, or when it is no array at all.
 */
export async function* readJsonArray(bytes: AsyncIterable<Buffer>): AsyncIterable<Row> {
  const splitter = new ArraySplitter();
  const decoder = new StringDecoder('utf8');
  let line = 0;
  const rowOf = (text: string): Row => {
    const row = jsonRow((line += 1), text);
    if (line === 1 && isBroken(row)) throw new UnreadableUploadError('the upload is not valid JSON');
    return row;
  };
  for await (const chunk of bytes)
    for (const element of splitter.take(decoder.write(chunk))) {
      const row = rowOf(element);
      yield row;
      if (isBroken(row)) return;
    }
  for (const element of splitter.take(decoder.end())) yield rowOf(element);
  const rest = splitter.end();
  if (rest === null) return;
  if (line === 0) throw new UnreadableUploadError('the upload is not valid JSON');
  yield { line: line + 1, problem: rest };
}

const isBroken = (row: Row) => 'problem' in row && row.problem === NOT_JSON;

const WHITE_SPACE = /^[\s\uFEFF]*$/;

class ArraySplitter {
  private stage: 'before' | 'inside' | 'after' = 'before';
  private element = '';
  private depth = 0;
  private inString = false;
  private isEscaped = false;
  private isFirst = true;

  /** The elements that end in this piece. Throws UnreadableUploadError when the upload does not begin as an array. */
  *take(piece: string): Generator<string> {
    let start = 0;
    if (this.stage === 'before') {
      start = piece.search(/[^\s\uFEFF]/);
      if (start === -1) return;
      if (piece[start] !== '[') throw new UnreadableUploadError('the upload is not a JSON array');
      this.stage = 'inside';
      start += 1;
    }
    for (let index = start; index < piece.length && this.stage === 'inside'; index++) {
      const ends = this.step(piece[index]!);
      if (!ends) continue;
      const element = this.ended(piece.slice(start, index));
      start = index + 1;
      if (ends === ']') this.stage = 'after';
      // `[]` has no element; `[1,]` has one that is not valid.
      if (ends === ',' || !this.isFirst || !WHITE_SPACE.test(element)) yield element;
      this.isFirst = false;
    }
    this.keep(piece.slice(start));
  }

  /** What is wrong with the end of the upload; null: nothing. */
  end(): string | null {
    if (this.stage === 'after')
      return WHITE_SPACE.test(this.element) ? null : 'stands behind the end of the array';
    return 'the array does not end';
  }

  /** The character that ends an element of the array, or false. */
  private step(character: string): ',' | ']' | false {
    if (this.inString) {
      if (this.isEscaped) this.isEscaped = false;
      else if (character === '\\') this.isEscaped = true;
      else if (character === '"') this.inString = false;
      return false;
    }
    if (character === '"') this.inString = true;
    else if (character === '{' || character === '[') this.depth += 1;
    else if (this.depth > 0) this.depth -= character === '}' || character === ']' ? 1 : 0;
    else if (character === ',' || character === ']') return character;
    return false;
  }

  private ended(rest: string): string {
    this.keep(rest);
    const { element } = this;
    this.element = '';
    return element;
  }

  /** No more than tells that it is too long. */
  private keep(more: string): void {
    if (this.element.length <= IMPORT_LINE_CHARS_MAX)
      this.element += more.slice(0, IMPORT_LINE_CHARS_MAX + 1 - this.element.length);
  }
}
