import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProductValues } from '../catalogue/product.js';
import type { DataChange } from '../catalogue/task.js';
import { applyChanges } from './values.js';

const known = new Set(['color', 'weight', 'note']);
const product: ProductValues = {
  sku: 'IP17-S',
  name: 'iPhone 17',
  price: '1000.00',
  stock: 5,
  category: 'Phones',
  brand: null,
  fields: { color: 'silver', weight: '170.5' },
};
const apply = (...data: DataChange[]) => applyChanges(product, data, known, 'en');
const after = (...data: DataChange[]) => {
  const result = apply(...data);
  if (result.kind === 'refusal') throw new Error(result.message);
  return result.after;
};

describe('applyChanges', () => {
  it.each<[string, DataChange[], Record<string, unknown>]>([
    [
      'lowers a price by a percentage',
      [{ field: 'price', op: 'decrease_percent', value: '10' }],
      { price: '900.00' },
    ],
    [
      'rounds half a cent up',
      [{ field: 'price', op: 'multiply_by', value: '1.000005' }],
      { price: '1000.01' },
    ],
    ['keeps a third to two decimals', [{ field: 'price', op: 'divide_by', value: '3' }], { price: '333.33' }],
    [
      'rounds once, after the last change',
      [
        { field: 'price', op: 'divide_by', value: '3' },
        { field: 'price', op: 'multiply_by', value: '3' },
      ],
      {},
    ],
    [
      'rounds to the nearest thousand, halves up',
      [
        { field: 'price', op: 'increase_by', value: '1500' },
        { field: 'price', op: 'round_to', value: '1000' },
      ],
      { price: '3000.00' },
    ],
    [
      'applies a change to what the one before it set',
      [
        { field: 'price', op: 'set', value: '200' },
        { field: 'price', op: 'increase_percent', value: '50' },
      ],
      { price: '300.00' },
    ],
    [
      'reads a price in Persian digits',
      [{ field: 'price', op: 'set', value: '۱۲٬۵۰۰' }],
      { price: '12500.00' },
    ],
    ['sets stock as an integer', [{ field: 'stock', op: 'set', value: '7' }], { stock: 7 }],
    [
      'rounds a percentage of stock half up',
      [{ field: 'stock', op: 'increase_percent', value: '50' }],
      { stock: 8 },
    ],
    [
      'calculates with a custom field that is a number',
      [{ field: 'weight', op: 'increase_by', value: '0.25' }],
      { weight: '170.75' },
    ],
    [
      'sets a custom field the product did not have',
      [{ field: 'note', op: 'set', value: 'gift' }],
      { note: 'gift' },
    ],
    ['clears a custom field', [{ field: 'color', op: 'clear' }], { color: null }],
    ['clears a category', [{ field: 'category', op: 'clear' }], { category: null }],
    [
      'says nothing of values that stay',
      [
        { field: 'color', op: 'set', value: 'silver' },
        { field: 'price', op: 'set', value: '1000' },
      ],
      {},
    ],
    ['leaves text alone where a number is asked', [{ field: 'color', op: 'increase_by', value: '1' }], {}],
    [
      'leaves out unknown fields',
      [
        { field: 'flavour', op: 'set', value: 'mint' },
        { field: 'stock', op: 'set', value: '1' },
      ],
      { stock: 1 },
    ],
  ])('%s', (_what, data, expected) => expect(after(...data)).toEqual(expected));

  it.each<[string, DataChange]>([
    ['a price below zero', { field: 'price', op: 'decrease_by', value: '1000.01' }],
    ['a price decreased by more than all of it', { field: 'price', op: 'decrease_percent', value: '101' }],
    ['a stock below zero', { field: 'stock', op: 'decrease_by', value: '6' }],
    ['half a piece', { field: 'stock', op: 'set', value: '2.5' }],
    ['a change of stock by half a piece', { field: 'stock', op: 'increase_by', value: '0.5' }],
    ['more stock than an integer holds', { field: 'stock', op: 'set', value: '2147483648' }],
    ['a price that is text', { field: 'price', op: 'set', value: 'cheap' }],
    ['a price of 17 digits', { field: 'price', op: 'set', value: '10000000000000000' }],
    ['dividing by zero', { field: 'price', op: 'divide_by', value: '0' }],
    ['rounding to zero', { field: 'price', op: 'round_to', value: '0' }],
    ['arithmetic on a name', { field: 'name', op: 'increase_by', value: '1' }],
    ['a product without a name', { field: 'name', op: 'set', value: ' ' }],
    ['clearing a price', { field: 'price', op: 'clear' }],
    ['a name of 501 characters', { field: 'name', op: 'set', value: 'x'.repeat(501) }],
    ['a 101st field', { field: 'note', op: 'set', value: 'x' }],
  ])('refuses %s and names the product', (what, change) => {
    const fields =
      what === 'a 101st field'
        ? Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`f${n}`, '1']))
        : product.fields;
    expect(applyChanges({ ...product, fields }, [change], known, 'en')).toMatchObject({
      kind: 'refusal',
      code: 'INVALID_VALUE',
      message: expect.stringContaining('IP17-S'),
    });
  });

  it.each<[string, string, DataChange]>([
    ['FIELD_UNKNOWN', 'flavour', { field: 'flavour', op: 'set', value: 'mint' }],
    ['PRICE_ROUNDED', 'price', { field: 'price', op: 'divide_by', value: '3' }],
    ['STOCK_ROUNDED', 'stock', { field: 'stock', op: 'divide_by', value: '2' }],
    ['NOT_A_NUMBER', 'color', { field: 'color', op: 'multiply_by', value: '2' }],
  ])('warns %s', (code, field, change) =>
    expect(apply(change)).toMatchObject({ warnings: [{ code, field }] }),
  );

  it('takes no field named like a column of ours', () =>
    expect(
      applyChanges(product, [{ field: 'id', op: 'set', value: '1' }], new Set(['id']), 'en'),
    ).toMatchObject({
      after: {},
      warnings: [{ code: 'FIELD_UNKNOWN' }],
    }));

  it('calculates money exactly, as whole numbers of cents would', () =>
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 15n }),
        fc.bigInt({ min: 0n, max: 100_000n }),
        (cents, basisPoints) => {
          const price = money(cents);
          const result = applyChanges(
            { ...product, price },
            [{ field: 'price', op: 'increase_percent', value: money(basisPoints) }],
            known,
            'en',
          );
          // cents + cents·bp/10000, half up.
          const expected = money((cents * (10_000n + basisPoints) * 2n + 10_000n) / 20_000n);
          expect(result).toMatchObject({ after: expected === price ? {} : { price: expected } });
        },
      ),
    ));

  it('undoes an amount with the opposite amount, to the cent', () =>
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 17n }),
        fc.bigInt({ min: 0n, max: 10n ** 15n }),
        (cents, amount) => {
          const price = money(cents);
          expect(
            applyChanges(
              { ...product, price },
              [
                { field: 'price', op: 'increase_by', value: money(amount) },
                { field: 'price', op: 'decrease_by', value: money(amount) },
              ],
              known,
              'en',
            ),
          ).toMatchObject({ after: {}, warnings: [] });
        },
      ),
    ));
});

function money(cents: bigint): string {
  return `${cents / 100n}.${(cents % 100n).toString().padStart(2, '0')}`;
}
