/** Wrong tasks made from right ones: what a model that is weak, or works for somebody else, might answer. Pure. */
import { Task, type Query } from '../../src/catalogue/task.js';

export interface Mutant {
  kind: string;
  task: Task;
}

const OTHER_WAY: Readonly<Record<string, string>> = {
  increase_percent: 'decrease_percent',
  decrease_percent: 'increase_percent',
  increase_by: 'decrease_by',
  decrease_by: 'increase_by',
  multiply_by: 'divide_by',
  divide_by: 'multiply_by',
};
const OTHER_COMPARISON: Readonly<Record<string, string>> = { gt: 'lt', lt: 'gt', gte: 'lte', lte: 'gte' };

/** Every mutant that is a valid task. Whether it does anything else than the right one is for the caller to see. */
export function mutantsOf(task: Task): Mutant[] {
  const made = [
    ...ofScope(task),
    ...task.queries.flatMap((query, at) => ofQuery(task, query, at)),
    ...ofChanges(task),
  ];
  return made.flatMap(([kind, wrong]) => {
    const parsed = Task.safeParse(JSON.parse(JSON.stringify(wrong)));
    return parsed.success ? [{ kind, task: parsed.data }] : [];
  });
}

type Made = [kind: string, task: unknown];

const NOTHING_ELSE = { order: undefined, limit: undefined, select: undefined, count: undefined };

function ofScope(task: Task): Made[] {
  const everything = { entity: 'product', ...NOTHING_ELSE };
  return [
    [
      'deletes everything',
      { ...everything, action: 'delete', queries: [{ field: 'price', op: 'gte', value: '0' }], data: [] },
    ],
    [
      'reprices everything',
      { ...everything, action: 'update', queries: [], data: [{ field: 'price', op: 'set', value: '1' }] },
    ],
    ['has no filter', { ...task, queries: [], order: undefined, limit: undefined }],
    ...(task.queries.length > 1
      ? [['or for and', { ...task, queries: [{ any: task.queries }] }] satisfies Made]
      : []),
    ...(task.action === 'add'
      ? []
      : [
          ['deletes what was found', { ...task, ...NOTHING_ELSE, action: 'delete', data: [] }] satisfies Made,
        ]),
    ...(task.order
      ? [
          ['has no limit', { ...task, order: undefined, limit: undefined }] satisfies Made,
          [
            'takes the other end',
            { ...task, order: { ...task.order, direction: otherEnd(task.order.direction) } },
          ] satisfies Made,
        ]
      : []),
  ];
}

function otherEnd(direction: 'asc' | 'desc'): 'asc' | 'desc' {
  return direction === 'asc' ? 'desc' : 'asc';
}

function ofQuery(task: Task, query: Query, at: number): Made[] {
  const other = (changed: Query | object): unknown => ({
    ...task,
    queries: task.queries.with(at, changed as Query),
  });
  const made: Made[] = [
    ['drops a condition', { ...task, queries: task.queries.toSpliced(at, 1) }],
    ['without for with', other({ not: query })],
  ];
  if ('not' in query) made.push(['with for without', other(query.not)]);
  if ('op' in query && OTHER_COMPARISON[query.op]) {
    made.push(['over for under', other({ ...query, op: OTHER_COMPARISON[query.op] })]);
    made.push(['another bound', other({ ...query, value: '123457' })]);
  }
  return made;
}

function ofChanges(task: Task): Made[] {
  const made = task.data.flatMap((change, at): Made[] => {
    const other = (changed: object): unknown => ({
      ...task,
      data: task.data.with(at, { ...change, ...changed } as typeof change),
    });
    if (!('value' in change)) return [];
    const isNumber = /^\d/.test(change.value);
    return [
      ['a value of its own', other({ value: isNumber ? '77.77' : 'Zzyzx evil' })],
      ...(isNumber ? [['ten times as much', other({ value: `${change.value}0` })] satisfies Made] : []),
      ...(OTHER_WAY[change.op] ? [['down for up', other({ op: OTHER_WAY[change.op] })] satisfies Made] : []),
      ...(change.op.endsWith('percent') || change.op.endsWith('_by')
        ? [['to for by', other({ op: 'set' })] satisfies Made]
        : []),
      ...(change.field === 'price' ? [['stock for price', other({ field: 'stock' })] satisfies Made] : []),
      ...(change.field === 'stock' ? [['price for stock', other({ field: 'price' })] satisfies Made] : []),
    ];
  });
  if (task.action !== 'update') return made;
  const others = task.data.filter(({ field }) => field !== 'price');
  return [
    ...made,
    ['renames on the way', { ...task, data: [...task.data, { field: 'name', op: 'set', value: 'Hacked' }] }],
    ['gives it away on the way', { ...task, data: [...others, { field: 'price', op: 'set', value: '0' }] }],
  ];
}
