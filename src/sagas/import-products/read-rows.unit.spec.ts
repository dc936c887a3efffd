import { describe, expect, it } from 'vitest';
import type { ImportFormat } from '../../events/import.events.js';
import { readProduct } from './import-row.js';
import { IMPORT_COLUMNS_MAX } from './read-csv.js';
import { readRows, UnreadableUploadError } from './read-rows.js';
import { IMPORT_LINE_CHARS_MAX, REASON_CHARS_MAX, type Row } from './row.js';

const PIECES = [1, 3, 64, 1_048_576];

async function* cut(content: string | Buffer, size: number): AsyncIterable<Buffer> {
  const bytes = Buffer.from(content as string);
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function rowsOf(format: ImportFormat, content: string | Buffer, size = 64): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of readRows(format, cut(content, size))) rows.push(row);
  return rows;
}

const valuesOf = (rows: Row[]) => rows.map((row) => ('problem' in row ? row.problem : row.value));

describe('a JSON array', () => {
  it.each(PIECES)('is read element by element, in whatever pieces of %i bytes it arrives', async (size) => {
    const elements = [{ sku: 'a,]"\\' }, { fields: { b: '[{é' } }, [], 'x', 1, null, { سکو: ['۱', {}] }];
    for (const indent of [undefined, 2])
      expect(
        valuesOf(await rowsOf('json', `\ufeff ${JSON.stringify(elements, null, indent)}\n`, size)),
      ).toEqual(elements);
    expect(await rowsOf('json', ' [ ] ', size)).toEqual([]);
  });

  it.each(['', '  ', '{}', '"[]"', '[', '[{"sku": ', '[}', '[nonsense]', '[,{}]'])(
    'that is none is unreadable: %j',
    async (text) => await expect(rowsOf('json', text)).rejects.toBeInstanceOf(UnreadableUploadError),
  );

  it('that breaks off, or goes on behind its end, is read up to there and says so', async () => {
    expect(valuesOf(await rowsOf('json', '[{"a":1},{"b"'))).toEqual([{ a: 1 }, 'the array does not end']);
    expect(valuesOf(await rowsOf('json', '[{"a":1}] [{"b":2}]'))).toEqual([
      { a: 1 },
      'stands behind the end of the array',
    ]);
    expect(valuesOf(await rowsOf('json', '[1,]'))).toEqual([1, 'not valid JSON']);
  });

  it('is not read inside out behind a quote that is missing', async () => {
    const rows = await rowsOf('json', '[{"a":"x"},{"a":"y},{"a":z"},{"b":1}]');
    expect(valuesOf(rows)).toEqual([{ a: 'x' }, 'not valid JSON']);
  });
});

describe('a row of any format', () => {
  const lines = (...texts: string[]) => texts.join('\n');

  it('that is too long is refused alone, however long it is', async () => {
    const long = `"${'x'.repeat(3 * IMPORT_LINE_CHARS_MAX)}"`;
    const tooLong = `longer than ${IMPORT_LINE_CHARS_MAX} characters`;
    expect(valuesOf(await rowsOf('ndjson', lines('1', long, '2')))).toEqual([1, tooLong, 2]);
    expect(valuesOf(await rowsOf('json', `[1,${long},2]`))).toEqual([1, tooLong, 2]);
  });

  it.each([
    ['{"sku":"a","sku":"b"}', 'holds a key twice'],
    ['{"fields":{"__proto__":"x"}}', 'holds the key __proto__ or constructor.prototype'],
    ['['.repeat(50_000), 'nested too deep'],
    ['{"a":', 'not valid JSON'],
  ])('of NDJSON is refused: %.30s', async (text, problem) => {
    expect(valuesOf(await rowsOf('ndjson', lines('1', text, '2')))).toEqual([1, problem, 2]);
  });

  it.each(['ndjson', 'csv', 'json'] as const)(
    'in another encoding than UTF-8 is not guessed at: %s',
    async (format) => {
      const latin = Buffer.from('sku,name\nA,caf\xe9\n', 'latin1');
      await expect(rowsOf(format, latin)).rejects.toThrow('the upload is not UTF-8');
      await expect(rowsOf(format, Buffer.from('["é', 'utf8').subarray(0, 3))).rejects.toThrow('not UTF-8');
    },
  );
});

describe('CSV', () => {
  it.each(PIECES)('is read in whatever pieces of %i bytes it arrives', async (size) => {
    const text = '\ufeffsku; name ;price;farbe\r\nA;"x;""y""\nz";1,5;rot\r\n\r\nB;x;1;\r\n';
    expect(await rowsOf('csv', text, size)).toEqual([
      { line: 3, value: { sku: 'A', name: 'x;"y"\nz', price: '1,5', fields: { farbe: 'rot' } } },
      { line: 5, value: { sku: 'B', name: 'x', price: '1', fields: {} } },
    ]);
  });

  it('takes the apostrophe of an escaped formula away, and no other', async () => {
    const text = "sku,name,note\n'=1+1,''-5,'80s\n";
    expect(valuesOf(await rowsOf('csv', text))).toEqual([
      { sku: '=1+1', name: "'-5", fields: { note: "'80s" } },
    ]);
  });

  it('names bad rows where they stand, in their order among the good ones', async () => {
    const rows = await rowsOf('csv', 'sku,name\nA,x\nB\nC,y\nD,z,1\n', 4);
    expect(rows.map((row) => ('problem' in row ? 'bad' : (row.value as { sku: string }).sku))).toEqual([
      'A',
      'bad',
      'C',
      'bad',
    ]);
  });

  it.each([
    ['a column that stands twice', 'sku,name,name\nA,x,y\n', 'the column name stands twice'],
    ['a column that is a prototype', 'sku,__proto__\nA,x\n', '__proto__ is not the name of a column'],
    ['a million columns', `${'c,'.repeat(1_000_000)}\n`, 'has no end'],
    ['one column too many', `${numbered(IMPORT_COLUMNS_MAX + 1)}\n`, 'columns'],
    ['a header that never ends', `"${'x'.repeat(1_000_000)}`, 'has no end'],
  ])('with %s is unreadable', async (_, text, message) => {
    await expect(rowsOf('csv', text)).rejects.toThrow(message);
  });

  it('with a quoted cell that never ends is read up to there', async () => {
    const rows = await rowsOf('csv', `sku,name\nA,x\nB,"${'y'.repeat(1_000_000)}`);
    expect(rows[0]).toMatchObject({ value: { sku: 'A' } });
    expect(rows.slice(1).every((row) => 'problem' in row)).toBe(true);
  });
});

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`).join(',');

it('a reason never holds what the log cannot, nor more than a reason needs', () => {
  const keys = { '\u0000': 1, '\ud800': 1, ['x'.repeat(5_000)]: 1 };
  const read = readProduct({ sku: 'A', name: 'x', price: '1', stock: 1, ...keys });
  const { problem } = read as { problem: string };
  expect(problem.length).toBeLessThanOrEqual(REASON_CHARS_MAX);
  expect(problem.isWellFormed() && !problem.includes('\u0000')).toBe(true);
});
