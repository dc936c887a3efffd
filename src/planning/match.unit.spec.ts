import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Product } from '../catalogue/product.js';
import type { Query, Task } from '../catalogue/task.js';
import { matchesWords, words } from '../text/fold.js';
import { compareNumbers, numberOf } from './field-text.js';
import { matches, select } from './match.js';

const iphone: Product = {
  productId: '0197a000-0000-7000-8000-000000000001',
  version: 1,
  sku: 'IP17-S',
  name: 'Apple iPhone 17 نقره‌ای',
  price: '1000.00',
  stock: 5,
  category: 'Phones',
  brand: 'Apple',
  fields: { color: 'Silver', size: '42.0', tags: 'new, on sale,Gift', note: ' ', وزن: '۱٫۵' },
};
const mug: Product = {
  ...iphone,
  productId: '0197a000-0000-7000-8000-000000000002',
  sku: 'MUG',
  name: 'Blue mug',
  price: '9.50',
  stock: 0,
  category: null,
  brand: null,
  fields: {},
};

describe('matches', () => {
  it.each<[string, Query]>([
    ['a name by its words in any order and case', { field: 'name', op: 'contains', value: '17 IPHONE' }],
    [
      'a Persian word with a space where a half-space stands',
      { field: 'name', op: 'contains', value: 'نقره ای' },
    ],
    ['a sku however it is punctuated', { field: 'sku', op: 'eq', value: 'ip17 s' }],
    ['a price with other decimals', { field: 'price', op: 'eq', value: '1000' }],
    ['a price in Persian digits', { field: 'price', op: 'eq', value: '۱۰۰۰' }],
    ['a number in a custom field, numerically', { field: 'size', op: 'eq', value: '42' }],
    ['a range over a custom field in Persian digits', { field: 'وزن', op: 'lt', value: '2' }],
    ['one of several values separated by commas', { field: 'tags', op: 'contains', value: 'sale' }],
    ['a field that holds only spaces as missing', { field: 'note', op: 'missing' }],
    ['a field nobody has as missing', { field: 'flavour', op: 'missing' }],
    ['an id', { field: 'id', op: 'eq', value: '0197A000-0000-7000-8000-000000000001' }],
    ['the negation of what it is not', { not: { field: 'color', op: 'eq', value: 'black' } }],
    [
      'either',
      {
        any: [
          { field: 'stock', op: 'gt', value: '5' },
          { field: 'stock', op: 'gte', value: '5' },
        ],
      },
    ],
  ])('finds %s', (_what, query) => expect(matches(iphone, query)).toBe(true));

  it.each<[string, Query]>([
    ['part of a word', { field: 'name', op: 'contains', value: 'phone' }],
    ['nothing but punctuation', { field: 'name', op: 'contains', value: '!!' }],
    ['a sku by number where it is text', { field: 'sku', op: 'eq', value: '17' }],
    ['a range over text', { field: 'color', op: 'gt', value: '0' }],
    ['a range over an absent field', { field: 'weight', op: 'lt', value: '10' }],
    ['a price that is not a number', { field: 'price', op: 'eq', value: 'cheap' }],
    [
      'both where only one holds',
      {
        all: [
          { field: 'stock', op: 'gt', value: '1' },
          { field: 'brand', op: 'eq', value: 'Sony' },
        ],
      },
    ],
  ])('does not find %s', (_what, query) => expect(matches(iphone, query)).toBe(false));
});

describe('select', () => {
  const task = (over: Partial<Task>): Pick<Task, 'queries' | 'order' | 'limit'> => ({ queries: [], ...over });
  const twin = { ...mug, productId: '0197a000-0000-7000-8000-000000000003', sku: 'CUP' };

  it('keeps the cheapest, ties by sku', () =>
    expect(
      select([iphone, mug, twin], task({ order: { field: 'price', direction: 'asc' }, limit: 2 })),
    ).toEqual([twin, mug]));
  it('orders prices as numbers, not as text', () =>
    expect(select([mug, iphone], task({ order: { field: 'price', direction: 'desc' } }))[0]).toBe(iphone));
  it('puts products without a value last in both directions', () => {
    for (const direction of ['asc', 'desc'] as const)
      expect(select([mug, iphone, twin], task({ order: { field: 'size', direction } }))).toEqual([
        iphone,
        twin,
        mug,
      ]);
  });
  it('orders by sku where no order is asked', () =>
    expect(select([mug, iphone, twin], task({})).map(({ sku }) => sku)).toEqual(['CUP', 'IP17-S', 'MUG']));
});

describe('the shortcuts of matching', () => {
  const piece = fc.constantFrom(
    'galaxy',
    'GALAXY',
    's8+',
    's8',
    '5',
    ',000',
    '٬',
    'نقره',
    'ای',
    'ی',
    'ها',
    ' ',
    ' ',
    '\u200c',
    '\u200b',
    '\u0301',
    '-',
    '.',
    '(',
    'ſ',
    'K',
    'ß',
    'İ',
    'ﷺ',
    'é',
    '۵',
  );
  const text = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(''));
  const value = fc.oneof(piece, fc.constantFrom('galaxy 5', 'k', 's', 'e', 'ss'));

  it('find by words exactly what folding both sides finds', () =>
    fc.assert(
      fc.property(text, value, (name, needle) => {
        expect(matches({ ...iphone, name }, { field: 'name', op: 'contains', value: needle })).toBe(
          matchesWords(words(name), words(needle)),
        );
      }),
      { numRuns: 2_000 },
    ));

  it('order numbers as decimals do', () => {
    const number = fc
      .tuple(
        fc.constantFrom('', '-'),
        fc.stringMatching(/^[0-9]{1,18}$/),
        fc.stringMatching(/^[0-9]{1,9}$/),
        fc.boolean(),
      )
      .map(([sign, whole, fraction, isWhole]) =>
        isWhole ? `${sign}${whole}` : `${sign}${whole}.${fraction}`,
      );
    const near = number.chain((one) => fc.tuple(fc.constant(one), fc.oneof(number, fc.constant(`${one}0`))));
    fc.assert(
      fc.property(near, ([left, right]) => {
        expect(Math.sign(compareNumbers(numberOf(left) ?? 'x', numberOf(right) ?? 'x'))).toBe(
          new Decimal(left).comparedTo(right),
        );
      }),
    );
  });
});
