import { describe, expect, it } from 'vitest';
import { readProduct } from './import-row.js';

const row = { sku: 'A-1', name: 'Lamp', price: '12.5', stock: 3 };

describe('a row of an upload', () => {
  it('is a product with its price in canonical form', () =>
    expect(readProduct(row)).toEqual({ product: { ...row, price: '12.50', fields: {} } }));

  it('may write numbers as text and values as numbers', () =>
    expect(
      readProduct({ ...row, sku: 7, stock: '3', fields: { weight: 2, organic: true, note: ' ' } }),
    ).toEqual({
      product: { ...row, sku: '7', price: '12.50', fields: { weight: '2', organic: 'true' } },
    }));

  it.each([
    [{ ...row, name: undefined }, 'name is missing'],
    [{ ...row, stock: 'many' }, 'stock: not an integer ≥ 0'],
    [{ ...row, stock: -1 }, /^stock: /],
    [{ ...row, price: '1.234' }, 'price: a price is a decimal number ≥ 0 with at most two decimals'],
    [{ ...row, colour: 'red' }, 'colour: unknown; other values belong into fields'],
    [{ ...row, fields: { price: '3' } }, /^fields\.price: a reserved name/],
    ['text', 'not a product'],
    [null, 'not a product'],
    [{ sku: 'A-1' }, 'name is missing; price is missing; stock is missing'],
  ])('says what is wrong with %j', (value, problem) => {
    const read = readProduct(value);
    expect(read).toHaveProperty('problem');
    expect((read as { problem: string }).problem).toMatch(problem);
  });
});
