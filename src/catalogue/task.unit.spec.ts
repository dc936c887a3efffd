import { describe, expect, it } from 'vitest';
import { FIELD_VALUE_CHARS_MAX } from './product.js';
import { QUERY_DEPTH_MAX, QUERY_NODES_MAX, Task, TASK_LIMIT_MAX } from './task.js';

const condition = { field: 'name', op: 'contains', value: 'phone' };
const setPrice = { field: 'price', op: 'set', value: '5' };
const get = (over: object) => ({ entity: 'product', action: 'get', ...over });
const update = (over: object) => ({ entity: 'product', action: 'update', data: [setPrice], ...over });
const isTask = (task: unknown) => Task.safeParse(task).success;
/** `levels` deep, its condition included. */
const nested = (levels: number, wrap: (inner: unknown) => unknown): unknown =>
  levels === 1 ? condition : wrap(nested(levels - 1, wrap));
const wraps: [string, (inner: unknown) => unknown][] = [
  ['not', (inner) => ({ not: inner })],
  ['any', (inner) => ({ any: [inner] })],
  ['all', (inner) => ({ all: [inner] })],
];

describe('a task', () => {
  it('needs neither a filter nor data to ask', () =>
    expect(Task.parse(get({}))).toEqual({ entity: 'product', action: 'get', queries: [], data: [] }));

  it.each<[string, object]>([
    ['changes what it finds', update({ queries: [condition] })],
    ['changes the cheapest five', update({ order: { field: 'price', direction: 'asc' }, limit: 5 })],
    ['adds values', { entity: 'product', action: 'add', data: [setPrice] }],
    ['deletes what it finds', { entity: 'product', action: 'delete', queries: [condition] }],
    ['asks for a number', get({ count: true })],
    ['asks for fields', get({ select: ['price'] })],
    ['asks for what is missing', get({ queries: [{ field: 'brand', op: 'missing' }] })],
    ['clears a field', update({ data: [{ field: 'brand', op: 'clear' }] })],
  ])('%s', (_what, task) => expect(isTask(task)).toBe(true));

  it.each<[string, object]>([
    ['another entity', { entity: 'order', action: 'get' }],
    ['another action', { entity: 'product', action: 'drop' }],
    ['an unknown key', get({ sql: 'drop table products' })],
    ['a change without data', update({ data: [] })],
    [
      'an addition with a filter',
      { entity: 'product', action: 'add', data: [setPrice], queries: [condition] },
    ],
    [
      'an addition that calculates',
      { entity: 'product', action: 'add', data: [{ ...setPrice, op: 'increase_by' }] },
    ],
    ['a deletion with data', { entity: 'product', action: 'delete', data: [setPrice] }],
    ['a question with data', get({ data: [setPrice] })],
    ['a limit without an order', update({ limit: 5 })],
    ['a change that selects', update({ select: ['price'] })],
    ['a change that counts', update({ count: true })],
    ['a range over text', get({ queries: [{ field: 'price', op: 'gt', value: 'ten' }] })],
    ['a range below zero', get({ queries: [{ field: 'price', op: 'gt', value: '-1' }] })],
    [
      'a percentage with an exponent',
      update({ data: [{ field: 'price', op: 'increase_percent', value: '1e9' }] }),
    ],
    ['an empty combination', get({ queries: [{ any: [] }] })],
    ['a condition that is two', get({ queries: [{ ...condition, not: condition }] })],
    ['a filter that is no list', get({ queries: condition })],
  ])('is never %s', (_what, task) => expect(isTask(task)).toBe(false));

  it.each(wraps)(`nests “%s” ${QUERY_DEPTH_MAX} levels deep and no deeper`, (_name, wrap) => {
    expect(isTask(get({ queries: [nested(QUERY_DEPTH_MAX, wrap)] }))).toBe(true);
    expect(isTask(get({ queries: [nested(QUERY_DEPTH_MAX + 1, wrap)] }))).toBe(false);
  });

  it.each(wraps)(
    'nested thousands deep by “%s” is refused in words, not by a stack overflow',
    (_name, wrap) => {
      let deep: unknown = condition;
      for (let level = 0; level < 100_000; level++) deep = wrap(deep);
      const { error } = Task.safeParse(get({ queries: [deep] }));
      expect(error?.issues[0]?.message).toBe('the filter is too complex');
    },
  );

  it(`has at most ${QUERY_NODES_MAX} conditions and combinations`, () => {
    const many = (count: number) => Array.from({ length: count }, () => condition);
    expect(isTask(get({ queries: many(QUERY_NODES_MAX) }))).toBe(true);
    expect(isTask(get({ queries: many(QUERY_NODES_MAX + 1) }))).toBe(false);
    expect(isTask(get({ queries: [{ any: many(QUERY_NODES_MAX - 1) }] }))).toBe(true);
    expect(isTask(get({ queries: [{ any: many(QUERY_NODES_MAX) }] }))).toBe(false);
  });

  it('is bounded in every list and text', () => {
    const limit = (count: number) => update({ limit: count, order: { field: 'price', direction: 'asc' } });
    const change = (count: number) => update({ data: Array.from({ length: count }, () => setPrice) });
    const select = (count: number) => get({ select: Array.from({ length: count }, () => 'price') });
    const value = (chars: number) => get({ queries: [{ ...condition, value: 'x'.repeat(chars) }] });
    const field = (chars: number) => get({ queries: [{ ...condition, field: 'x'.repeat(chars) }] });
    for (const [of, most] of [
      [limit, TASK_LIMIT_MAX],
      [change, 50],
      [select, 20],
      [value, FIELD_VALUE_CHARS_MAX],
      [field, 64],
    ] as const) {
      expect(isTask(of(most))).toBe(true);
      expect(isTask(of(most + 1))).toBe(false);
    }
    expect(isTask(limit(0))).toBe(false);
  });
});
