import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as arbitrary from '../../test/support/arbitrary-catalogue.js';
import { Task } from '../catalogue/task.js';
import type { Product } from '../catalogue/product.js';
import type { PlanRow } from '../events/draft.events.js';
import { matches } from './match.js';
import { buildPlan, type Plan, type PlanInput } from './plan.js';
import { planHash } from './plan-hash.js';

const product = (number: number, over: Partial<Product> = {}): Product => ({
  productId: arbitrary.productIdOf(number),
  version: 3,
  sku: `SKU-${number}`,
  name: `iPhone ${number}`,
  price: '1000.00',
  stock: 5,
  category: 'Phones',
  brand: 'Apple',
  fields: { color: 'silver' },
  ...over,
});
const knownFields = new Set<string>(['color', ...arbitrary.CUSTOM_KEYS]);
const plan = (task: Partial<Task>, products: Product[], over: Partial<PlanInput> = {}) =>
  buildPlan({
    task: Task.parse({ entity: 'product', ...task }),
    language: 'en',
    products,
    knownFields,
    ...over,
  });
const planned = (...args: Parameters<typeof plan>): Plan => {
  const result = plan(...args);
  if (result.kind === 'refusal') throw new Error(`${result.code} ${result.message}`);
  return result;
};
const silver = [{ field: 'color', op: 'eq' as const, value: 'silver' }];
const tenOff = [{ field: 'price', op: 'decrease_percent' as const, value: '10' }];

describe('the plan of an update', () => {
  it('freezes what was and what will be, changed fields only', () =>
    expect(planned({ action: 'update', queries: silver, data: tenOff }, [product(1)])).toMatchObject({
      rows: [
        {
          sku: 'SKU-1',
          name: 'iPhone 1',
          version: 3,
          before: { price: '1000.00' },
          after: { price: '900.00' },
        },
      ],
      summary: { matched: 1, changed: 1, unchanged: 0 },
      warnings: [],
      requires: ['confirmation'],
    }));
  it('counts rows that are already as asked and leaves them out', () =>
    expect(
      planned({ action: 'update', queries: silver, data: [{ field: 'stock', op: 'set', value: '5' }] }, [
        product(1),
        product(2, { stock: 1 }),
      ]),
    ).toMatchObject({ rows: [{ sku: 'SKU-2' }], summary: { matched: 2, changed: 1, unchanged: 1 } }));
  it('asks for no confirmation when nothing changes', () =>
    expect(
      planned({ action: 'update', queries: silver, data: [{ field: 'stock', op: 'set', value: '5' }] }, [
        product(1),
      ]).requires,
    ).toEqual([]));
  it('leaves out products its filter does not mean, whoever passed them', () =>
    expect(
      planned({ action: 'update', queries: silver, data: tenOff }, [product(1), product(2, { fields: {} })])
        .rows,
    ).toHaveLength(1));
  it('takes the cheapest only', () =>
    expect(
      planned({ action: 'update', data: tenOff, order: { field: 'price', direction: 'asc' }, limit: 1 }, [
        product(1),
        product(2, { price: '20.00' }),
      ]).rows.map(({ sku }) => sku),
    ).toEqual(['SKU-2']));
  it('warns when it is about every product', () =>
    expect(planned({ action: 'update', data: tenOff }, [product(1), product(2)]).warnings).toMatchObject([
      { code: 'ALL_PRODUCTS' },
    ]));
  it('warns when the filter finds every product', () =>
    expect(
      planned({ action: 'update', queries: silver, data: tenOff }, [product(1), product(2)], {
        catalogueProducts: 2,
      }).warnings,
    ).toMatchObject([{ code: 'ALL_PRODUCTS' }]));
  it.each([
    ['51', true],
    ['50', false],
    ['100', true],
  ])('lowering prices by %s % is a large change: %s', (value, large) =>
    expect(
      planned(
        { action: 'update', queries: silver, data: [{ field: 'price', op: 'decrease_percent', value }] },
        [product(1)],
      ).warnings.some(({ code }) => code === 'LARGE_CHANGE'),
    ).toBe(large),
  );
  it.each([
    ['9999999999999999.99', '51', true],
    ['9999999999999999.99', '50', false],
    ['0.02', '50', false],
    ['0.00', '51', false],
  ])('a price of %s lowered by %s %% is exactly a large change: %s', (price, value, large) =>
    expect(
      planned(
        { action: 'update', queries: silver, data: [{ field: 'price', op: 'decrease_percent', value }] },
        [product(1, { price })],
      ).warnings.some(({ code }) => code === 'LARGE_CHANGE'),
    ).toBe(large),
  );
  it('is remarked on, and refused, in the language of the prompt', () => {
    const third: Partial<Task> = {
      action: 'update',
      queries: silver,
      data: [
        { field: 'price', op: 'divide_by', value: '3' },
        { field: 'flavour', op: 'set', value: 'mint' },
      ],
    };
    const inPersian = { language: 'fa', catalogueProducts: 2 } as const;
    const { warnings } = planned(third, [product(1), product(2)], inPersian);
    expect(warnings.map(({ code }) => code)).toEqual([
      'FIELD_UNKNOWN',
      'ALL_PRODUCTS',
      'PRICE_ROUNDED',
      'LARGE_CHANGE',
    ]);
    expect(
      warnings.map(({ message }) => message).filter((message) => !/[\u0620-\u06d3]/.test(message)),
    ).toEqual([]);
    expect(warnings[2]?.message).toContain('(2 ردیف)');
    expect(plan(third, [], inPersian)).toMatchObject({ message: 'محصولی با این مشخصات پیدا نشد.' });
  });
  it('joins equal remarks on many rows into one', () => {
    const { warnings } = planned(
      { action: 'update', queries: silver, data: [{ field: 'price', op: 'divide_by', value: '3' }] },
      Array.from({ length: 400 }, (_, n) => product(n)),
    );
    expect(warnings.map(({ code }) => code)).toEqual(['PRICE_ROUNDED', 'LARGE_CHANGE']);
    expect(warnings[0]?.message).toContain('400 rows');
  });
  it('strips unknown fields with a warning', () =>
    expect(
      planned(
        {
          action: 'update',
          queries: silver,
          data: [...tenOff, { field: 'flavour', op: 'set', value: 'mint' }],
        },
        [product(1)],
      ),
    ).toMatchObject({
      rows: [{ after: { price: '900.00' } }],
      warnings: [{ code: 'FIELD_UNKNOWN', field: 'flavour' }],
    }));

  it.each([
    ['only unknown fields', { data: [{ field: 'flavour', op: 'set', value: 'mint' }] }, 'FIELD_UNKNOWN'],
    [
      'a filter on an unknown field',
      { queries: [{ not: { field: 'flavour', op: 'eq', value: 'x' } }] },
      'FIELD_UNKNOWN',
    ],
    ['an order by an unknown field', { order: { field: 'flavour', direction: 'asc' } }, 'FIELD_UNKNOWN'],
    [
      'one value a product cannot hold',
      { data: [{ field: 'stock', op: 'decrease_by', value: '6' }] },
      'INVALID_VALUE',
    ],
    ['one sku for two products', { data: [{ field: 'sku', op: 'set', value: 'NEW' }] }, 'INVALID_VALUE'],
    ['nothing found', { queries: [{ field: 'color', op: 'eq', value: 'black' }] }, 'NOTHING_FOUND'],
  ] as [string, Partial<Task>, string][])('is refused for %s', (_what, over, code) =>
    expect(
      plan({ action: 'update', queries: silver, data: tenOff, ...over }, [product(1), product(2)]),
    ).toMatchObject({ code }),
  );
  it('is refused for a sku that another product has', () =>
    expect(
      plan(
        { action: 'update', queries: silver, data: [{ field: 'sku', op: 'set', value: 'B' }] },
        [product(1)],
        { takenSkus: new Set(['B']) },
      ),
    ).toMatchObject({ code: 'SKU_TAKEN' }));

  it.each([
    [500, ['confirmation']],
    [501, ['confirmation', 'second_confirmation']],
  ])('of %s rows requires %j', (count, requires) =>
    expect(
      planned(
        { action: 'update', queries: silver, data: tenOff },
        Array.from({ length: count }, (_, n) => product(n)),
      ).requires,
    ).toEqual(requires),
  );
});

describe('the plan of a delete', () => {
  it('holds every value of what goes', () =>
    expect(planned({ action: 'delete', queries: silver }, [product(1)]).rows).toEqual([
      {
        productId: arbitrary.productIdOf(1),
        sku: 'SKU-1',
        name: 'iPhone 1',
        version: 3,
        after: null,
        before: {
          sku: 'SKU-1',
          name: 'iPhone 1',
          price: '1000.00',
          stock: 5,
          category: 'Phones',
          brand: 'Apple',
          color: 'silver',
        },
      },
    ]));
  it.each<[string, Partial<Task>]>([
    ['nor a limit', {}],
    ['but an order', { order: { field: 'price', direction: 'asc' } }],
  ])('is refused with neither a filter %s', (_what, over) =>
    expect(plan({ action: 'delete', ...over }, [product(1)])).toMatchObject({
      code: 'DELETE_WITHOUT_FILTER',
    }),
  );
  it('of the cheapest one says which one, and asks for confirmation', () =>
    expect(
      planned({ action: 'delete', order: { field: 'price', direction: 'asc' }, limit: 1 }, [
        product(1),
        product(2, { price: '20.00' }),
      ]),
    ).toMatchObject({ rows: [{ sku: 'SKU-2', after: null }], warnings: [], requires: ['confirmation'] }));
});

describe('the plan of an add', () => {
  const mug = [
    { field: 'name', op: 'set' as const, value: 'Blue mug' },
    { field: 'price', op: 'set' as const, value: '9.5' },
  ];
  const newProductId = arbitrary.productIdOf(0xabc);
  it('is one row that was nothing', () =>
    expect(
      planned(
        {
          action: 'add',
          data: [
            ...mug,
            { field: 'sku', op: 'set', value: 'MUG' },
            { field: 'color', op: 'set', value: 'blue' },
          ],
        },
        [],
        { newProductId },
      ),
    ).toMatchObject({
      rows: [
        {
          productId: newProductId,
          sku: 'MUG',
          name: 'Blue mug',
          version: 0,
          before: null,
          after: {
            sku: 'MUG',
            name: 'Blue mug',
            price: '9.50',
            stock: 0,
            category: null,
            brand: null,
            color: 'blue',
          },
        },
      ],
      summary: { matched: 1, changed: 1, unchanged: 0 },
      warnings: [{ code: 'READING_ASSUMED', field: 'stock' }],
    }));
  it('finds a sku where none was given, and says so', () =>
    expect(planned({ action: 'add', data: mug }, [], { newProductId })).toMatchObject({
      rows: [{ sku: 'P-0000000ABC' }],
      warnings: [{ field: 'sku' }, { field: 'stock' }],
    }));
  it('is refused without a name', () =>
    expect(plan({ action: 'add', data: mug.slice(1) }, [], { newProductId })).toMatchObject({
      code: 'INVALID_VALUE',
    }));
  it('is refused for a sku that another product has', () =>
    expect(
      plan({ action: 'add', data: [...mug, { field: 'sku', op: 'set', value: 'MUG' }] }, [], {
        newProductId,
        takenSkus: new Set(['MUG']),
      }),
    ).toMatchObject({ code: 'SKU_TAKEN' }));
});

describe('the plan of a get', () => {
  it('carries the asked values in before and changes nothing', () =>
    expect(
      planned({ action: 'get', queries: silver, select: ['stock', 'flavour'] }, [product(1)]),
    ).toMatchObject({
      rows: [{ before: { stock: 5 }, after: null }],
      summary: { matched: 1, changed: 0, unchanged: 1 },
      warnings: [{ code: 'FIELD_UNKNOWN', field: 'flavour' }],
      requires: [],
    }));
  it('answers with name, price, stock and the fields it was about when none is named', () =>
    expect(planned({ action: 'get', queries: silver }, [product(1)]).rows[0]?.before).toEqual({
      name: 'iPhone 1',
      price: '1000.00',
      stock: 5,
      color: 'silver',
    }));
  it('counts, and zero is an answer', () =>
    expect(planned({ action: 'get', queries: silver, count: true }, [])).toMatchObject({
      rows: [],
      summary: { matched: 0 },
    }));
});

describe('every plan', () => {
  const input = fc.record({ task: arbitrary.task, products: arbitrary.catalogue(12) });
  const holds = (check: (plan: Plan, input: { task: Task; products: Product[] }) => void) =>
    fc.assert(
      fc.property(input, (drawn) => {
        const result = buildPlan({ ...drawn, language: 'en', knownFields });
        if (result.kind === 'plan') check(result, drawn);
      }),
      { numRuns: 400 },
    );

  it('touches no product outside its filter', () =>
    holds(({ rows }, { task, products }) => {
      for (const { productId } of rows) {
        const found = products.find((candidate) => candidate.productId === productId);
        expect(found && task.queries.every((query) => matches(found, query))).toBe(true);
      }
    }));
  it('is the same whatever order the products come in', () =>
    holds((result, { task, products }) =>
      expect(buildPlan({ task, language: 'en', products: products.toReversed(), knownFields })).toEqual(
        result,
      ),
    ));
  it('has another hash as soon as any part of a row differs', () =>
    holds(({ rows, hash }) =>
      rows.forEach((row, index) => {
        const others: PlanRow[] = [
          { ...row, version: row.version + 1 },
          { ...row, before: { ...row.before, price: '-1' } },
          { ...row, after: { ...row.after, stock: -1 } },
          { ...row, productId: arbitrary.productIdOf(0xffff) },
        ];
        for (const other of others) expect(planHash(rows.with(index, other))).not.toBe(hash);
        expect(planHash(rows.toSpliced(index, 1))).not.toBe(hash);
      }),
    ));
  it('hashes the same whatever order its keys were written in', () =>
    holds(({ rows, hash }) => {
      const flipped = (changes: PlanRow['before']) =>
        changes && Object.fromEntries(Object.entries(changes).toReversed());
      expect(
        planHash(rows.map((row) => ({ ...row, before: flipped(row.before), after: flipped(row.after) }))),
      ).toBe(hash);
    }));
});

it('seals 50,000 rows in under a second of processor time', () => {
  const rows = Array.from({ length: 50_000 }, (_, n): PlanRow => ({
    productId: arbitrary.productIdOf(n),
    sku: `SKU-${n}`,
    name: `iPhone ${n}`,
    version: 1,
    before: { price: '1000.00' },
    after: { price: '900.00' },
  }));
  const before = process.cpuUsage();
  planHash(rows);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(1_000);
});
