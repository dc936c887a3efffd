import { describe, expect, it } from 'vitest';
import { CUSTOM_FIELDS_PER_PRODUCT_MAX, ProductChange, type Product } from '../../catalogue/product.js';
import { outcomeOf } from '../../../test/support/decider-spec.js';
import {
  addProduct,
  deleteProduct,
  PriceInput,
  ProductInput,
  ProductPatch,
  updateProduct,
} from './edit-product.js';

const product: Product = {
  productId: '0197a000-0000-7000-8000-000000000001',
  version: 4,
  sku: 'IP17-S',
  name: 'iPhone 17',
  price: '1000.00',
  stock: 5,
  category: 'Phones',
  brand: null,
  fields: { color: 'silver' },
};
const fieldsOf = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`field ${index}`, 'x']));

describe('adding a product', () => {
  const input = { sku: ' NEW ', name: 'New', price: '12.5', stock: 3 };

  it('starts from version 0 with every value', () =>
    expect(addProduct(ProductInput.parse(input), product.productId)).toEqual({
      productId: product.productId,
      baseVersion: 0,
      op: 'add',
      before: null,
      after: { sku: 'NEW', name: 'New', price: '12.50', stock: 3, category: null, brand: null },
    }));

  it('takes an empty category or brand for none', () =>
    expect(ProductInput.parse({ ...input, category: ' ', brand: '' })).toMatchObject({
      category: null,
      brand: null,
    }));

  it(`has at most ${CUSTOM_FIELDS_PER_PRODUCT_MAX} custom fields`, () => {
    const parses = (count: number) => ProductInput.safeParse({ ...input, fields: fieldsOf(count) }).success;
    expect(parses(CUSTOM_FIELDS_PER_PRODUCT_MAX)).toBe(true);
    expect(parses(CUSTOM_FIELDS_PER_PRODUCT_MAX + 1)).toBe(false);
  });

  it('is a change the log can hold', () => {
    const change = addProduct(ProductInput.parse({ ...input, fields: fieldsOf(3) }), product.productId);
    expect(ProductChange.parse(change)).toEqual(change);
  });

  it.each([
    ['an unknown column', { flavour: 'x' }],
    ['a core column among the custom fields', { fields: { Price: '1' } }],
    ['a negative stock', { stock: -1 }],
    ['a name of spaces', { name: '  ' }],
    ['a sku with a NUL', { sku: 'a\u0000' }],
  ])('refuses %s', (_what, over) =>
    expect(ProductInput.safeParse({ ...input, ...over }).success).toBe(false),
  );
});

describe('a price as people write it', () => {
  it.each([
    ['text', '12.5', '12.50'],
    ['an integer', 12, '12.00'],
    ['a decimal', 0.1, '0.10'],
    ['the largest number that JSON keeps exactly', 9_999_999_999_999.99, '9999999999999.99'],
    ['a larger one as text', '1234567890123456.78', '1234567890123456.78'],
  ])('may be %s', (_what, input, price) => expect(PriceInput.parse(input)).toBe(price));

  it.each([
    ['a number that JSON has rounded already', JSON.parse('1234567890123456.78')],
    ['a sum that floats got wrong', 0.1 + 0.2],
    ['a third decimal', 1.005],
    ['a negative number', -1],
    ['a number with an exponent', 1e21],
    ['a tiny number', 1e-7],
    ['no number', Number.NaN],
    ['an endless one', Number.POSITIVE_INFINITY],
    ['a boolean', true],
  ])('is never %s', (_what, input) => expect(PriceInput.safeParse(input).success).toBe(false));
});

describe('updating a product', () => {
  const update = (patch: unknown, expectedVersion = 4, held: Product | null = product) =>
    outcomeOf(updateProduct(ProductPatch.parse(patch), expectedVersion, held));
  const changed = (before: object, after: object) => ({
    productId: product.productId,
    baseVersion: 4,
    op: 'update' as const,
    before: before as ProductChange['before'],
    after: after as ProductChange['after'],
  });

  it('changes the named fields that differ', () =>
    update({ price: 900, stock: 5 }).thenEvents(changed({ price: '1000.00' }, { price: '900.00' })));

  it('removes a custom field, a category, a brand', () =>
    update({ category: '', fields: { color: null } }).thenEvents(
      changed({ category: 'Phones', color: 'silver' }, { category: null, color: null }),
    ));

  it('changes nothing when everything is as asked', () =>
    update({ price: '1000', fields: { color: 'silver', weight: null } }).thenNothing());

  it('is refused for another version than the one that was read', () =>
    update({ price: '1' }, 3).thenRefused({ code: 'PRODUCT_VERSION_MOVED', currentVersion: 4 }));

  it('is refused for another version even if it would change nothing', () =>
    update({ price: '1000' }, 3).thenRefused({ code: 'PRODUCT_VERSION_MOVED', currentVersion: 4 }));

  it('is refused for a product that is not there', () =>
    update({ price: '1' }, 4, null).thenRefused({ code: 'PRODUCT_NOT_FOUND' }));

  it('never leaves a product with more custom fields than one may have', () => {
    const full = { ...product, fields: fieldsOf(CUSTOM_FIELDS_PER_PRODUCT_MAX) };
    update({ fields: { another: 'x' } }, 4, full).thenRefused({
      code: 'TOO_MANY_CUSTOM_FIELDS',
      limit: CUSTOM_FIELDS_PER_PRODUCT_MAX,
    });
    update({ fields: { another: 'x', 'field 0': null } }, 4, full).thenEvents(
      changed({ another: null, 'field 0': 'x' }, { another: 'x', 'field 0': null }),
    );
  });

  it.each([
    ['nothing at all', {}],
    ['an unknown column', { flavour: 'x' }],
    ['no name', { name: null }],
    ['the version, which is not a field', { version: 5 }],
  ])('cannot be asked with %s', (_what, patch) => expect(ProductPatch.safeParse(patch).success).toBe(false));
});

describe('deleting a product', () => {
  it('keeps every value it had, so that it can come back', () =>
    outcomeOf(deleteProduct(4, product)).thenEvents({
      productId: product.productId,
      baseVersion: 4,
      op: 'delete',
      before: {
        sku: 'IP17-S',
        name: 'iPhone 17',
        price: '1000.00',
        stock: 5,
        category: 'Phones',
        brand: null,
        color: 'silver',
      },
      after: null,
    }));

  it('is refused for another version', () =>
    outcomeOf(deleteProduct(5, product)).thenRefused({ code: 'PRODUCT_VERSION_MOVED', currentVersion: 4 }));

  it('is refused for a product that is not there', () =>
    outcomeOf(deleteProduct(4, null)).thenRefused({ code: 'PRODUCT_NOT_FOUND' }));
});
