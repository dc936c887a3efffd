import { expect, it } from 'vitest';
import { type ProductValues } from '../../catalogue/product.js';
import { sentencesFor } from './sentences.js';
import { differingSkus, withPriceRows, type Snapshot } from './snapshot.js';

type Some = Partial<ProductValues>;

/** `count` products alike. */
function many(count: number, prefix: string, values: Some): ProductValues[] {
  return Array.from({ length: count }, (_, at) => ({
    sku: `${prefix}-${at}`,
    name: prefix,
    price: '10.00',
    stock: 1,
    category: null,
    brand: null,
    fields: {},
    ...values,
  }));
}

const shop = (...groups: ProductValues[][]): Snapshot =>
  new Map(groups.flat().map((product) => [product.sku, product]));

const texts = (catalogue: Snapshot, language: 'en' | 'fa') =>
  sentencesFor(catalogue, language).map(({ text }) => text);

it('speaks of the most shared colour first, in the words of the language', () => {
  const catalogue = shop(
    many(5, 'r', { fields: { color: 'Red' } }),
    many(9, 'b', { fields: { color: 'Black' } }),
    many(20, 'c', { category: 'Jackets' }),
  );
  expect(texts(catalogue, 'en').slice(0, 3)).toEqual([
    'lower the price of all black products by 10 %',
    'lower the price of all red products by 10 %',
    'lower the price of all Jackets by 10 %',
  ]);
  expect(texts(catalogue, 'fa')[0]).toBe('قیمت محصولات قرمز رو ۵ درصد زیاد کن');
});

it('says a Persian colour in English, and a value nobody translates as it is', () => {
  const catalogue = shop(many(4, 'm', { category: 'کیف', fields: { رنگ: 'مشکی' } }));
  expect(texts(catalogue, 'en')).toEqual([
    'lower the price of all black products by 10 %',
    'lower the price of all کیف by 10 %',
  ]);
});

it('takes letter forms and half-spaces for the same value, and means all of its products', () => {
  const catalogue = shop(
    many(2, 'a', { fields: { رنگ: 'قهوه‌ای' } }),
    many(2, 'b', { fields: { رنگ: 'قهوه ای' } }),
    many(2, 'c', { fields: { رنگ: 'قهوه‌اي' } }),
  );
  expect(sentencesFor(catalogue, 'fa')[0]?.skus?.size).toBe(6);
});

it('keeps away from what too few or too many share, from prices that would not move, and from lists and numbers', () => {
  const catalogue = shop(
    many(2, 'few', { category: 'Few' }),
    many(401, 'many', { category: 'Many' }),
    many(5, 'free', { category: 'Free', price: '0.00' }),
    many(5, 'list', { fields: { tags: 'phones,new' } }),
    many(5, 'number', { fields: { size: '42' } }),
  );
  expect(sentencesFor(catalogue, 'en')).toEqual([]);
});

it('tells exactly which products a change touched', () => {
  const before = shop(many(3, 'p', { fields: { color: 'Red', size: 'XL' } }));
  const row = {
    productId: '',
    sku: 'p-1',
    name: 'p',
    version: 1,
    before: { price: '10.00' },
    after: { price: '9.00' },
  };
  const after = withPriceRows(before, [row]);
  expect(differingSkus(before, after)).toEqual(['p-1']);
  const [first] = many(1, 'p', { fields: { size: 'XL', color: 'Red' } });
  expect(differingSkus(before, new Map(before).set('p-0', first!))).toEqual([]);
  expect(differingSkus(before, new Map([...before].slice(1)))).toEqual(['p-0']);
});
