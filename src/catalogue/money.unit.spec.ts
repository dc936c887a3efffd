import fc from 'fast-check';
import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import { canonicalPrice } from './money.js';
import { Price, PRICE_INTEGER_DIGITS_MAX } from './product.js';

const digits = (text: string, length: { minLength: number; maxLength: number }) =>
  fc.string({ unit: fc.constantFrom(...text), ...length });
const canonical = fc
  .bigInt({ min: 0n, max: 10n ** 18n - 1n })
  .map((cents) => `${cents / 100n}.${(cents % 100n).toString().padStart(2, '0')}`);

describe('a canonical price', () => {
  it.each([
    ['12', '12.00'],
    ['012.5', '12.50'],
    ['1431.5000', '1431.50'],
    ['0', '0.00'],
    ['000', '0.00'],
    [' 7.25 ', '7.25'],
    ['0.050', '0.05'],
    ['9'.repeat(16), `${'9'.repeat(16)}.00`],
    [`0000${'9'.repeat(16)}`, `${'9'.repeat(16)}.00`],
  ])('of “%s” is %s', (text, price) => expect(canonicalPrice(text)).toBe(price));

  it.each([
    ['nothing', ''],
    ['a negative number', '-1'],
    ['a sign', '+1'],
    ['an exponent', '1e3'],
    ['a thousands separator', '1,000'],
    ['Persian digits, which whoever reads the text has to fold', '۱۲'],
    ['half a decimal', '12.'],
    ['a decimal without a whole', '.5'],
    ['a third decimal that is not zero', '1.005'],
    ['a tenth of a cent', '0.001'],
    [`more than ${PRICE_INTEGER_DIGITS_MAX} digits`, '1'.repeat(PRICE_INTEGER_DIGITS_MAX + 1)],
    ['text of any length', '1'.repeat(100_000)],
    ['a currency', '$5'],
    ['infinity', 'Infinity'],
    ['two lines', '1\n2'],
  ])('does not exist for %s', (_what, text) => expect(canonicalPrice(text)).toBeNull());

  it('is a fixed point: read again, it stays as it is', () =>
    fc.assert(
      fc.property(canonical, (price) => {
        expect(canonicalPrice(price)).toBe(price);
        expect(Price.safeParse(price).success).toBe(true);
      }),
    ));

  it('is the only text of its amount that a product may hold', () =>
    fc.assert(
      fc.property(canonical, digits('0', { minLength: 1, maxLength: 3 }), (price, zeros) => {
        expect(Price.safeParse(`${zeros}${price}`).success).toBe(false);
        expect(Price.safeParse(`${price}${zeros}`).success).toBe(false);
      }),
    ));

  it('is exactly the amount that was written, or none at all: nothing is rounded without a word', () =>
    fc.assert(
      fc.property(
        digits('0123456789', { minLength: 1, maxLength: 22 }),
        fc.option(digits('0012345', { minLength: 1, maxLength: 12 })),
        (whole, decimals) => {
          const text = decimals === null ? whole : `${whole}.${decimals}`;
          const price = canonicalPrice(text);
          if (price === null) return;
          expect(Price.safeParse(price).success).toBe(true);
          expect(new Decimal(price).eq(new Decimal(text))).toBe(true);
        },
      ),
    ));

  it('exists for every amount that fits', () =>
    fc.assert(
      fc.property(
        canonical,
        digits('0', { minLength: 0, maxLength: 4 }),
        digits('0', { minLength: 0, maxLength: 8 }),
        (price, leading, trailing) => {
          expect(canonicalPrice(`${leading}${price}${trailing}`)).toBe(price);
        },
      ),
    ));
});
