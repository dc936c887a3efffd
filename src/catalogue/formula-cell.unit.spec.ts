import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapedCell, unescapedCell } from './formula-cell.js';

const DANGEROUS = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

describe('a cell of CSV', () => {
  it.each(DANGEROUS)('that begins with %j begins with an apostrophe instead', (first) => {
    expect(escapedCell(`${first}cmd|'/C calc'!A0`)).toBe(`'${first}cmd|'/C calc'!A0`);
  });

  it.each(['iPhone', "'80s", "'", '', '5-pack', ' =1', 'نقره‌ای', "''"])(
    'that is harmless stays: %j',
    (text) => {
      expect(escapedCell(text)).toBe(text);
      expect(unescapedCell(text)).toBe(text);
    },
  );

  it('comes back as it was, whatever it was, and is never a formula in between', () => {
    const text = fc.string({ unit: fc.constantFrom("'", ...DANGEROUS, 'a', ' ') });
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (written) => {
        const cell = escapedCell(written);
        expect(unescapedCell(cell)).toBe(written);
        expect(DANGEROUS).not.toContain(cell[0]);
      }),
    );
  });
});
