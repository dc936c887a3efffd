import { describe, expect, it } from 'vitest';
import {
  CustomFieldKey,
  CustomFields,
  FieldChanges,
  FIELD_VALUE_CHARS_MAX,
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

describe('values', () => {
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
  ])('%s: %o may be held: %s', (_what, over, expected) => expect(holds(over)).toBe(expected));

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
