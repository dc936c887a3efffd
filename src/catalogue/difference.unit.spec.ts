import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { difference, flatten, withChanges } from './difference.js';
import { CORE_FIELDS, CustomFieldKey, fieldOf, FieldChanges, ProductValues, STOCK_MAX } from './product.js';

/** Names that objects inherit are ordinary names of custom fields. */
const key = fc.oneof(
  fc.constantFrom('color', 'رنگ', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__', '2024'),
  fc
    .string({ unit: 'binary', minLength: 1, maxLength: 8 })
    .filter((text) => CustomFieldKey.safeParse(text).success),
);
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 });
const price = fc.nat(1_000_000).map((cents) => (cents / 100).toFixed(2));
const core = {
  sku: text,
  name: text,
  price,
  stock: fc.integer({ min: 0, max: STOCK_MAX }),
  category: fc.option(text),
  brand: fc.option(text),
};
const fields = fc.dictionary(key, fc.string({ maxLength: 5 }), { noNullPrototype: true });
const values = fc.record<ProductValues>({ ...core, fields });
const changes = fc
  .tuple(
    fc.record(core, { requiredKeys: [] }),
    fc.dictionary(key, fc.option(fc.string({ maxLength: 5 })), { noNullPrototype: true }),
  )
  .map(([ofCore, ofFields]): FieldChanges => ({ ...ofCore, ...ofFields }));

const product: ProductValues = {
  sku: 'IP17-S',
  name: 'iPhone 17',
  price: '1000.00',
  stock: 5,
  category: 'Phones',
  brand: null,
  fields: { color: 'silver' },
};

describe('the difference', () => {
  it('names the changed fields only, before and after', () =>
    expect(difference(product, { name: 'iPhone 17', price: '900.00', color: 'black' })).toEqual({
      before: { price: '1000.00', color: 'silver' },
      after: { price: '900.00', color: 'black' },
    }));

  it('has null where there was or will be no value', () =>
    expect(difference(product, { brand: 'Apple', color: null, weight: '170' })).toEqual({
      before: { brand: null, color: 'silver', weight: null },
      after: { brand: 'Apple', color: null, weight: '170' },
    }));

  it('is none where everything is as asked', () =>
    expect(difference(product, { stock: 5, brand: null, weight: null, toString: null } as never)).toBeNull());

  it('applied to what was gives the same as the whole change', () =>
    fc.assert(
      fc.property(values, changes, (before, change) => {
        const changed = difference(before, change);
        const after = withChanges(before, change);
        expect(withChanges(before, changed?.after ?? {})).toEqual(after);
        // And back: that is what an undo is made of.
        expect(withChanges(after, changed?.before ?? {})).toEqual(before);
        // And there is none left.
        expect(difference(after, change)).toBeNull();
      }),
    ));

  it('is a change that the log can hold', () =>
    fc.assert(
      fc.property(values, changes, (before, change) => {
        const changed = difference(before, change);
        if (!changed) return;
        expect(FieldChanges.parse(changed.before)).toEqual(changed.before);
        expect(FieldChanges.parse(changed.after)).toEqual(changed.after);
      }),
    ));
});

describe('a flat product', () => {
  it('has every core field, and null for what is unset', () =>
    expect(flatten(product)).toEqual({
      sku: 'IP17-S',
      name: 'iPhone 17',
      price: '1000.00',
      stock: 5,
      category: 'Phones',
      brand: null,
      color: 'silver',
    }));

  it('is the whole product: applied to any other it leaves nothing but the other’s own fields', () =>
    fc.assert(
      fc.property(values, values, (one, other) => {
        const { fields: kept, ...rest } = withChanges(other, flatten(one));
        expect({ ...rest, fields: one.fields }).toEqual(one);
        expect(kept).toEqual({ ...other.fields, ...one.fields });
      }),
    ));

  it('never shares its names with objects', () =>
    fc.assert(
      fc.property(values, (one) => {
        const flat = flatten(one);
        expect(Object.keys(flat).toSorted()).toEqual([...CORE_FIELDS, ...Object.keys(one.fields)].toSorted());
        for (const [field, value] of Object.entries(flat)) expect(fieldOf(one, field)).toBe(value);
      }),
    ));
});

describe('a field by its flat name', () => {
  it.each(['toString', 'constructor', '__proto__', 'hasOwnProperty', 'weight'])(
    'has no value when the product has no “%s”',
    (field) => expect(fieldOf(product, field)).toBeNull(),
  );

  it('is found whatever it is called', () =>
    expect(fieldOf({ ...product, fields: { toString: 'yes' } } as never, 'toString')).toBe('yes'));
});
