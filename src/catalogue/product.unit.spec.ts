import { describe, expect, it } from 'vitest';
import {
  CustomFieldKey,
  CustomFields,
  FieldChanges,
  FIELD_VALUE_CHARS_MAX,
  ProductChange,
  ProductValues,
  Stock,
  STOCK_MAX,
  StorableText,
} from './product.js';

describe('the name of a custom field', () => {
  it.each(['color', 'رنگ', 'نیم‌فاصله', 'screen size', '2024', '_note', 'a.b-c', 'toString', 'x'.repeat(64)])(
    'may be “%s”',
    (key) => expect(CustomFieldKey.safeParse(key).success).toBe(true),
  );

  it.each([
    ['empty', ''],
    ['too long', 'x'.repeat(65)],
    ['a core column', 'price'],
    ['a core column in other letters', 'Price'],
    ['the id', 'id'],
    ['the product id', 'productId'],
    ['the prototype', '__proto__'],
    ['the constructor', 'constructor'],
    ['begun by a space', ' color'],
    ['ended by a space, which nobody sees', 'color '],
    ['ended by a half-space, which nobody sees', 'رنگ\u200c'],
    ['a path', 'a/b'],
    ['a formula', '=A1'],
    ['two lines', 'a\nb'],
  ])('is never %s', (_what, key) => expect(CustomFieldKey.safeParse(key).success).toBe(false));
});

describe('values, by whether a product may hold them:', () => {
  const product = {
    sku: 's',
    name: 'n',
    price: '1.00',
    stock: 0,
    category: null,
    brand: null,
    fields: {},
  };
  const holds = (over: object) => ProductValues.safeParse({ ...product, ...over }).success;

  it.each([
    ['a stock of the largest integer', { stock: STOCK_MAX }, true],
    ['a stock beyond it', { stock: STOCK_MAX + 1 }, false],
    ['a negative stock', { stock: -1 }, false],
    ['half a stock', { stock: 0.5 }, false],
    ['a stock in text', { stock: '5' }, false],
    ['a sku of 200 characters', { sku: 'x'.repeat(200) }, true],
    ['a sku of 201', { sku: 'x'.repeat(201) }, false],
    ['a name of 500 characters', { name: 'x'.repeat(500) }, true],
    ['a name of 501', { name: 'x'.repeat(501) }, false],
    ['a brand of 200 characters', { brand: 'x'.repeat(200) }, true],
    ['a brand of 201', { brand: 'x'.repeat(201) }, false],
    ['an empty category instead of none', { category: '' }, false],
    ['a price as a number', { price: 1 }, false],
    ['a price of 16 digits', { price: `${'9'.repeat(16)}.99` }, true],
    ['a price of 17', { price: `1${'0'.repeat(16)}.00` }, false],
    ['a custom value of the largest size', { fields: { note: 'x'.repeat(FIELD_VALUE_CHARS_MAX) } }, true],
    ['a larger one', { fields: { note: 'x'.repeat(FIELD_VALUE_CHARS_MAX + 1) } }, false],
    ['a custom value that is a number', { fields: { note: 1 } }, false],
    ['a column nobody knows', { flavour: 'x' }, false],
  ])('%s', (_what, over, expected) => expect(holds(over)).toBe(expected));

  it('of stock are integers', () => expect(Stock.safeParse(Number.NaN).success).toBe(false));
});

describe('text of the log', () => {
  it.each(['آیفون', '👨‍👩‍👧', '\t', ''])('may be “%s”', (text) =>
    expect(StorableText.safeParse(text).success).toBe(true),
  );

  it.each([
    ['U+0000', 'a\u0000'],
    ['a high surrogate alone', '\ud83d'],
    ['a low surrogate alone', '\ude00x'],
  ])('never has %s', (_what, text) => {
    expect(StorableText.safeParse(text).success).toBe(false);
    expect(FieldChanges.safeParse({ note: text }).success).toBe(false);
    expect(CustomFields.safeParse({ note: text }).success).toBe(false);
  });
});

describe('field changes', () => {
  it('cannot reach into the prototype of objects', () => {
    const parsed = FieldChanges.safeParse(JSON.parse('{"__proto__": "x", "color": "red"}'));
    expect(Object.keys(parsed.data ?? {})).not.toContain('__proto__');
    expect(Object.getPrototypeOf(parsed.data ?? {})).toBe(Object.prototype);
  });

  it.each([{ stock: 1.5 }, { fields: {} }, { active: true }, { '': 'x' }, { ['x'.repeat(65)]: 'x' }])(
    'refuse %o',
    (changes) => expect(FieldChanges.safeParse(changes).success).toBe(false),
  );
});

describe('a change of a product', () => {
  const all = { sku: 's', name: 'n', price: '1.00', stock: 0, category: null, brand: null };
  const change = (op: string, before: object | null, after: object | null) =>
    ProductChange.safeParse({
      productId: '0197a000-0000-7000-8000-000000000001',
      baseVersion: 1,
      op,
      before,
      after,
    }).success;

  it.each<[string, Parameters<typeof change>]>([
    ['adds every value', ['add', null, all]],
    ['adds custom fields with them', ['add', null, { ...all, color: 'red' }]],
    ['deletes every value', ['delete', all, null]],
    ['changes one field', ['update', { price: '1.00' }, { price: '2.00' }]],
    ['sets a field that had no value', ['update', { color: null }, { color: 'red' }]],
    ['removes a value', ['update', { brand: 'Apple' }, { brand: null }]],
  ])('%s', (_what, args) => expect(change(...args)).toBe(true));

  it.each<[string, Parameters<typeof change>]>([
    ['adds a part of a product', ['add', null, { sku: 's' }]],
    ['adds what was there before', ['add', all, all]],
    ['deletes what it leaves', ['delete', all, all]],
    ['deletes a part of a product', ['delete', { sku: 's' }, null]],
    ['updates nothing', ['update', {}, {}]],
    ['updates without a before', ['update', null, { price: '2.00' }]],
    [
      'says of other fields what they were than what they will be',
      ['update', { price: '1.00' }, { stock: 1 }],
    ],
    ['leaves a product without a name', ['update', { name: 'n' }, { name: null }]],
    ['makes a price of words', ['update', { price: '1.00' }, { price: 'free' }]],
    ['makes one price two texts', ['update', { price: '1.00' }, { price: '2' }]],
    ['makes a stock a text', ['update', { stock: 1 }, { stock: '2' }]],
    ['makes a custom value a number', ['update', { size: '41' }, { size: 42 }]],
    ['writes a field that can have no such name', ['update', { id: '1' }, { id: '2' }]],
  ])('never %s', (_what, args) => expect(change(...args)).toBe(false));
});
