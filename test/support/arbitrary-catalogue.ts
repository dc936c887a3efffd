/**
 * Random catalogues, filters and tasks in Persian and English, for properties that must hold of all of them.
 * Few words and few values on purpose: filters should find something.
 */
import fc from 'fast-check';
import type { Product, ProductValues } from '../../src/catalogue/product.js';
import type { Condition, DataChange, Query, Task } from '../../src/catalogue/task.js';

const WORDS = [
  'iPhone',
  'Apple',
  'Silver',
  'نقره‌ای',
  'نقره ای',
  'آیفون',
  'ايفون',
  'کفش',
  'كفش',
  '17',
  '۱۷',
  'Café',
  'cafe',
  'S8+',
  '256 GB',
  'مدرسة',
  '12,500',
  '😀',
  '-',
  'ﬁne',
  'شلوار',
] as const;
export const CUSTOM_KEYS = ['color', 'رنگ', 'size', 'weight', '2024'] as const;

const phrase = fc
  .array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 3 })
  .map((words) => words.join(' '));
const numberText = fc.constantFrom(
  '0',
  '1',
  '9.5',
  '10',
  '10.0',
  '010',
  '۱۰',
  '42',
  '-3',
  '1000',
  '12,500',
  '1e3',
);
const customValue = fc.oneof(
  phrase,
  numberText,
  fc.constantFrom('', ' ', '★★★', 'red, blue,green', 'x'.repeat(300)),
);
const cents = fc.oneof(
  fc.constantFrom(0n, 1n, 950n, 1_000n, 100_000n, 99_999_999_999_999n),
  fc.bigInt({ min: 0n, max: 10n ** 10n }),
);
export const price = cents.map((value) => `${value / 100n}.${(value % 100n).toString().padStart(2, '0')}`);
const label = fc.option(phrase, { nil: null });

const customFields = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...CUSTOM_KEYS), customValue), {
    selector: ([key]) => key,
    maxLength: 4,
  })
  .map((entries): Record<string, string> => Object.fromEntries(entries));

const productValues: fc.Arbitrary<Omit<ProductValues, 'sku'>> = fc.record({
  name: phrase,
  price,
  stock: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 2_147_483_647 })),
  category: label,
  brand: label,
  fields: customFields,
});

/** Ids count from 1; skus are unique, some with letters that order differently by UTF-16 than by code point. */
export function catalogue(sizeMax: number): fc.Arbitrary<Product[]> {
  const prefix = fc.constantFrom('A', 'a', 'ب', '\ufb01', '😀', '10');
  return fc
    .array(fc.tuple(productValues, prefix, fc.integer({ min: 1, max: 9 })), { maxLength: sizeMax })
    .map((drawn) =>
      drawn.map(([values, skuPrefix, version], index) => ({
        ...values,
        sku: `${skuPrefix}-${index}`,
        productId: productIdOf(index + 1),
        version,
      })),
    );
}

export function productIdOf(number: number): string {
  return `0197a000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

const field = fc.constantFrom('name', 'sku', 'price', 'stock', 'category', 'brand', ...CUSTOM_KEYS);
const textValue = fc.oneof(phrase, numberText, fc.constantFrom('!', '★★★', 'A-1', 'x'.repeat(300), 'red'));
const bound = fc.constantFrom('0', '1', '5', '9.5', '10', '42', '1000', '999999.99');

const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ field, op: fc.constantFrom('eq', 'contains'), value: textValue }),
  fc.record({ field, op: fc.constantFrom('gt', 'gte', 'lt', 'lte'), value: bound }),
  fc.record({ field, op: fc.constant('missing' as const) }),
  fc.record({
    field: fc.constant('id'),
    op: fc.constantFrom('eq', 'contains', 'gt'),
    value: fc.constantFrom(productIdOf(1), productIdOf(2).toUpperCase(), '7'),
  }),
);

export const query: fc.Arbitrary<Query> = fc.letrec<{ query: Query }>((tie) => ({
  query: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    condition,
    fc.record({ any: fc.array(tie('query'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ all: fc.array(tie('query'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('query') }),
  ),
})).query;

export const order = fc.option(
  fc.record({
    field: fc.constantFrom('price', 'stock', 'name', 'sku', 'category', 'id', ...CUSTOM_KEYS),
    direction: fc.constantFrom('asc' as const, 'desc' as const),
  }),
  { nil: undefined },
);

const amount = fc.constantFrom('0', '1', '5', '10', '12.5', '50', '100', '0.01');
const arithmetic = fc.record({
  field: fc.constantFrom('price', 'stock', 'weight', 'size'),
  op: fc.constantFrom(
    'increase_percent',
    'decrease_percent',
    'increase_by',
    'multiply_by',
    'divide_by',
    'round_to',
  ),
  value: amount,
});
const setting: fc.Arbitrary<DataChange> = fc.oneof(
  fc.record({ field: fc.constant('price'), op: fc.constant('set' as const), value: price }),
  fc.record({
    field: fc.constantFrom('name', 'category', 'brand', ...CUSTOM_KEYS),
    op: fc.constant('set' as const),
    value: phrase,
  }),
  fc.record({ field: fc.constantFrom('category', ...CUSTOM_KEYS), op: fc.constant('clear' as const) }),
);
export const dataChange: fc.Arbitrary<DataChange> = fc.oneof(arithmetic, setting);

export const task: fc.Arbitrary<Task> = fc.oneof(
  fc.record({
    entity: fc.constant('product' as const),
    action: fc.constant('update' as const),
    queries: fc.array(query, { maxLength: 2 }),
    data: fc.array(dataChange, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    entity: fc.constant('product' as const),
    action: fc.constant('delete' as const),
    queries: fc.array(query, { minLength: 1, maxLength: 2 }),
    data: fc.constant<DataChange[]>([]),
  }),
);
