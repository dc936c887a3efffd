import { describe, expect, it } from 'vitest';
import { clean, clip, displayWidth, fit, isolate } from './display.js';
import { tableLines } from './table.js';
import { formatMoney, formatTime, formatValue } from './values.js';

describe('the width of text', () => {
  it.each([
    ['iPhone 17', 9],
    ['', 0],
    ['قیمت', 4],
    // The half-space inside takes no column.
    ['نقره\u200cای', 6],
    // Nor do vowel signs.
    ['قیمتِ', 4],
    ['\u2068سبز\u2069', 3],
    ['\u001b[1mbold\u001b[22m', 4],
    ['手机', 4],
    ['👍', 2],
    ['e\u0301', 1],
  ])('of %j is %d', (text, columns) => expect(displayWidth(text)).toBe(columns));
});

describe('text from a catalogue', () => {
  it('cannot drive the terminal', () => {
    expect(clean('a\u001b[2Jb\u0007')).toBe('a\ufffd[2Jb\ufffd');
  });

  it('stays on its line', () => expect(clean('a\r\nb\u2028c')).toBe('a b c'));

  it('cannot turn around what stands beside it', () => expect(clean('a\u202eb\u2066c')).toBe('abc'));

  it('keeps its half-spaces', () => expect(clean('نقره\u200cای')).toBe('نقره\u200cای'));

  it('is isolated where it runs from right to left, and only there', () => {
    expect(isolate('سبز')).toBe('\u2068سبز\u2069');
    expect(isolate('green')).toBe('green');
    expect(isolate('17')).toBe('17');
  });

  it('is cut at a letter, never inside one', () => {
    expect(clip('iPhone 17 Pro', 9)).toBe('iPhone 1…');
    expect(clip('手机壳', 4)).toBe('手…');
    expect(clip('سبز', 3)).toBe('سبز');
  });

  it('is padded outside its isolate', () => {
    expect(fit(['سبز'], { columns: 5, align: 'left' })).toBe('\u2068سبز\u2069  ');
    expect(fit(['9.00'], { columns: 6, align: 'right' })).toBe('  9.00');
  });
});

describe('several values in one cell', () => {
  const parts = ['رنگ', ' ', 'سفید', ' → ', 'مشکی'];

  it('keep their order, each in its own direction', () => {
    expect(fit(parts, { columns: 15, align: 'left' })).toBe(
      '\u2068رنگ\u2069 \u2068سفید\u2069 → \u2068مشکی\u2069',
    );
  });

  it.each([1, 3, 4, 8, 11, 14])('are cut to %d columns exactly', (columns) => {
    const text = fit(parts, { columns, align: 'left' });
    expect(displayWidth(text)).toBe(columns);
    expect(text.trimEnd().replace(/\u2069$/, '')).toMatch(/…$/);
  });
});

describe('a table', () => {
  const columns = [
    { title: 'SKU' },
    { title: 'Name', shrinks: true },
    { title: 'Price', align: 'right' as const },
  ];
  const rows = [
    ['FA-1', 'مانتو اداری سرمه\u200cای', '49.00'],
    ['IP17', 'iPhone 17 256 GB Silver', '1,799.00'],
  ];

  it('ends every column where it ends in the other rows, whatever the script', () => {
    const [, rule, ...lines] = tableLines({ columns, rows });
    for (const line of lines) expect(displayWidth(line)).toBe(displayWidth(rule ?? ''));
  });

  it('shortens names, never amounts, to the width of the terminal', () => {
    const lines = tableLines({ columns, rows }, 30);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(30);
    expect(lines.join('\n')).toContain('1,799.00');
    expect(lines.join('\n')).toContain('iPhone 17 256…');
  });

  it('gives up at eight columns a name rather than show nothing', () => {
    expect(tableLines({ columns, rows }, 5).join('\n')).toContain('iPhone…');
  });
});

describe('values', () => {
  it('group the digits of money without a float', () => {
    expect(formatMoney('42500000.00')).toBe('42,500,000.00');
    expect(formatMoney('9007199254740993.01')).toBe('9,007,199,254,740,993.01');
    expect(formatMoney('900.00')).toBe('900.00');
    expect(formatMoney('n/a')).toBe('n/a');
  });

  it('say when there is none', () => {
    expect(formatValue('color', null)).toBe('—');
    expect(formatValue('stock', 1_200)).toBe('1,200');
    expect(formatValue('storage', '256 GB')).toBe('256 GB');
  });

  it('show a time to the second, and what is no time as it is', () => {
    expect(formatTime('2026-01-31T09:05:07.123Z')).toMatch(/^2026-0[12]-\d\d \d\d:\d\d:07$/);
    expect(formatTime('yesterday')).toBe('yesterday');
  });
});
