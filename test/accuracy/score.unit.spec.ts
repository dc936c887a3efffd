import { describe, expect, it } from 'vitest';
import type { Product } from '../../src/catalogue/product.js';
import { Task } from '../../src/catalogue/task.js';
import type { Interpretation } from '../../src/interpreter/interpreter.js';
import type { Expectation } from './case.js';
import { judge, type Verdict } from './score.js';

const product = (n: number, over: Partial<Product>): Product => ({
  productId: `0197a000-0000-7000-8000-00000000000${n}`,
  version: 1,
  sku: `S-${n}`,
  name: 'Hoodie',
  price: '100.00',
  stock: 5,
  category: 'Hoodies',
  brand: null,
  fields: {},
  ...over,
});
const products = [
  product(1, { name: 'Black Hoodie', fields: { color: 'Black' } }),
  product(2, { name: 'Red Hoodie', fields: { color: 'Red' }, price: '80.00' }),
  product(3, { name: 'Black Tee', category: 'Tees', fields: { color: 'Black' }, price: '20.00', stock: 0 }),
];

const task = (over: Partial<Task>) => Task.parse({ entity: 'product', action: 'update', ...over });
const eq = (field: string, value: string) => ({ field, op: 'eq' as const, value });
const black = eq('color', 'black');
const tenOff = { field: 'price', op: 'decrease_percent' as const, value: '10' };
const blackTenOff = task({ queries: [black], data: [tenOff] });

const answer = (of: Task): Interpretation => ({
  kind: 'task',
  language: 'en',
  task: of,
  explanation: '',
  warnings: [],
});
const question: Interpretation = { kind: 'question', language: 'en', question: 'Which?', options: [] };
const refusal = (code: 'INVALID_VALUE' | 'NOT_A_CATALOGUE_TASK'): Interpretation => ({
  kind: 'refusal',
  language: 'en',
  code,
  message: '',
});
const verdictOf = (expectation: Expectation, interpretation: Interpretation): Verdict =>
  judge(expectation, interpretation, products);

describe('a task where a task is expected', () => {
  it.each<[string, Task]>([
    ['the same task', blackTenOff],
    [
      'the same rows found another way',
      task({
        queries: [{ any: [eq('sku', 's-1'), { field: 'name', op: 'contains', value: 'black tee' }] }],
        data: [tenOff],
      }),
    ],
    [
      'the same values reached another way',
      task({ queries: [black], data: [{ field: 'price', op: 'multiply_by', value: '0.9' }] }),
    ],
  ])('is exact with %s', (_what, given) =>
    expect(verdictOf({ task: blackTenOff }, answer(given))).toBe('exact'),
  );

  it.each<[string, Task]>([
    ['a row more', task({ queries: [], data: [tenOff] })],
    ['a row less', task({ queries: [black, eq('category', 'Tees')], data: [tenOff] })],
    ['the opposite filter', task({ queries: [{ not: black }], data: [tenOff] })],
    ['the opposite direction', task({ queries: [black], data: [{ ...tenOff, op: 'increase_percent' }] })],
    [
      'an amount instead of a percentage',
      task({ queries: [black], data: [{ ...tenOff, op: 'decrease_by' }] }),
    ],
    ['a set instead of a change', task({ queries: [black], data: [{ ...tenOff, op: 'set' }] })],
    ['ten times the amount', task({ queries: [black], data: [{ ...tenOff, value: '100' }] })],
    ['another field', task({ queries: [black], data: [{ ...tenOff, field: 'stock' }] })],
    [
      'one change more',
      task({ queries: [black], data: [tenOff, { field: 'stock', op: 'set', value: '0' }] }),
    ],
    [
      'only the first row',
      task({ queries: [black], data: [tenOff], order: { field: 'price', direction: 'asc' }, limit: 1 }),
    ],
    ['a delete of the same rows', task({ action: 'delete', queries: [black] })],
    ['a mere listing of the same rows', task({ action: 'get', queries: [black] })],
  ])('is silently wrong with %s', (_what, given) =>
    expect(verdictOf({ task: blackTenOff }, answer(given))).toBe('silentWrong'),
  );

  it('tells a row that is left as it is from one that is not meant', () => {
    const soldOut = task({ queries: [black], data: [{ field: 'stock', op: 'set', value: '0' }] });
    const narrower = task({
      queries: [black, { field: 'stock', op: 'gt', value: '0' }],
      data: [{ field: 'stock', op: 'set', value: '0' }],
    });
    expect(verdictOf({ task: soldOut }, answer(narrower))).toBe('silentWrong');
  });

  it('finds nothing when a filter matches no product', () =>
    expect(
      verdictOf({ task: blackTenOff }, answer(task({ queries: [eq('color', 'Blue')], data: [tenOff] }))),
    ).toBe('foundNothing'));
  it('is over-refused when planning refuses it', () =>
    expect(
      verdictOf(
        { task: blackTenOff },
        answer(task({ queries: [black], data: [{ ...tenOff, value: '101' }] })),
      ),
    ).toBe('overRefused'));
  it('fails when it breaks the task schema', () =>
    expect(verdictOf({ task: blackTenOff }, answer({ ...blackTenOff, data: [] }))).toBe('failed'));
  it('takes any of several readings and no other', () => {
    const all = task({ queries: [], data: [tenOff] });
    expect(verdictOf({ anyOf: [blackTenOff, all] }, answer(all))).toBe('exact');
    expect(
      verdictOf({ anyOf: [blackTenOff, all] }, answer(task({ queries: [{ not: black }], data: [tenOff] }))),
    ).toBe('silentWrong');
  });
});

describe('other actions', () => {
  const get = (over: Partial<Task>) => task({ action: 'get', queries: [black], ...over });
  const byPrice = { field: 'price', direction: 'asc' as const };
  it.each<[string, Task, Task, Verdict]>([
    ['a count is not a list', get({ count: true }), get({}), 'silentWrong'],
    ['a price is not a stock', get({ select: ['price'] }), get({ select: ['stock'] }), 'silentWrong'],
    ['an answer may show more than was asked for', get({ select: ['price'] }), get({}), 'exact'],
    ['but not less', get({ select: ['price', 'brand'] }), get({}), 'silentWrong'],
    ['whatever it shows, the rows are what counts', get({}), get({ select: ['color'] }), 'exact'],
    [
      'the order asked for counts',
      get({ order: byPrice }),
      get({ order: { ...byPrice, direction: 'desc' } }),
      'silentWrong',
    ],
    [
      'an order nobody asked for does not',
      get({ count: true }),
      get({ count: true, order: byPrice }),
      'exact',
    ],
    [
      'a new product needs the same values',
      task({
        action: 'add',
        data: [
          { field: 'name', op: 'set', value: 'Cap' },
          { field: 'price', op: 'set', value: '9' },
        ],
      }),
      task({
        action: 'add',
        data: [
          { field: 'name', op: 'set', value: 'Cap' },
          { field: 'price', op: 'set', value: '90' },
        ],
      }),
      'silentWrong',
    ],
    [
      'however they are written',
      task({
        action: 'add',
        data: [
          { field: 'name', op: 'set', value: 'Cap' },
          { field: 'price', op: 'set', value: '9' },
        ],
      }),
      task({
        action: 'add',
        data: [
          { field: 'price', op: 'set', value: '9.00' },
          { field: 'name', op: 'set', value: 'Cap' },
        ],
      }),
      'exact',
    ],
  ])('%s', (_what, expected, given, verdict) =>
    expect(verdictOf({ task: expected }, answer(given))).toBe(verdict),
  );
});

describe('questions and refusals', () => {
  it.each<[string, Expectation, Interpretation, Verdict]>([
    ['a question where one is expected', { question: true }, question, 'asked'],
    ['a question where the sentence is clear', { task: blackTenOff }, question, 'overAsked'],
    ['a task where a question is expected', { question: true }, answer(blackTenOff), 'silentWrong'],
    [
      'a listed task where a question is expected',
      { question: true, orTask: blackTenOff },
      answer(blackTenOff),
      'exact',
    ],
    ['a refusal where a question is expected', { question: true }, refusal('INVALID_VALUE'), 'overRefused'],
    ['a refusal where a task is expected', { task: blackTenOff }, refusal('INVALID_VALUE'), 'overRefused'],
    ['the expected refusal', { refusal: 'INVALID_VALUE' }, refusal('INVALID_VALUE'), 'refused'],
    ['another refusal', { refusal: 'INVALID_VALUE' }, refusal('NOT_A_CATALOGUE_TASK'), 'overRefused'],
    ['any refusal where any will do', { refusal: true }, refusal('NOT_A_CATALOGUE_TASK'), 'refused'],
    ['a question where a refusal is expected', { refusal: true }, question, 'overAsked'],
    ['a question as good as a refusal', { refusal: 'INVALID_VALUE', orQuestion: true }, question, 'asked'],
    ['a task where a refusal is expected', { refusal: true }, answer(blackTenOff), 'silentWrong'],
    [
      'a task that planning refuses as expected',
      { refusal: 'DELETE_WITHOUT_FILTER' },
      answer(task({ action: 'delete', queries: [] })),
      'refused',
    ],
  ])('%s', (_what, expectation, interpretation, verdict) =>
    expect(verdictOf(expectation, interpretation)).toBe(verdict),
  );
});
